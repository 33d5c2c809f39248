/** A call to an exchange. `at`: when it was sent; `client_order_id`: of the order that it is about. */
export const API_CALL = {
  at: '*time',
  operation: '*text',
  outcome: '*call_outcome',
  operation_kind: 'operation_kind',
  exchange: 'venue',
  endpoint: 'text',
  http_status: 'integer',
  error_class: 'text',
  error_kind: 'error_kind',
  error_code: 'text',
  duration_ms: 'numeric',
  attempt: 'integer',
  rate_limit_used: 'numeric',
  rate_limit_remaining: 'numeric',
  correlation_id: 'id',
  client_order_id: 'id',
} as const;
