-- What keeps a report: a run that found it instead of making it, and holds. What a purge took of it: its evidence.
alter table audit.report add column used_at timestamptz;
alter table audit.report add column evidence_purged_at timestamptz;
create index report_evidence_idx on audit.report (evidence_hash);

-- The foreign key decides a race between a hold and a purge; a look before the deletion could not.
create table audit.hold (
  id          bigint generated always as identity primary key,
  bot         text not null,
  kind        text not null,
  window_from timestamptz not null,
  window_to   timestamptz not null,
  scope_hash  text not null,
  revision    integer not null,
  reason      text not null check (reason <> ''),
  placed_by   text not null,
  placed_at   timestamptz not null default now(),
  foreign key (bot, kind, window_from, window_to, scope_hash, revision)
    references audit.report (bot, kind, window_from, window_to, scope_hash, revision) on delete restrict
);
create index hold_report_idx on audit.hold (bot, kind, window_from, window_to, scope_hash);

-- One row a purge, whatever became of it; with its end it is a tombstone, which is never changed and never deleted.
create table audit.purge (
  id            text primary key,
  workflow_id   text not null,
  planned_at    timestamptz not null,
  -- How the plan was to be approved: dryRun, schedule, person.
  approval      text not null check (approval in ('dryRun', 'schedule', 'person')),
  -- {classes, tripped, clock...}: the plan's numbers by class, as they were shown.
  plan          jsonb not null,
  plan_hash     text not null,
  -- {class: time}: what is younger stays.
  cutoffs       jsonb not null,
  approved_by   text,
  approved_at   timestamptz,
  outcome       text check (outcome in ('dryRun', 'refused', 'notApproved', 'done', 'cancelled', 'failed', 'abandoned')),
  ended_at      timestamptz,
  -- {class: {items, rows, freedBytes, reusableBytes, skipped, sha256 of the keys}}.
  removed       jsonb,
  -- sha256 of this tombstone with the hash of the one before.
  previous_hash text,
  hash          text unique,
  check ((outcome is null) = (hash is null))
);

-- The plan itself: exactly these, and nothing else, are removed. A row tells what became of one of them.
create table audit.purge_item (
  purge          text not null references audit.purge (id) on delete restrict,
  class          text not null check (class in ('evidence', 'reports', 'mails', 'snapshots', 'artifacts')),
  key            text collate "C" not null,
  rows           bigint not null,
  freed_bytes    bigint not null,
  reusable_bytes bigint not null,
  newest         timestamptz not null,
  -- What a tombstone must name: the hashes of removed reports and evidence.
  detail         text,
  state          text not null default 'planned' check (state in ('planned', 'removed', 'skipped')),
  reason         text,
  primary key (purge, class, key)
);
create index purge_item_planned on audit.purge_item (purge, class, key) where state = 'planned';

create function audit.keep_tombstone() returns trigger language plpgsql as $$
begin
  raise exception 'the tombstone of purge % is never changed', old.id using errcode = '42501';
end $$;
create trigger tombstone before update or delete on audit.purge
  for each row when (old.outcome is not null) execute function audit.keep_tombstone();
