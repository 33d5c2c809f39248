import { z } from 'zod';
import { CLASS, FAILED, IN_WINDOW, list, REFUSALS, SUBMITS } from '../shared/queries/api-calls.ts';
import { fromDatabase } from '../shared/queries/span.ts';

const time = z.string();

/** Answers after which the exchange has no order; of a timeout or a known id nobody can say that. */
const NOT_TAKEN = [...REFUSALS, 'auth', 'rate_limit', 'timestamp'];

/**
 * The last word on an order was that it is not taken: no call of its id was ever answered, none came later, and the row has
 * neither an id of the exchange nor a fill. A row of another time is another order of the same id.
 */
export const refusedOrdersQuery = fromDatabase('refused-and-open-orders', ['api_call', 'order'], {
  title: 'Orders that the exchange refused and whose rows stayed open',
  limit: 10_000,
  sql: `with refused as materialized (
  select a.at, a.client_order_id, left(a.operation, 120) as operation, ${CLASS} as class, a.http_status::int as http_status,
    left(a.error_code, 40) as error_code
  from @api_call a
  where ${IN_WINDOW} and ${FAILED} and a.client_order_id is not null and a.operation_kind in (${list(SUBMITS)})
    and ${CLASS} in (${list(NOT_TAKEN)})
), other as materialized (
  select a.at, a.client_order_id, ${FAILED} as is_failed
  from @api_call a
  where a.at >= :from::timestamptz and a.at < :to::timestamptz + interval '1 day'
    and a.client_order_id in (select r.client_order_id from refused r)
)
select o.id, o.exchange, o.symbol, o.status, r.at, r.operation, r.class, r.http_status, r.error_code,
  case when o.status = 'new' then null else coalesce(o.cancelled_at, o.updated_at) end as ended_at
from refused r
join @order o on o.client_order_id = r.client_order_id
where o.created_at >= :from::timestamptz - interval '1 hour' and o.created_at < :to::timestamptz
  and o.created_at between r.at - interval '1 hour' and r.at + interval '1 minute'
  and o.exchange_order_id is null and o.venue_at is null and coalesce(o.filled, 0) = 0
  and (o.status = 'new' or o.status in ('cancelled', 'expired') and coalesce(o.cancelled_at, o.updated_at) is not null)
  and not exists (select from other y where y.client_order_id = r.client_order_id and (y.at > r.at or y.is_failed is not true))
order by r.at, o.id`,
  row: z.object({
    id: z.string(),
    exchange: z.string().nullable(),
    symbol: z.string(),
    status: z.string(),
    at: time,
    operation: z.string().nullable(),
    class: z.string(),
    http_status: z.number().nullable(),
    error_code: z.string().nullable(),
    ended_at: time.nullable(),
  }),
});
