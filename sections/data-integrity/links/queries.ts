import { z } from 'zod';
import type { EntityName } from '../../../audit/contract.ts';
import { fromDatabase } from '../../shared/queries/span.ts';
import { executedAmounts } from './executed-query.ts';

const text = z.string().nullable();

const linkRow = z.object({
  what: z.string(),
  said: z.string(),
  named: text,
  is_pair: z.boolean(),
  rows: z.number(),
  at: text,
  ids: z.array(text),
});
export type LinkRow = z.output<typeof linkRow>;

/** Rows that name another row by its id, and what both of them say. */
interface Link {
  readonly row: EntityName;
  readonly other: EntityName;
  readonly title: string;
  /** What else `mine` reads. */
  readonly reads?: readonly EntityName[];
  /** SELECT of `id`, `at`, `key_raw` and what the words are made of. */
  readonly mine: string;
  readonly columns: readonly string[];
  /** Whether an order that fills name is there, though its own row is not: then that was lost, and is named rightly. */
  readonly orFills?: boolean;
  /** What is compared: the expression of the row `m`, that of the row `o` which it names; null: what the pair itself comes to. */
  readonly words: readonly (readonly [what: string, said: string, other: string | null])[];
}

/** Both say the same of themselves. */
const same = (...columns: readonly string[]): Link['words'] =>
  columns.map((column) => [column, `m.${column}`, `o.${column}`]);
/** A sentence about the pair itself; NULL where the two do not show it. */
const pair = (what: string, said: string): Link['words'][number] => [what, said, null];
const IS_THERE = pair('there', `case when o.id_raw is null then 'gone' else 'there' end`);
const IS_TRADED = pair(
  'there',
  `case when o.id_raw is null and t.id_raw is null then 'gone' else 'there' end`,
);
/** What leads to a row comes before it, but for the clocks of two writers. */
const BEFORE = pair(
  'time',
  `case when o.at > m.at + interval '1 minute' then 'long after' else 'in order' end`,
);

const FAR = `interval '10 minutes'`;
/** Two times of one moment. */
const apart = (what: string, one: string, other: string): Link['words'][number] =>
  pair(
    what,
    `case when abs(extract(epoch from ${one} - ${other})) > 600 then 'apart' when ${one} is not null and ${other} is not null then 'near' end`,
  );

/** What is of a position lies in its life. */
const INSIDE = pair(
  'time',
  `case when m.at < o.opened_at - ${FAR} or m.at > o.closed_at + ${FAR} then 'outside' when o.opened_at is not null then 'inside' end`,
);

const TRADED = `, traded as materialized (
  select distinct f.order_id_raw as id_raw
  from @fill f
  where f.order_id_raw in (select unnest(array(select m.key_raw from mine m)))
)`;

/** Counted by what both say, with the first row of each: a window has few instruments and strategies, however many rows. */
const linkQuery = ({ row, other, title, reads = [], mine, columns, orFills, words }: Link) =>
  fromDatabase(`links-${row.replace('_', '-')}-${other}`, [...new Set([row, other, ...reads])], {
    title,
    kind: 'aggregate',
    limit: 20_000,
    sql: `with mine as materialized (
${mine}
), named as materialized (
  select o.id_raw, ${columns.map((column) => `o.${column}`).join(', ')}
  from @${other} o
  where o.id_raw in (select unnest(array(select m.key_raw from mine m)))
)${orFills === true ? TRADED : ''}
select w.what, left(w.said, 120) as said, left(w.named, 120) as named, w.is_pair, count(*)::int as rows, min(m.at) as at,
  (array_agg(m.id order by m.at, m.id))[1:12] as ids
from mine m
left join named o on o.id_raw = m.key_raw
${orFills === true ? 'left join traded t on t.id_raw = m.key_raw\n' : ''}cross join lateral (values
${words.map(([what, said, its]) => `  ('${what}', ${said}, ${its ?? 'null'}, ${String(its === null)})`).join(',\n')}
) w(what, said, named, is_pair)
where btrim(w.said) <> '' and (w.is_pair or btrim(w.named) <> '')
group by 1, 2, 3, 4
order by 1, 2, 3, 4`,
    row: linkRow,
  });

const IN_WINDOW = 'r.at >= :from::timestamptz and r.at < :to::timestamptz';

export const eventPositions = linkQuery({
  row: 'event',
  other: 'position',
  title: 'What events and the positions that they name say of the same',
  mine: `  select r.id, r.at, r.position_id_raw as key_raw, r.symbol, r.exchange, r.kind
  from @event r
  where ${IN_WINDOW} and btrim(r.position_id) <> ''`,
  columns: ['symbol', 'exchange', 'opened_at', 'closed_at'],
  words: [
    ...same('symbol', 'exchange'),
    apart(
      'time',
      'm.at',
      `case m.kind when 'position_opened' then o.opened_at when 'position_closed' then o.closed_at end`,
    ),
  ],
});

export const eventOrders = linkQuery({
  row: 'event',
  other: 'order',
  title: 'What events and the orders that they name say of the same',
  mine: `  select r.id, r.at, r.order_id_raw as key_raw, r.symbol, r.exchange, r.position_id_raw
  from @event r
  where ${IN_WINDOW} and btrim(r.order_id) <> ''`,
  reads: ['fill'],
  orFills: true,
  columns: ['symbol', 'exchange', 'position_id_raw'],
  words: [
    IS_TRADED,
    ...same('symbol', 'exchange'),
    pair(
      'position',
      `case when m.position_id_raw = o.position_id_raw then 'same' when m.position_id_raw <> o.position_id_raw then 'other' end`,
    ),
  ],
});

export const trailingPositions = linkQuery({
  row: 'trailing_update',
  other: 'position',
  title: 'What trailing updates and the positions that they name say of the same',
  mine: `  select r.position_id as id, r.at, r.position_id_raw as key_raw, r.symbol, r.exchange
  from @trailing_update r
  where ${IN_WINDOW}`,
  columns: ['symbol', 'exchange', 'opened_at', 'closed_at'],
  words: [IS_THERE, ...same('symbol', 'exchange'), INSIDE],
});

/** What an update says against where the next one of its position finds the stop. */
export const trailingChain = fromDatabase('links-trailing-update-next', ['trailing_update'], {
  title: 'Whether trailing updates leave the stop where the next one finds it',
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

export const fundingPositions = linkQuery({
  row: 'funding',
  other: 'position',
  title: 'What payments of funding and the positions that they name say of the same',
  mine: `  select r.position_id as id, r.at, r.position_id_raw as key_raw, r.symbol, r.exchange
  from @funding r
  where ${IN_WINDOW} and btrim(r.position_id) <> ''`,
  columns: ['symbol', 'exchange', 'opened_at', 'closed_at'],
  words: [...same('symbol', 'exchange'), INSIDE],
});

export const decisionSignals = linkQuery({
  row: 'decision',
  other: 'signal',
  title: 'What decisions and the signals that they name say of the same',
  mine: `  select r.id, r.at, r.signal_id_raw as key_raw, r.symbol, r.strategy, r.side
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

export const positionSignals = linkQuery({
  row: 'position',
  other: 'signal',
  title: 'What positions and the signals that they name say of the same',
  mine: `  select r.id, r.opened_at as at, r.signal_id_raw as key_raw, r.symbol, r.strategy, r.side
  from @position r
  where r.opened_at >= :from::timestamptz and r.opened_at < :to::timestamptz and btrim(r.signal_id) <> ''`,
  columns: ['symbol', 'strategy', 'side', 'at'],
  words: [IS_THERE, BEFORE, ...same('symbol', 'strategy', 'side')],
});

/** Only an entry has the side of its decision in every bot: a close names its own, or that of what it closes. */
export const decisionOrders = linkQuery({
  row: 'decision',
  other: 'order',
  title: 'What decisions and the orders that carried them out say of the same',
  reads: ['execution'],
  mine: `  select r.id, r.at, e.order_id_raw as key_raw, r.symbol, r.exchange, r.strategy, r.side, r.status, r.quantity,
    r.executed_at
  from @decision r
  join @execution e on e.decision_id_raw = r.id_raw
  where ${IN_WINDOW} and btrim(e.order_id) <> ''`,
  columns: [
    'symbol',
    'exchange',
    'strategy',
    'side',
    'role',
    'status',
    'quantity',
    'filled',
    'created_at',
    'filled_at',
  ],
  words: [
    pair(
      'time',
      `case when m.at > o.created_at + interval '1 minute' then 'late' when o.created_at is not null then 'in order' end`,
    ),
    apart('executed_at', 'm.executed_at', 'o.filled_at'),
    ...same('symbol', 'exchange', 'strategy'),
    ['side', `case when o.role = 'entry' and o.side in ('long', 'short') then m.side end`, 'o.side'],
    pair(
      'exit-side',
      `case when o.role <> 'entry' and m.side = o.side then 'same' when o.role <> 'entry' and m.side <> o.side then 'other' end`,
    ),
    pair(
      'status',
      `case when o.filled > 0 and m.status in ('failed', 'cancelled') then m.status || ', though its order filled'
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
