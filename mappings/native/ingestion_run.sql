select
  id, task, source, status, started_at, finished_at, records_fetched, records_created, error
from bot.ingestion_runs
