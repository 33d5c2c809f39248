import { z } from 'zod';
import { defineQuery } from '../../audit/query.ts';

const text = z.string().nullable();
const numeric = z.string().nullable();

/** The bot's own totals that touch the window, with whether one of that name was ever written as anything but 0. */
export const ownTotalsQuery = defineQuery({
  id: 'own-totals',
  title: 'The bot’s own totals of the window',
  source: 'database',
  kind: 'rows',
  entities: ['total'],
  limit: 5_000,
  sql: `select w.name, w.scope, w.at, w.covers_from, w.covers_to, w.value, w.only_zero
from (
  select t.name, t.scope, t.at, t.covers_from, t.covers_to, t.value,
    bool_and(t.value = 0) over (partition by t.name) as only_zero
  from @total t
  where t.at > :from::timestamptz - interval '31 days' and t.at <= :to::timestamptz and t.name is not null
) w
where coalesce(w.covers_to, w.at) > :from::timestamptz and coalesce(w.covers_from, w.at) < :to::timestamptz
order by w.covers_from, w.covers_to, w.at, w.scope, w.name, w.value`,
  row: z.object({
    name: z.string(),
    scope: text,
    at: z.string(),
    covers_from: text,
    covers_to: text,
    value: numeric,
    only_zero: z.boolean().nullable(),
  }),
});
export type OwnTotalRow = z.output<typeof ownTotalsQuery.row>;

/** Times that a total sums and that began before the window: their rows are counted over all of that time. */
const LONGER = `(
  select distinct t.covers_from, t.covers_to
  from @total t
  where t.covers_to > :from::timestamptz and t.covers_to <= :to::timestamptz and t.covers_from < :from::timestamptz
    and t.at > :from::timestamptz - interval '31 days' and t.at <= :to::timestamptz
) s`;

/** Inside the time, and within five seconds of its edges, where the clocks of two writers may disagree. */
const inside = (time: string): string => `${time} >= s.covers_from and ${time} < s.covers_to`;
const atEdge = (time: string): string =>
  `(abs(extract(epoch from ${time} - s.covers_from)) <= 5 or abs(extract(epoch from ${time} - s.covers_to)) <= 5)`;
const around = (time: string): string =>
  `${time} >= s.covers_from - interval '5 seconds' and ${time} <= s.covers_to + interval '5 seconds'`;

const ENDED = `coalesce(p.closed_at, case when p.status = 'closed' then p.updated_at end)`;
const LIVED = `p.status is distinct from 'failed' and p.status is distinct from 'transient'`;

export const totalPositionsQuery = defineQuery({
  id: 'own-total-positions',
  title: 'Position rows in the time of own totals that began before the window',
  source: 'database',
  kind: 'aggregate',
  entities: ['total', 'position'],
  limit: 1_000,
  sql: `select s.covers_from, s.covers_to, o.opened, o.opened_edge, o.first_at, c.closed, c.closed_edge
from ${LONGER}
cross join lateral (
  select count(*) filter (where ${inside('p.opened_at')})::int as opened,
    count(*) filter (where ${atEdge('p.opened_at')})::int as opened_edge,
    min(p.opened_at) filter (where ${inside('p.opened_at')}) as first_at
  from @position p
  where ${around('p.opened_at')} and ${LIVED}
) o
cross join lateral (
  select count(*) filter (where ${inside(ENDED)})::int as closed,
    count(*) filter (where ${atEdge(ENDED)})::int as closed_edge
  from @position p
  where ${around(ENDED)} and ${LIVED}
) c
order by s.covers_from, s.covers_to`,
  row: z.object({
    covers_from: z.string(),
    covers_to: z.string(),
    opened: z.number(),
    opened_edge: z.number(),
    first_at: text,
    closed: z.number(),
    closed_edge: z.number(),
  }),
});

export const totalFillsQuery = defineQuery({
  id: 'own-total-fills',
  title: 'Fills in the time of own totals that began before the window',
  source: 'database',
  kind: 'aggregate',
  entities: ['total', 'fill'],
  limit: 1_000,
  sql: `select s.covers_from, s.covers_to, x.fills, x.fills_edge, x.volume, x.volume_edge, x.fees, x.fees_edge,
  x.without_value, x.without_fee, x.first_currency, x.last_currency, x.first_at
from ${LONGER}
cross join lateral (
  select count(*) filter (where ${inside('f.at')})::int as fills,
    count(*) filter (where ${atEdge('f.at')})::int as fills_edge,
    sum(f.price * f.quantity) filter (where ${inside('f.at')})::text as volume,
    sum(f.price * f.quantity) filter (where ${atEdge('f.at')})::text as volume_edge,
    sum(f.fee) filter (where ${inside('f.at')})::text as fees,
    sum(abs(f.fee)) filter (where ${atEdge('f.at')})::text as fees_edge,
    count(*) filter (where f.price * f.quantity is null)::int as without_value,
    count(*) filter (where f.fee is null)::int as without_fee,
    min(upper(f.fee_currency)) as first_currency, max(upper(f.fee_currency)) as last_currency,
    min(f.at) filter (where ${inside('f.at')}) as first_at
  from @fill f
  where ${around('f.at')}
) x
order by s.covers_from, s.covers_to`,
  row: z.object({
    covers_from: z.string(),
    covers_to: z.string(),
    fills: z.number(),
    fills_edge: z.number(),
    volume: numeric,
    volume_edge: numeric,
    fees: numeric,
    fees_edge: numeric,
    without_value: z.number(),
    without_fee: z.number(),
    first_currency: text,
    last_currency: text,
    first_at: text,
  }),
});
