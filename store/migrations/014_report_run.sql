-- The run that last gave this report, for links; null for reports of before. No part of what the chain says of a report:
-- Temporal forgets its runs, and the report is the same without.
alter table audit.report add column workflow_id text, add column run_id text;
