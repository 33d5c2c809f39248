import { z } from 'zod';
import { eachSpelled, fromDatabase, mineByIds, WINDOW } from './span.ts';
import { texts } from './trading-rows.ts';

const trailingUpdateRow = z.object({
  position_id: z.string(),
  at: z.string(),
  ...texts('old_stop', 'new_stop', 'skip_reason', 'duration_ms'),
  skipped: z.boolean().nullable(),
});
export type TrailingUpdateRow = z.output<typeof trailingUpdateRow>;

const UPDATE = `u.position_id, u.at, u.old_stop, u.new_stop, u.skipped, left(u.skip_reason, 200) as skip_reason, u.duration_ms`;

export const trailingUpdatesQuery = fromDatabase('trailing-updates', ['trailing_update', 'position'], {
  title: 'Moves of the trailing stops of its positions',

  sql: `with ${mineByIds(WINDOW)}
select x.*
from (
  select ${UPDATE}
  from @trailing_update u
  where u.at >= :from::timestamptz and u.at < :to::timestamptz
  union all
  select ${UPDATE}
  from @trailing_update u
  where u.at < :from::timestamptz and u.position_id_raw in ${eachSpelled('id')}
) x
order by x.at, x.position_id, x.new_stop, x.old_stop`,
  limit: 250_000,
  row: trailingUpdateRow,
});

export const trailingActivationsQuery = fromDatabase('trailing-activations', ['event'], {
  title: 'Trailing stops that became active, by events',

  sql: `select e.position_id, min(e.at) as at
from @event e
where e.at >= :from::timestamptz and e.at < :to::timestamptz and e.kind = 'trailing_activated'
  and e.position_id is not null
group by e.position_id
order by 2, 1`,
  limit: 100_000,
  row: z.object({ position_id: z.string(), at: z.string() }),
});
