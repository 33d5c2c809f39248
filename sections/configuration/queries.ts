import { z } from 'zod';
import { fromDatabase } from '../shared/queries/span.ts';
import { texts } from '../shared/queries/trading-rows.ts';

const first = (...keys: readonly string[]): string =>
  `left(nullif(btrim(coalesce(${keys.map((key) => `e.data ->> '${key}'`).join(', ')})), ''), 200)`;

/** Names whose values may be secrets: those are not read. */
const SECRET = '(secret|token|passw|passphrase|key|private|credential|dsn|url|account)';
const shownUnlessSecret = (value: string): string =>
  `case when c.name is not null and c.name !~* '${SECRET}' then c.${value} end as ${value}`;

/** Changes of settings that the bot wrote down; a value is read only where its name says that it is no secret. */
export const configChangesQuery = fromDatabase('config-changes', ['event'], {
  title: 'Changes of settings',
  sql: `select c.at, c.id, c.type, c.writer, c.exchange, c.name, ${shownUnlessSecret('old_value')}, ${shownUnlessSecret('new_value')}, c.reviewed_by
from (
  select e.at, e.id, left(e.type, 120) as type, left(e.writer, 120) as writer, e.exchange,
    ${first('key', 'name', 'parameter', 'setting')} as name,
    ${first('old', 'old_value', 'before', 'from', 'previous')} as old_value,
    ${first('new', 'new_value', 'after', 'to', 'value')} as new_value,
    ${first('approved_by', 'reviewed_by')} as reviewed_by
  from @event e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz and e.kind = 'config_changed'
  order by e.at, e.id
  limit 1000
) c
order by c.at, c.id, c.name`,
  row: z.object({
    at: z.string(),
    type: z.string(),
    ...texts('id', 'writer', 'exchange', 'name', 'old_value', 'new_value', 'reviewed_by'),
  }),
});

/** The oldest that each was in the window, by what the bot wrote of it. */
export const filterCachesQuery = fromDatabase('filter-caches', ['state'], {
  title: 'Age of the exchange filters that the bot keeps',
  limit: 200,
  sql: `select distinct on (s.name) left(s.name, 120) as name, s.at, s.age_s::float8 as age_s,
  (count(*) over (partition by s.name))::int as rows
from @state s
where s.at >= :from::timestamptz and s.at < :to::timestamptz and s.kind = 'filter_cache' and s.age_s is not null
order by s.name, s.age_s desc, s.at`,
  row: z.object({ name: z.string(), at: z.string(), age_s: z.number(), rows: z.number().int() }),
});

export const filterRejectsQuery = fromDatabase('filter-rejects', ['order'], {
  title: 'Orders refused for the filters of a market',
  kind: 'aggregate',
  sql: `select count(*)::int as orders
from @order o
where o.created_at >= :from::timestamptz and o.created_at < :to::timestamptz and o.reject_class = 'filter'`,
  row: z.object({ orders: z.number().int() }),
});

export type FilterCacheRow = z.output<typeof filterCachesQuery.row>;
export type ConfigChangeRow = z.output<typeof configChangesQuery.row>;
