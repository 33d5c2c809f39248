-- What the watchdog found missing. One that was told is not told again until it ended and came back.
create table audit.watchdog_problem (
  id       text primary key,
  kind     text not null check (kind in ('window', 'delivery', 'schedule')),
  text     text not null,
  first_at timestamptz not null,
  last_at  timestamptz not null,
  told_at  timestamptz,
  ended_at timestamptz
);

-- When something that must not fall silent last did its work.
create table audit.last_success (
  name text primary key,
  at   timestamptz not null
);
