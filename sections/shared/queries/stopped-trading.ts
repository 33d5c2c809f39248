import { z } from 'zod';
import { fromDatabase } from './span.ts';
import { texts } from './trading-rows.ts';

/** What stops all trading, by name: whenever in the window it was written as engaged. */
export const stoppedTradingQuery = fromDatabase('stopped-trading', ['state'], {
  title: 'Switches that stopped all trading in the window',
  kind: 'aggregate',
  limit: 1_000,
  sql: `select left(s.name, 120) as name, s.kind, count(*)::int as rows, min(s.at) as first_at, max(s.at) as last_at,
  (array_agg(left(s.reason, 300) order by s.at) filter (where btrim(s.reason) <> ''))[1] as reason
from @state s
where s.at >= :from::timestamptz and s.at < :to::timestamptz
  and ((s.kind in ('kill_switch', 'global_blocker') and s."on") or (s.kind = 'trading' and not s."on"))
group by left(s.name, 120), s.kind
order by first_at, name, s.kind`,
  row: z.object({
    ...texts('kind', 'reason'),
    name: z.string(),
    rows: z.number(),
    first_at: z.string(),
    last_at: z.string(),
  }),
});
export type StoppedTradingRow = z.output<typeof stoppedTradingQuery.row>;
