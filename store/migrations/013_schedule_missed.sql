-- Temporal counts the runs that a schedule gave up since it was made: what is new is told, what is old is not told for good.
create table audit.schedule_missed (
  schedule text primary key,
  counted  integer not null,
  -- The count before it last began to grow.
  before   integer not null,
  grown_at timestamptz not null
);
