import { defineQuery } from '../../../audit/query.ts';
import { ORDERS_SQL, ordersSqlOf } from './orders.ts';
import { MOST_PRICES, PRICES_SQL } from './prices.ts';
import {
  eachSpelled,
  fromDatabase,
  mine,
  mineByIds,
  notOfMine,
  overlapping,
  spelledIds,
  WINDOW,
  type Span,
} from './span.ts';
import {
  equityRow,
  fillRow,
  fundingRow,
  instrumentRow,
  laterFillRow,
  limitRow,
  orderRow,
  positionRow,
  priceRow,
  snapshotGapRow,
  snapshotRow,
  stopChangeRow,
  transferRow,
} from './trading-rows.ts';

/** At most 480 buckets a span, never shorter than a minute: a month of prices stays as small as a night's. */
const bucketOf = ({ from, to }: Span): string =>
  `date_bin(greatest(interval '1 minute', (${to} - ${from}) / 480), x.at, ${from})`;

/** Positions that overlapped a span. */
export const positionsOf = (id: string, title: string, { from, to }: Span) =>
  fromDatabase(id, ['position'], {
    title,

    sql: `select p.id, p.symbol, p.exchange, p.strategy, p.side, p.status, p.quantity, p.entry_price, p.exit_price,
  p.opened_at, p.closed_at, p.updated_at, p.exit_reason, p.exit_kind, p.realized_pnl, p.unrealized_pnl, p.fees, p.funding,
  p.leverage, p.current_price, p.current_price_at, p.stop_loss_price, p.take_profit_price, p.has_stop_loss, p.has_trailing_stop,
  p.trailing_activated, p.trailing_activation_price, p.entry_order_id, p.exit_order_id, p.liquidation_price, p.margin_mode, p.last_evaluated_at
from @position p
where ${overlapping({ from, to })}
order by p.opened_at, p.id`,
    limit: 100_000,
    row: positionRow,
  });

export const positionsQuery = positionsOf('positions', 'Positions that overlapped the window', WINDOW);

const FILL = `f.id, f.order_id, f.position_id, f.symbol, f.exchange, f.strategy, f.side, f.price, f.quantity, f.at,
    f.fee, f.fee_currency, f.is_maker, f.realized_pnl`;

/**
 * Fills of a span and, from before it, those of the positions that overlapped it: by position, or as their entry. Of
 * those without a time that can be also the ones that name no position: their order may be one of the span.
 */
export const fillsOf = (id: string, title: string, span: Span) =>
  fromDatabase(id, ['fill', 'position'], {
    title,

    sql: `with ${mineByIds(span, 'p.entry_order_id_alike')}, ${spelledIds('mine', 'entry_order_id')}
select x.*
from (
  select ${FILL}
  from @fill f
  where f.at >= ${span.from} and f.at < ${span.to}
  union all
  select ${FILL}
  from @fill f
  where f.at < ${span.from} and f.position_id_raw in ${eachSpelled('id')}
  union all
  select ${FILL}
  from @fill f
  where f.at < ${span.from} and f.order_id_raw in ${eachSpelled('entry_order_id')} and ${notOfMine('f.position_id_raw')}
  union all
  select ${FILL}
  from @fill f
  where f.at is null and (f.position_id is null or f.position_id_raw in ${eachSpelled('id')}
    or (f.order_id_raw in ${eachSpelled('entry_order_id')} and ${notOfMine('f.position_id_raw')}))
) x
order by x.at, x.id`,
    limit: 250_000,
    row: fillRow,
  });

export const fillsQuery = fillsOf('fills', 'Fills in the window, or of its positions', WINDOW);

export const laterFillsQuery = fromDatabase('later-fills', ['fill', 'position'], {
  title: 'What was traded after the window',

  sql: `with ${mineByIds(WINDOW)}
select f.position_id, f.exchange, f.symbol
from @fill f
where f.at >= :to::timestamptz and f.position_id is null
union
select f.position_id, f.exchange, f.symbol
from @fill f
where f.at >= :to::timestamptz and f.position_id_raw in ${eachSpelled('id')}
order by 1, 2, 3`,
  limit: 100_000,
  row: laterFillRow,
});

export const ordersQuery = fromDatabase('orders', ['order', 'position'], {
  title: 'Orders alive in the window, or of its positions',

  sql: ORDERS_SQL,
  limit: 250_000,
  row: orderRow,
});

/** Orders that were asked for in a span. */
export const ordersOf = (id: string, title: string, span: Span) =>
  fromDatabase(id, ['order'], { title, sql: ordersSqlOf(span), limit: 250_000, row: orderRow });

const STOP_CHANGE = `s.position_id, s.at, s.kind, s.old_price, s.new_price, s.order_id, s.exchange, s.duration_ms,
    s.unprotected_window_ms, s.error`;

export const stopChangesQuery = fromDatabase('stop-changes', ['stop_change', 'position'], {
  title: 'Stop changes that the bot recorded of its positions',

  sql: `with ${mineByIds(WINDOW)}
select x.*
from (
  select ${STOP_CHANGE}
  from @stop_change s
  where s.at >= :from::timestamptz and s.at < :to::timestamptz
  union all
  select ${STOP_CHANGE}
  from @stop_change s
  where s.at < :from::timestamptz and s.position_id_raw in ${eachSpelled('id')}
) x
order by x.at, x.position_id, x.kind, x.order_id`,
  limit: 250_000,
  row: stopChangeRow,
});

/** Funding of a span and since the opening of the positions that overlapped it. */
export const fundingOf = (id: string, title: string, span: Span) =>
  fromDatabase(id, ['funding', 'position'], {
    title,

    sql: `with ${mine(span, `p.id, p.symbol, coalesce(p.opened_at, ${span.from} - interval '30 days') as opened_at`)}, since as materialized (
  select min(m.opened_at) as at from mine m
), by_id as materialized (
  select lower(m.id) as id, min(m.opened_at) as at from mine m group by 1
), by_symbol as materialized (
  select m.symbol, min(m.opened_at) as at from mine m group by m.symbol
)
select u.symbol, u.exchange, u.position_id, u.amount, u.at
from @funding u
left join by_id i on i.id = lower(u.position_id)
left join by_symbol s on s.symbol = u.symbol
where (u.at >= least((select n.at from since n), ${span.from}) and u.at < ${span.to}
    and (u.at >= ${span.from} or u.at >= least(i.at, s.at)))
  or (u.at is null and (i.id is not null or u.position_id is null))
order by u.at, u.exchange, u.symbol, u.position_id, u.amount`,
    limit: 100_000,
    row: fundingRow,
  });

export const fundingQuery = fundingOf('funding', 'Funding in the window, or of its positions', WINDOW);

export const pricesQuery = fromDatabase('prices', ['price'], {
  title: 'Last price of each symbol by bucket (mark before last before index)',

  sql: PRICES_SQL,
  limit: MOST_PRICES,
  row: priceRow,
});

/** Last equity of each account by bucket of a span. */
export const equityOf = (id: string, title: string, { from, to }: Span) =>
  fromDatabase(id, ['balance'], {
    title,

    sql: `select distinct on (x.exchange, x.account, x.currency, ${bucketOf({ from, to })})
  x.exchange, x.account, x.currency, ${bucketOf({ from, to })} as bucket, x.at,
  coalesce(x.equity, x.total + x.unrealized_pnl) as equity, x.total, x.free,
  x.used
from @balance x
where x.at >= ${from} - interval '1 hour' and x.at < ${to}
order by x.exchange, x.account, x.currency, ${bucketOf({ from, to })}, x.at desc, equity, x.total`,
    limit: 100_000,
    row: equityRow,
  });

export const equityQuery = equityOf('equity', 'Last equity of each account by bucket', WINDOW);

export const limitsQuery = fromDatabase('limits', ['limit'], {
  title: 'Limits that the bot itself keeps',

  sql: `select l.name, l.kind, l.scope, l.scope_value, l.unit, l.value
from @limit l
order by l.name, l.scope, l.scope_value, l.unit, l.value`,
  limit: 1_000,
  row: limitRow,
});

export const instrumentsQuery = fromDatabase('instruments', ['instrument'], {
  title: 'What a contract of each instrument is',

  sql: `select i.exchange, i.symbol, i.contract, i.contract_size, i.settle_currency, i.valid_from, i.same_as, i.price_tick,
  i.quantity_step, i.min_notional, i.base, i.quote
from @instrument i
where i.symbol is not null
order by i.exchange, i.symbol, i.valid_from, i.same_as`,
  limit: 20_000,
  row: instrumentRow,
});

export const snapshotsQuery = defineQuery({
  id: 'snapshots',
  title: 'Monitoring snapshots of the window',
  source: 'snapshots',
  kind: 'rows',
  entities: ['snapshot'],
  sql: `select s.at, s.slot, s.total, s.by_exchange, s.unprotected, s.new_opened, s.prices_updated, s.ts_activated,
  s.sl_updates, s.closed, s.aged, s.zombies, s.emergency, s.errors, s.ws_reconnects
from @snapshot s
where s.at >= :from::timestamptz and s.at < :to::timestamptz
order by s.slot, s.at`,
  limit: 100_000,
  row: snapshotRow,
});

export const snapshotGapsQuery = defineQuery({
  id: 'snapshot-gaps',
  title: 'Why minutes of the window have no snapshot, as the monitor noted it',
  source: 'snapshots',
  kind: 'rows',
  entities: ['snapshot_gap'],
  sql: `select g.slot, g.reason
from @snapshot_gap g
where g.slot >= :from::timestamptz and g.slot < :to::timestamptz
order by g.slot`,
  row: snapshotGapRow,
});

/** From 00:00 UTC on, since the loss of a day is read from there. */
export const transfersQuery = fromDatabase('transfers', ['transfer'], {
  title: 'Transfers of the window and of its first day',

  limit: 20_000,
  sql: `select t.at, t.currency, t.amount, t.exchange, t.account, t.kind
from @transfer t
where t.at >= least(:from::timestamptz - interval '1 minute', date_trunc('day', :from::timestamptz, 'UTC'))
  and t.at < :to::timestamptz + interval '1 minute'
order by t.at, t.exchange, t.currency, t.amount, t.kind`,
  row: transferRow,
});
