import { z } from 'zod';
import { fromDatabase } from '../shared/queries/span.ts';
import { kindColumn, texts } from '../shared/queries/trading-rows.ts';

/** What the bot's own sweep over orders without a position found and cancelled. */
export const zombieEventsQuery = fromDatabase('zombie-events', ['event'], {
  title: 'Orders without a position that the bot found and cancelled',
  limit: 20_000,
  sql: `select e.at, e.id, e.kind, e.exchange, e.symbol, e.order_id, left(e.error_message, 300) as message
from @event e
where e.at >= :from::timestamptz and e.at < :to::timestamptz and e.kind in ('zombie_found', 'zombie_cancelled')
order by e.at, e.kind, e.order_id, e.id`,
  row: z.object({
    at: z.string(),
    kind: kindColumn('event_kind'),
    ...texts('id', 'exchange', 'symbol', 'order_id', 'message'),
  }),
});
export type ZombieEvent = z.infer<typeof zombieEventsQuery.row>;
