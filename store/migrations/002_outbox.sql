-- One row per mail that a report owes a recipient. What was decided is durable before what was done:
-- `sending` is written before the first byte of the message, so a crash is never followed by a second copy.
create table audit.outbox (
  id          text primary key,
  report_key  text not null,
  revision    integer not null check (revision > 0),
  recipient   text not null,
  -- sha256 of verdict and findings: a revision that says the same is not mailed again.
  digest      text not null,
  report_hash text not null,
  message_id  text not null unique,
  state       text not null default 'pending'
              check (state in ('pending', 'sending', 'accepted', 'deferred', 'rejected', 'ambiguous')),
  attempts    integer not null default 0,
  -- Grows with every claim; only its newest holder may send.
  fence       integer not null default 0,
  response    text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (report_key, recipient, revision)
);

create index outbox_unsettled on audit.outbox (updated_at) where state in ('pending', 'sending', 'deferred', 'ambiguous');
