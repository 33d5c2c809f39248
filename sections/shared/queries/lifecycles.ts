import { z } from 'zod';
import type { EntityName } from '../../../audit/contract.ts';
import { fromDatabase } from './span.ts';
import { texts } from './trading-rows.ts';

/** What happened by the rows themselves, and what should say so. */
interface Moment {
  readonly what: string;
  /** SELECT of `id` in lower case, `exchange` and `at` of what happened in the window. */
  readonly happened: string;
  /** Condition on the row `r` that says it. */
  readonly said: string;
}

/**
 * Whether each row of one kind is told of by a row of another, and how much later, per exchange. What happened in the last
 * five minutes may be told of after the window; `named` are those who tell of anything.
 */
const toldBy = (
  entity: EntityName,
  base: EntityName,
  key: string,
  title: string,
  moments: readonly Moment[],
) =>
  fromDatabase(`told-by-${entity.replace('_', '-')}`, [entity, base], {
    title,
    kind: 'aggregate',
    limit: 1_000,
    sql: `with happened as materialized (
${moments.map(({ what, happened }) => `  select '${what}' as what, h.* from (${happened}) h`).join('\n  union all\n')}
), said as materialized (
  select s.what, s.id, min(s.at) as at
  from (
${moments
  .map(
    ({ what, said }) => `    select '${what}' as what, lower(r.${key}) as id, r.at
    from @${entity} r
    where r.at >= :from::timestamptz - interval '5 minutes' and r.at < :to::timestamptz and ${said}
      and btrim(r.${key}) <> ''`,
  )
  .join('\n    union all\n')}
  ) s
  group by s.what, s.id
)
select h.what, h.exchange, count(*)::int as rows, count(s.at)::int as said,
  (select count(*)::int from said n where n.what = h.what) as named,
  round((percentile_cont(0.5) within group (order by extract(epoch from s.at - h.at)))::numeric, 3)::float8 as later_s
from happened h
left join said s on s.what = h.what and s.id = h.id
where h.at >= :from::timestamptz and h.at < :to::timestamptz - interval '5 minutes'
group by h.what, h.exchange
order by h.what, h.exchange`,
    row: z.object({
      ...texts('exchange'),
      what: z.string(),
      rows: z.number(),
      said: z.number(),
      named: z.number(),
      /** Median; negative where it is told of before it happened. */
      later_s: z.number().nullable(),
    }),
  });

const positionsBy = (time: string, where: string): string =>
  `select lower(p.id) as id, p.exchange, p.${time} as at from @position p
    where p.${time} >= :from::timestamptz and p.${time} < :to::timestamptz and ${where}`;

export const toldByEvents = toldBy(
  'event',
  'position',
  'position_id',
  'Openings and closes, and the events of them',
  [
    {
      what: 'opening',
      happened: positionsBy('opened_at', `coalesce(p.status, 'unknown') in ('open', 'closed')`),
      said: `r.kind in ('position_opened', 'position_adopted')`,
    },
    {
      what: 'close',
      happened: positionsBy('closed_at', `p.status = 'closed'`),
      said: `r.kind in ('position_closed', 'liquidation', 'adl', 'emergency_close')`,
    },
  ],
);

export const toldByStopChanges = toldBy(
  'stop_change',
  'order',
  'order_id',
  'Stop orders, and the stop changes of them',
  [
    {
      what: 'stop order',
      happened: `select lower(o.id) as id, o.exchange, o.created_at as at from @order o
    where o.created_at >= :from::timestamptz and o.created_at < :to::timestamptz and o.role in ('stop', 'trailing_stop') and o.venue_at is not null`,
      said: `r.kind in ('placed', 'updated')`,
    },
  ],
);
export type ToldRow = ReturnType<(typeof toldByEvents)['row']['parse']>;
