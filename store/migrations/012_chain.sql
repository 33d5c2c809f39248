-- The archive's chain: an entry for everything that was stored, changed or purged on purpose, each with the hash of the one
-- before. Whoever has the newest hash, which every mail prints, can tell whether anything before it was changed.
create table audit.chain (
  -- 1, 2, 3 ...: a hole is a missing entry.
  seq           bigint primary key check (seq > 0),
  -- JSON as it was hashed. Text, so that the hash is of these bytes and of no other spelling of them.
  entry         text not null,
  previous_hash text not null,
  -- sha256 of seq, previous_hash and entry, a line each, without a line break at the end.
  hash          text not null unique
);

create function audit.keep_chain() returns trigger language plpgsql as $$
begin
  raise exception 'entries of the chain are never changed or deleted' using errcode = '42501';
end $$;
create trigger keep before update or delete on audit.chain for each row execute function audit.keep_chain();
create trigger keep_all before truncate on audit.chain for each statement execute function audit.keep_chain();

create function audit.chain_hash(seq bigint, previous_hash text, entry text) returns text language sql immutable as $$
  select encode(sha256(convert_to(seq || E'\n' || previous_hash || E'\n' || entry, 'UTF8')), 'hex')
$$;

-- Appends an entry in the transaction of what it tells of. Its lock is held until that ends, so it comes last.
create function audit.chain_append(kind text, body jsonb) returns bigint language plpgsql as $$
declare
  last  audit.chain;
  said  text;
begin
  perform pg_advisory_xact_lock(7306120212);
  select * into last from audit.chain order by seq desc limit 1;
  last.seq := coalesce(last.seq, 0) + 1;
  last.hash := coalesce(last.hash, repeat('0', 64));
  said := (jsonb_build_object('entry', kind, 'at', audit.utc_text(clock_timestamp())) || body)::text;
  insert into audit.chain (seq, entry, previous_hash, hash)
    values (last.seq, said, last.hash, audit.chain_hash(last.seq, last.hash, said));
  return last.seq;
end $$;

create function audit.utc_text(t timestamptz) returns text language sql stable as $$
  select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- What the chain says of a report's row: all of it, but for when a run last used it.
create function audit.report_said(r audit.report) returns jsonb language sql stable as $$
  select jsonb_build_object('bot', r.bot, 'kind', r.kind, 'from', audit.utc_text(r.window_from), 'to', audit.utc_text(r.window_to),
    'scope', r.scope_hash, 'revision', r.revision, 'report', r.report_hash, 'evidence', r.evidence_hash, 'verdict', r.verdict,
    'colour', r.colour, 'overall', r.overall, 'reportedAt', audit.utc_text(r.reported_at),
    'confirmedAt', audit.utc_text(r.confirmed_at), 'evidencePurgedAt', audit.utc_text(r.evidence_purged_at),
    'summary', encode(sha256(convert_to(r.summary::text, 'UTF8')), 'hex'), 'files', r.files)
$$;

create function audit.bot_purge_said(b audit.bot_purge) returns jsonb language sql stable as $$
  select jsonb_build_object('id', b.id, 'bot', b.bot, 'workflow', b.workflow_id, 'plannedAt', audit.utc_text(b.planned_at),
    'cutoff', audit.utc_text(b.cutoff), 'tables', b.tables, 'outcome', b.outcome, 'endedAt', audit.utc_text(b.ended_at))
$$;

-- What was there before: every report with its evidence and files, and every tombstone.
select audit.chain_append('genesis', jsonb_build_object(
  'reports', (select coalesce(jsonb_agg(audit.report_said(r) order by r.reported_at, r.bot, r.kind, r.revision), '[]') from audit.report r),
  'purges', (select coalesce(jsonb_agg(jsonb_build_object('purge', p.id, 'hash', p.hash) order by p.ended_at), '[]')
    from audit.purge p where p.hash is not null),
  'botPurges', (select coalesce(jsonb_agg(audit.bot_purge_said(b) order by b.ended_at, b.id), '[]')
    from audit.bot_purge b where b.outcome is not null),
  'mails', (select coalesce(jsonb_agg(jsonb_build_object('mail', o.id, 'report', o.report_hash) order by o.id), '[]')
    from audit.outbox o where o.state = 'accepted')));
