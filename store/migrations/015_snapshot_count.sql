-- What a month of snapshots held when it was counted, once it was over: purges need not count it again. A count stands as
-- long as the month has no row in audit.snapshot_change and bears both triggers.
create table audit.snapshot_count (
  -- Name of the partition.
  month  text primary key,
  -- A month that is counted again has another one.
  id     bigint generated always as identity unique,
  -- Null while it is being counted.
  rows   bigint,
  newest timestamptz
);

-- Who has changed a month since it was counted. Rows are added and not taken away, since a transaction that began before
-- the count could not see what it would have to take away; and each adds its own, so that nobody waits for another.
create table audit.snapshot_change (
  month text not null,
  xact  xid8 not null,
  primary key (month, xact)
);

-- Of counted months only: the months that are written every minute do without.
create function audit.note_snapshot_change() returns trigger language plpgsql as $$
begin
  insert into audit.snapshot_change (month, xact) values (tg_table_name, pg_current_xact_id())
    on conflict (month, xact) do nothing;
  return null;
end $$;
