-- Health rows of the bot's services. DEGRADED and STOPPED are rows too: the service spoke, whatever it said.
select
  created_at as at,
  service_name as service,
  status,
  case status
    when 'RUNNING' then 'well'
    when 'HEALTHY' then 'well'
    when 'DEGRADED' then 'degraded'
    when 'STOPPED' then 'failing'
  end as kind
from monitoring.system_health
