-- A claim is a lease: while it lasts nobody else works on the delivery, and when it ends without an outcome another
-- worker takes over, with a higher fence. Of one that was being sent nobody knows whether it arrived: it is ambiguous.
alter table audit.outbox
  add column leased_until timestamptz,
  -- Host and process of the worker that had it last, for `deliveries list`.
  add column leased_by text;
update audit.outbox set leased_until = updated_at + interval '70 seconds' where state = 'sending';
