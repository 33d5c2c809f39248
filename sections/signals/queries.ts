import { z } from 'zod';
import { fromDatabase } from '../shared/queries/span.ts';

const count = z.number().int();
const time = z.string().nullable();
const symbol = z.string().nullable();

export const signalsQuery = fromDatabase('signals-by-symbol', ['signal'], {
  title: 'Signals of the window by symbol',
  kind: 'aggregate',
  limit: 20_000,
  sql: `select s.symbol, count(*)::int as signals, min(s.at) as first_at, max(s.at) as last_at
from @signal s
where s.at >= :from::timestamptz and s.at < :to::timestamptz
group by s.symbol
order by s.symbol`,
  row: z.object({ symbol, signals: count, first_at: z.string(), last_at: z.string() }),
});

export const watchQuery = fromDatabase('watch-list', ['watch'], {
  title: 'The watch list as it stood when it was read',
  limit: 20_000,
  sql: `select w.symbol, w.exchange, w.alerts_enabled, w.trade_enabled, w.last_price_at, w.last_alert_at, w.cooldown_until
from @watch w
order by w.symbol, w.exchange`,
  row: z.object({
    symbol,
    exchange: z.string().nullable(),
    alerts_enabled: z.boolean().nullable(),
    trade_enabled: z.boolean().nullable(),
    last_price_at: time,
    last_alert_at: time,
    cooldown_until: time,
  }),
});

export const alertedQuery = fromDatabase('alerts-by-symbol', ['alert'], {
  title: 'Alerts of the window by symbol, and those that were held back',
  kind: 'aggregate',
  limit: 20_000,
  sql: `select a.symbol, count(*)::int as alerts, count(a.blocked_reason)::int as blocked,
  (array_agg(left(a.blocked_reason, 120) order by a.at desc) filter (where a.blocked_reason is not null))[1] as reason
from @alert a
where a.at >= :from::timestamptz and a.at < :to::timestamptz
group by a.symbol
order by a.symbol`,
  row: z.object({ symbol, alerts: count, blocked: count, reason: z.string().nullable() }),
});

export const decidedQuery = fromDatabase('decisions-by-symbol', ['decision'], {
  title: 'Decisions of the window by symbol',
  kind: 'aggregate',
  limit: 20_000,
  sql: `select d.symbol, count(*)::int as decisions
from @decision d
where d.at >= :from::timestamptz and d.at < :to::timestamptz
group by d.symbol
order by d.symbol`,
  row: z.object({ symbol, decisions: count }),
});

export type WatchRow = z.output<typeof watchQuery.row>;
