-- A later run may give an earlier report again, byte for byte: its row stays, and it is the newest once more.
alter table audit.report add column confirmed_at timestamptz;
update audit.report set confirmed_at = reported_at;
alter table audit.report alter column confirmed_at set not null;
drop index audit.report_newest_idx;
create index report_newest_idx on audit.report (bot, kind, window_to desc, confirmed_at desc);

-- What a recipient was told last decides what is news, so one revision may be told more than once; a mail that a newer
-- report made outdated is never sent.
alter table audit.outbox
  add column told_at timestamptz,
  add column telling integer not null default 1 check (telling > 0),
  drop constraint outbox_report_key_recipient_revision_key,
  add unique (report_key, recipient, revision, telling),
  drop constraint outbox_state_check,
  add check (state in ('pending', 'sending', 'accepted', 'deferred', 'rejected', 'ambiguous', 'superseded'));
update audit.outbox as mail set told_at = coalesce(
  (select max(report.reported_at) from audit.report where report.report_hash = mail.report_hash), created_at);
-- told_at: when the report that a mail tells of was made or confirmed.
alter table audit.outbox alter column told_at set not null;
