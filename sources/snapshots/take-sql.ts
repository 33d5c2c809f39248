import type { EntityName } from '../../audit/contract.ts';

/** Whether the mapping provides an entity, or a column of it. */
export type Provided = (entity: EntityName, column?: string) => boolean;

interface Question {
  readonly sql: string;
  readonly entities: readonly EntityName[];
}

/** Rows of history count too, so that a snapshot taken late is the one of its minute. */
const OPEN_AT_SLOT = `p.opened_at < :slot
  and (p.closed_at >= :slot or (p.closed_at is null and p.status = 'open'))`;

/** A stop that the venue held at the slot: acknowledged before it and not ended by then. */
const LIVE_STOP = `exists (
    select 1 from @order o
    where o.position_id = p.id and coalesce(o.venue_at, o.created_at) < :slot
      and (o.role = 'stop' or o.type in ('stop', 'stop_market', 'stop_limit', 'trailing_stop'))
      and o.status not in ('rejected', 'expired')
      and coalesce(o.cancelled_at, o.filled_at, o.triggered_at, 'infinity') >= :slot)`;

/** Open, unprotected and aged positions at the slot by exchange. */
export function positionsSql(provided: Provided, maxAgeH: number | null): Question {
  const orders = provided('order') && provided('order', 'position_id');
  const aged =
    maxAgeH === null
      ? 'null::int'
      : `count(*) filter (where p.opened_at < :slot - interval '${String(maxAgeH)} hours')::int`;
  return {
    entities: orders ? ['position', 'order'] : ['position'],
    sql: `select coalesce(p.exchange, 'unknown') as exchange, count(*)::int as open,
  count(*) filter (where ${unprotected(provided, orders)})::int as unprotected, ${aged} as aged
from @position p
where ${OPEN_AT_SLOT}
group by 1
order by 1`,
  };
}

/** The best evidence there is: the orders, then the stored stop price, then the bot's own flag. */
function unprotected(provided: Provided, orders: boolean): string {
  if (orders) return `not ${LIVE_STOP}`;
  const price = provided('position', 'stop_loss_price') ? 'p.stop_loss_price is null' : 'false';
  const flag = provided('position', 'has_stop_loss') ? 'p.has_stop_loss is not true' : 'false';
  return `${price} or ${flag}`;
}

/** Positions opened and closed, and stops moved, in the 60 seconds before the slot. */
export function countsSql(provided: Provided): Question {
  const stops = provided('stop_change');
  const updates = stops
    ? "(select count(*)::int from @stop_change s where s.kind = 'updated' and s.at >= :from and s.at < :slot)"
    : 'null::int';
  const closed = provided('position', 'closed_at')
    ? '(select count(*)::int from @position p where p.closed_at >= :from and p.closed_at < :slot)'
    : 'null::int';
  return {
    entities: stops ? ['position', 'stop_change'] : ['position'],
    sql: `select (select count(*)::int from @position p where p.opened_at >= :from and p.opened_at < :slot) as opened,
  ${closed} as closed, ${updates} as stop_updates`,
  };
}

/**
 * Event types by the counter that they feed, as bots have been seen to call them. A counter is the number of events: a
 * bot that writes one line a minute and venue for all its positions has 2 `prices_updated` where its own snapshot says
 * 29. What is judged, that it is above zero while positions are open, is the same of both.
 */
const COUNTERS: Readonly<Record<string, readonly string[]>> = {
  prices_updated: ['price_updated', 'price_update'],
  ts_activated: ['trailing_activated', 'trailing_stop_activated', 'ts_activated'],
  sl_updates: ['stop_updated', 'stop_loss_updated', 'sl_updated'],
  zombies: ['zombie_detected', 'zombie_order', 'zombie_cleaned'],
  emergency: ['emergency_close', 'emergency_stop', 'emergency'],
  ws_reconnects: ['ws_reconnect', 'ws_reconnected', 'websocket_reconnect', 'stream_reconnect'],
};

/** One row a counter; `n` is null for types that the bot has never emitted. Errors go by severity. */
export function eventCounts(provided: Provided): Question {
  const parts = Object.entries(COUNTERS).map(([counter, types]) => {
    const named = `e.type in (${types.map((type) => `'${type}'`).join(', ')})`;
    return `select '${counter}' as counter,
  case when exists (select 1 from @event e where ${named} and e.at < :slot)
    then (select count(*)::int from @event e where ${named} and e.at >= :from and e.at < :slot) end as n`;
  });
  const errors = provided('event', 'severity')
    ? `select 'errors', case when exists (select 1 from @event e)
    then (select count(*)::int from @event e where e.severity in ('ERROR', 'CRITICAL') and e.at >= :from and e.at < :slot) end`
    : "select 'errors', null::int";
  return { entities: ['event'], sql: [...parts, errors].join('\nunion all\n') };
}
