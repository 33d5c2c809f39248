-- Health rows of the bot's services. DEGRADED and STOPPED are rows too: the service spoke, whatever it said.
select
  created_at as at,
  service_name as service,
  status
from monitoring.system_health
