-- What an imported line said of its time, as it was written, and the zone it was read in; both null of snapshots that the
-- monitor took, the zone also of a time that carried its own. With them the same lines in another zone are known again.
alter table audit.snapshot add column written text;
alter table audit.snapshot add column zone text;
create index snapshot_written_idx on audit.snapshot (bot, written) where written is not null;
