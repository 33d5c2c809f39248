-- One row a minute and service.
select
  at, service, cycle, status,
  case status when 'ok' then 'well' end as kind,
  instance_id, version
from bot.heartbeats
