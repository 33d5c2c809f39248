import { fromDatabase } from '../../shared/queries/span.ts';
import { executedAmounts } from './executed-query.ts';
import { BEFORE, IS_THERE, IS_TRADED, linkQuery, linkRow, pair, same } from './link-query.ts';

const IN_WINDOW = 'r.at >= :from::timestamptz and r.at < :to::timestamptz';

const eventPositions = linkQuery({
  row: 'event',
  other: 'position',
  title: 'Events against the positions that they name',
  mine: `  select r.id, r.at, r.position_id as key, r.position_id_alike as key_alike, r.symbol, r.exchange
  from @event r
  where ${IN_WINDOW} and btrim(r.position_id) <> ''`,
  columns: ['symbol', 'exchange'],
  words: same('symbol', 'exchange'),
});

const eventOrders = linkQuery({
  row: 'event',
  other: 'order',
  title: 'Events against the orders that they name',
  mine: `  select r.id, r.at, r.order_id as key, r.order_id_alike as key_alike, r.symbol, r.exchange, lower(r.position_id) as position_id
  from @event r
  where ${IN_WINDOW} and btrim(r.order_id) <> ''`,
  reads: ['fill'],
  orFills: true,
  columns: ['symbol', 'exchange', 'position_id'],
  words: [
    IS_TRADED,
    ...same('symbol', 'exchange'),
    pair(
      'position',
      `case when m.position_id = lower(o.position_id) then 'same' when m.position_id <> lower(o.position_id) then 'other' end`,
    ),
  ],
});

const trailingPositions = linkQuery({
  row: 'trailing_update',
  other: 'position',
  title: 'Trailing updates against their positions',
  mine: `  select r.position_id as id, r.at, r.position_id as key, r.position_id_alike as key_alike, r.symbol, r.exchange
  from @trailing_update r
  where ${IN_WINDOW}`,
  columns: ['symbol', 'exchange'],
  words: [IS_THERE, ...same('symbol', 'exchange')],
});

/** What an update says against where the next one of its position finds the stop. */
const trailingChain = fromDatabase('links-trailing-update-next', ['trailing_update'], {
  title: 'Trailing updates against the next of their positions',
  kind: 'aggregate',
  sql: `with step as (
  select u.position_id, u.at, u.old_stop, u.new_stop, u.skipped,
    lead(u.old_stop) over (partition by u.position_id_raw order by u.at) as next_old
  from @trailing_update u
  where u.at >= :from::timestamptz and u.at < :to::timestamptz
)
select w.what, w.said, null::text as named, true as is_pair, count(*)::int as rows, min(s.at) as at,
  (array_agg(s.position_id order by s.at, s.position_id))[1:12] as ids
from step s
cross join lateral (values
  ('skipped', case when s.skipped and s.new_stop <> s.old_stop and s.next_old = s.new_stop then 'skipped, and moved' when s.skipped then 'skipped' end),
  ('new_stop', case when s.next_old = s.new_stop then 'same' when not s.skipped and s.next_old <> s.new_stop then 'other' end)
) w(what, said)
where w.said is not null
group by 1, 2
order by 1, 2`,
  row: linkRow,
});

const fundingPositions = linkQuery({
  row: 'funding',
  other: 'position',
  title: 'Payments of funding against their positions',
  mine: `  select r.position_id as id, r.at, r.position_id as key, r.position_id_alike as key_alike, r.symbol, r.exchange
  from @funding r
  where ${IN_WINDOW} and btrim(r.position_id) <> ''`,
  columns: ['symbol', 'exchange'],
  words: [...same('symbol', 'exchange')],
});

const decisionSignals = linkQuery({
  row: 'decision',
  other: 'signal',
  title: 'Decisions against the signals that they name',
  mine: `  select r.id, r.at, r.signal_id as key, r.signal_id_alike as key_alike, r.symbol, r.strategy, r.side
  from @decision r
  where ${IN_WINDOW} and btrim(r.signal_id) <> ''`,
  columns: ['symbol', 'strategy', 'side', 'at'],
  words: [
    IS_THERE,
    BEFORE,
    ...same('symbol', 'strategy'),
    pair('side', `case when m.side = o.side then 'same' when m.side <> o.side then 'other' end`),
  ],
});

const positionSignals = linkQuery({
  row: 'position',
  other: 'signal',
  title: 'Positions against the signals that they name',
  mine: `  select r.id, r.opened_at as at, r.signal_id as key, r.signal_id_alike as key_alike, r.symbol, r.strategy, r.side
  from @position r
  where r.opened_at >= :from::timestamptz and r.opened_at < :to::timestamptz and btrim(r.signal_id) <> ''`,
  columns: ['symbol', 'strategy', 'side'],
  words: [IS_THERE, ...same('symbol', 'strategy', 'side')],
});

/** Only an entry has the side of its decision in every bot: a close names its own, or that of what it closes. */
const decisionOrders = linkQuery({
  row: 'decision',
  other: 'order',
  title: 'Decisions against the orders they led to',
  reads: ['execution'],
  mine: `  select r.id, r.at, e.order_id as key, e.order_id_alike as key_alike, r.symbol, r.exchange, r.strategy, r.side, r.status, r.quantity
  from @decision r
  join @execution e on lower(e.decision_id) = lower(r.id)
  where ${IN_WINDOW} and e.at >= :from::timestamptz and e.at < :to::timestamptz and btrim(e.order_id) <> ''`,
  columns: ['symbol', 'exchange', 'strategy', 'side', 'role', 'status', 'quantity'],
  words: [
    ...same('symbol', 'exchange', 'strategy'),
    ['side', `case when o.role = 'entry' and o.side in ('long', 'short') then m.side end`, 'o.side'],
    pair(
      'exit-side',
      `case when o.role <> 'entry' and m.side = o.side then 'same' when o.role <> 'entry' and m.side <> o.side then 'other' end`,
    ),
    pair(
      'status',
      `case when o.status = 'filled' and m.status in ('failed', 'cancelled') then m.status || ', though its order filled'
      when o.status = 'rejected' and m.status = 'executed' then 'executed, though its order was refused' else 'as its order' end`,
    ),
    pair(
      'quantity',
      `case when m.quantity > 3 * o.quantity or 3 * m.quantity < o.quantity then 'far' when m.quantity > 0 and o.quantity > 0 then 'near' end`,
    ),
  ],
});

export const linkQueries = {
  eventPositions,
  eventOrders,
  trailingPositions,
  trailingChain,
  fundingPositions,
  decisionSignals,
  positionSignals,
  decisionOrders,
  executedAmounts,
};
