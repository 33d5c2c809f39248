-- Why a minute has no snapshot: one row a missed minute, as the monitor noted it. A snapshot of the minute removes its row.
create table audit.snapshot_gap (
  bot      text not null,
  slot     timestamptz not null,
  -- A word of audit/snapshot-gap.ts.
  reason   text not null,
  -- What the failure said, scrubbed; for people, not for the report.
  detail   text,
  noted_at timestamptz not null default now(),
  primary key (bot, slot)
);
-- When the monitor took it, by the worker's clock; null of imported ones.
alter table audit.snapshot add column taken_at timestamptz;
-- {table: {rows, inserts, updates, deletes...}} of the mapped tables, as PostgreSQL counts them; or {reason}.
alter table audit.snapshot add column tables jsonb;
