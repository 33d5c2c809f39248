-- What was removed from a bot's own audit tables: a row a run, written when it was planned and closed at its end.
create table audit.bot_purge (
  id          text primary key,
  bot         text not null,
  workflow_id text not null,
  planned_at  timestamptz not null,
  cutoff      timestamptz not null,
  -- [{table, old, removed, kept}].
  tables      jsonb not null,
  outcome     text check (outcome in ('dryRun', 'done', 'cancelled', 'failed')),
  ended_at    timestamptz
);
create index bot_purge_newest_idx on audit.bot_purge (bot, planned_at desc);
