import { z } from 'zod';
import { fromDatabase } from '../shared/queries/span.ts';

const text = z.string().nullable();

/** Fewer of the day before say nothing of what the columns of a bot add up to. */
const FEWEST = 60;
/** So many times further apart than ever in the day before. */
const TIMES = 10;

/**
 * Balances of the window whose columns no longer add up as they did in all of the day before: equity to total and unrealised
 * result, free and used to one of total and equity. What a bot never kept is no contradiction, nor is its usual noise.
 */
export const balanceSumsQuery = fromDatabase('balance-sums', ['balance'], {
  title: 'Balances whose columns add up to something else than in the day before',
  limit: 5_000,
  sql: `with sums as materialized (
  select b.exchange, b.account, b.currency, b.at, b.total, w.what, w.says, w.gives, w.apart
  from @balance b
  cross join lateral (values
    ('equity', 'equity ' || b.equity, 'total ' || b.total || ', unrealized_pnl ' || b.unrealized_pnl,
      abs(b.equity - b.total - b.unrealized_pnl)),
    ('free', 'free ' || b.free || ', used ' || b.used, 'total ' || b.total,
      least(abs(b.total - b.free - b.used), abs(b.equity - b.free - b.used)))
  ) w(what, says, gives, apart)
  where b.at >= :from::timestamptz - interval '1 day' and b.at < :to::timestamptz and w.says is not null and w.gives is not null
), usual as (
  select s.exchange, s.account, s.currency, s.what, max(s.apart) as most, count(*) as rows
  from sums s
  where s.at < :from::timestamptz
  group by 1, 2, 3, 4
)
select s.exchange, s.account, s.currency, s.at, s.what, s.says, s.gives
from sums s
join usual u on u.exchange is not distinct from s.exchange and u.account is not distinct from s.account
  and u.currency is not distinct from s.currency and u.what = s.what
where s.at >= :from::timestamptz and u.rows >= ${String(FEWEST)} and u.most <= abs(s.total) / 100
  and s.apart > greatest(${String(TIMES)} * u.most, abs(s.total) / 10000, 1)
order by s.at, s.exchange, s.account, s.currency, s.what`,
  row: z.object({
    exchange: text,
    account: text,
    currency: text,
    at: z.string(),
    what: z.string(),
    says: z.string(),
    gives: z.string(),
  }),
});
