-- One row a minute and service.
select
  at, service, cycle, status,
  case status when 'ok' then 'well' when 'degraded' then 'degraded' end as kind,
  instance_id, version
from bot.heartbeats
