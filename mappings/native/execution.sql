select
  id, decision_id, status, at, error_message, http_status, order_id, filled_quantity, filled_price, commission,
  request_payload_id, response_payload_id
from bot.executions
