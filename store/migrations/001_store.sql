-- Reports: one row per revision. The key of a report is (bot, kind, from, to, scope); a revision is unique by the hash of
-- its report. Plain table: it is small and is never purged by window.
create table audit.report (
  bot text not null,
  kind text not null,
  window_from timestamptz not null,
  window_to timestamptz not null,
  scope_hash text not null,
  revision integer not null check (revision > 0),
  report_hash text not null,
  evidence_hash text not null,
  verdict text not null check (verdict in ('PASS', 'FAIL', 'INCONCLUSIVE')),
  colour text not null check (colour in ('GREEN', 'YELLOW', 'RED')),
  overall double precision,
  reported_at timestamptz not null,
  -- {format: {hash, bytes}}: filled in as the formats are rendered.
  files jsonb not null default '{}',
  -- {findings, figures}: what later windows compare with.
  summary jsonb not null default '{}',
  primary key (bot, kind, window_from, window_to, scope_hash, revision),
  unique (bot, kind, window_from, window_to, scope_hash, report_hash),
  check (window_from < window_to)
);
create index report_hash_idx on audit.report (report_hash);
create index report_newest_idx on audit.report (bot, kind, window_to desc, reported_at desc);

-- Snapshots: the key is the exact time, because imports keep it. Two lines of one minute are both kept and share a slot:
-- that there were two is evidence. Snapshots that we take have at = slot, so taking one twice is taking it once.
-- No default partition: it would keep months from being detached without blocking readers.
create table audit.snapshot (
  bot text not null,
  at timestamptz not null,
  slot timestamptz not null,
  total integer,
  by_exchange jsonb not null default '{}',
  unprotected integer,
  new_opened integer,
  prices_updated integer,
  ts_activated integer,
  sl_updates integer,
  closed integer,
  aged integer,
  zombies integer,
  emergency integer,
  errors integer,
  ws_reconnects integer,
  primary key (bot, at)
) partition by range (at);
