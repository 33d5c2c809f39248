import { hasStopOrders, openAt, unprotectedAt } from '../../audit/alerts/open-positions-sql.ts';
import type { Provided } from '../../audit/alerts/rule.ts';
import type { EntityName } from '../../audit/contract.ts';

interface Question {
  readonly sql: string;
  readonly entities: readonly EntityName[];
}

/** Open, unprotected and aged positions at the slot by exchange. */
export function positionsSql(provided: Provided, maxAgeH: number | null): Question {
  const orders = hasStopOrders(provided);
  const aged =
    maxAgeH === null
      ? 'null::int'
      : `count(*) filter (where p.opened_at < :slot - interval '${String(maxAgeH)} hours')::int`;
  return {
    entities: orders ? ['position', 'order'] : ['position'],
    sql: `select coalesce(p.exchange, 'unknown') as exchange, count(*)::int as open,
  count(*) filter (where ${unprotectedAt(':slot', provided)})::int as unprotected, ${aged} as aged
from @position p
where ${openAt(':slot')}
group by 1
order by 1`,
  };
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
