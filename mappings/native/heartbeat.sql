-- One row a minute and service.
select
  at, service, cycle, status, instance_id, version
from bot.heartbeats
