-- What it cost to read a bot the last time. Times are kept here and not in the evidence, which is the same however long
-- it took to read. slowest: [{name, ms, rows, error, sql, parameters}], the slowest first.
create table audit.collection (
  bot          text primary key,
  window_from  timestamptz not null,
  window_to    timestamptz not null,
  collected_at timestamptz not null,
  slowest      jsonb not null,
  check (window_from < window_to)
);
