import { z } from 'zod';
import type { EntityName } from '../../audit/contract.ts';
import { defineQuery } from '../../audit/query.ts';

const text = z.string().nullable();
const EARLIEST = `:from::timestamptz - interval '31 days'`;

/** The bot's own totals that touch the window. */
export const ownTotalsQuery = defineQuery({
  id: 'own-totals',
  title: 'The bot’s own totals of the window',
  source: 'database',
  kind: 'rows',
  entities: ['total'],
  limit: 5_000,
  sql: `select t.name, t.scope, t.covers_from, t.covers_to, t.value
from @total t
where t.at > ${EARLIEST} and t.at <= :to::timestamptz and t.name is not null
  and coalesce(t.covers_to, t.at) > :from::timestamptz and coalesce(t.covers_from, t.at) < :to::timestamptz
order by t.covers_from, t.covers_to, t.at, t.scope, t.name, t.value`,
  row: z.object({ name: z.string(), scope: text, covers_from: text, covers_to: text, value: text }),
});
export type OwnTotalRow = z.output<typeof ownTotalsQuery.row>;

/**
 * Rows in the time of totals that began up to 31 days before the window, and those within five seconds of its edges,
 * where the clocks of two writers may disagree. The rows of all of these times are read once, by their outer bounds.
 */
function countedQuery(
  entity: EntityName,
  name: string,
  ...moments: readonly (readonly [total: string, time: string, where: string])[]
) {
  const read = moments.map(
    ([total, time, where]) => `  select '${total}' as name, ${time} as at
  from @${entity} r
  where ${time} >= (select min(covers_from) from span) - interval '5 seconds'
    and ${time} <= (select max(covers_to) from span) + interval '5 seconds' and ${where}`,
  );
  return defineQuery({
    id: `own-total-${entity}s`,
    title: `${name} in the time of own totals that began before the window`,
    source: 'database',
    kind: 'aggregate',
    entities: ['total', entity],
    limit: 1_000,
    sql: `with span as (
  select distinct t.covers_from, t.covers_to
  from @total t
  where t.at > ${EARLIEST} and t.at <= :to::timestamptz
    and t.covers_from >= ${EARLIEST} and t.covers_from < :from::timestamptz
    and t.covers_to > :from::timestamptz and t.covers_to <= :to::timestamptz
), moment as (
${read.join('\n  union all\n')}
)
select m.name, s.covers_from, s.covers_to,
  (count(*) filter (where m.at >= s.covers_from and m.at < s.covers_to))::int as counted,
  (count(*) filter (where abs(extract(epoch from m.at - s.covers_from)) <= 5
    or abs(extract(epoch from m.at - s.covers_to)) <= 5))::int as edge
from span s
join moment m on m.at >= s.covers_from - interval '5 seconds' and m.at <= s.covers_to + interval '5 seconds'
group by m.name, s.covers_from, s.covers_to
order by s.covers_from, s.covers_to, m.name`,
    row: z.object({
      name: z.string(),
      covers_from: z.string(),
      covers_to: z.string(),
      counted: z.number(),
      edge: z.number(),
    }),
  });
}

const LIVED = `r.status is distinct from 'failed' and r.status is distinct from 'transient'`;

export const totalPositionsQuery = countedQuery(
  'position',
  'Position rows',
  ['positions_opened', 'r.opened_at', LIVED],
  ['positions_closed', 'r.closed_at', LIVED],
  ['positions_closed', 'r.updated_at', `r.closed_at is null and r.status = 'closed'`],
);
export const totalFillsQuery = countedQuery('fill', 'Fills', ['fills', 'r.at', 'true']);
