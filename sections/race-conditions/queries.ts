import { z } from 'zod';
import type { Kind } from '../../audit/word-kinds.ts';
import { eachSpelled, fromDatabase, spelledIds } from '../shared/queries/span.ts';
import { kindColumn, texts } from '../shared/queries/trading-rows.ts';

const time = z.string();
const count = z.number().int();

/** Rows further apart than this are never compared; the policy's limit lies below it. */
export const FURTHEST_S = 5;
/** Later rows of one position that each row is compared with. */
const NEIGHBOURS = 8;
/** Pairs that are fetched: of known writers, and of those that no row names. */
const MOST = { known: 2_000, unknown: 300 } as const;

/** What an event does to its position. */
const EFFECTS = {
  open: ['position_opened', 'position_adopted'],
  close: ['position_closed', 'emergency_close'],
  stop: ['stop_placed', 'stop_updated', 'trailing_updated'],
  removal: ['stop_removed'],
  trigger: ['stop_triggered'],
} as const satisfies Readonly<Record<string, readonly Kind<'event_kind'>[]>>;
export type Effect = keyof typeof EFFECTS;

const listed = (kinds: readonly string[]): string => kinds.map((kind) => `'${kind}'`).join(', ');
const EFFECT = `case ${Object.entries(EFFECTS)
  .map(([effect, kinds]) => `when e.kind in (${listed(kinds)}) then '${effect}'`)
  .join(' ')} end`;

/** Effects that meet without one being the plan of the other: a stop after an opening, and its removal after a close, are. */
const MEETING = `(a.effect = b.effect and a.effect in ('open', 'close', 'stop'))
    or (a.effect = 'close' and b.effect in ('stop', 'trigger'))
    or (b.effect = 'close' and a.effect in ('stop', 'trigger'))
    or (a.effect = 'removal' and b.effect = 'stop') or (a.effect = 'stop' and b.effect = 'removal')`;

const side = (row: 'a' | 'b', name: 'first' | 'second'): string =>
  ['id', 'at', 'type', 'kind', 'effect', 'writer', 'order_id']
    .map((column) => `${row}.${column} as ${name}_${column}`)
    .join(', ');

/** Pairs of events on one position, near to each other and not of one known writer; the second lies in the window. */
export const concurrentEventsQuery = fromDatabase('concurrent-events', ['event'], {
  title: 'Events of two writers near to each other',
  sql: `with picked as (
  select e.id, e.at, left(e.type, 120) as type, e.kind, ${EFFECT} as effect, e.position_id, e.order_id, e.symbol, e.exchange,
    nullif(btrim(left(e.writer, 120)), '') as writer
  from @event e
  where e.at >= :from::timestamptz - interval '${String(FURTHEST_S)} seconds' and e.at < :to::timestamptz
    and e.position_id is not null and e.kind in (${listed(Object.values(EFFECTS).flat())})
), placed as (
  select p.*, row_number() over (partition by p.position_id order by p.at, p.id, p.type) as place
  from picked p
), pair as (
  select a.position_id, coalesce(a.symbol, b.symbol) as symbol, coalesce(a.exchange, b.exchange) as exchange,
    ${side('a', 'first')}, ${side('b', 'second')},
    a.writer is not null and b.writer is not null as is_known
  from placed a
  cross join generate_series(1, ${String(NEIGHBOURS)}) k
  join placed b on b.position_id = a.position_id and b.place = a.place + k
  where b.at >= :from::timestamptz and b.at < a.at + interval '${String(FURTHEST_S)} seconds'
    and (a.writer is null or b.writer is null or a.writer <> b.writer)
    and (${MEETING})
), ranked as (
  select r.*, row_number() over (partition by r.is_known order by r.second_at, r.position_id, r.first_at) as rank
  from pair r
)
select position_id, symbol, exchange, first_id, first_at, first_type, first_kind, first_effect, first_writer, first_order_id,
  second_id, second_at, second_type, second_kind, second_effect, second_writer, second_order_id
from ranked
where rank <= case when is_known then ${String(MOST.known)} else ${String(MOST.unknown)} end
order by second_at, position_id, first_at, first_id, second_id`,
  row: z.object({
    position_id: z.string(),
    ...texts('symbol', 'exchange', 'first_id', 'second_id', 'first_writer', 'second_writer'),
    ...texts('first_order_id', 'second_order_id'),
    first_at: time,
    second_at: time,
    first_type: z.string(),
    second_type: z.string(),
    first_kind: kindColumn('event_kind'),
    second_kind: kindColumn('event_kind'),
    first_effect: z.enum(['open', 'close', 'stop', 'removal', 'trigger']),
    second_effect: z.enum(['open', 'close', 'stop', 'removal', 'trigger']),
  }),
});

/**
 * Decisions that several orders carried out, told from executions alone. Rows of one order are one; what was refused, or
 * cancelled unfilled, carried nothing out; what was sent and names no order is the
 * beginning of another row's.
 */
const SEVERAL = `mine as materialized (
  select distinct e.decision_id_alike
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz and e.decision_id is not null
), ${spelledIds('mine', 'decision_id')}, sent as (
  select lower(e.decision_id) as decision, coalesce(e.order_id, e.id) as sent_as, min(e.decision_id) as decision_id,
    min(e.decision_id_alike) as decision_id_alike, min(e.at) as at, max(e.filled_quantity) as filled,
    bool_or(e.status in ('filled', 'partially_filled') or coalesce(e.filled_quantity, 0) > 0) as is_filled,
    bool_or(e.status in ('rejected', 'cancelled')) as is_ended, bool_or(e.status = 'submitted') as is_sent,
    bool_or(e.order_id is not null) as is_named
  from @execution e
  where e.at < :to::timestamptz and e.decision_id_raw in ${eachSpelled('decision_id')}
  group by 1, 2
), judged as (
  select s.*, s.is_filled or (s.is_sent and s.is_named and not s.is_ended) as is_done
  from sent s
), told as (
  select j.*
  from (select g.*, bool_or(g.is_done) over (partition by g.decision) as has_done from judged g) j
  where j.is_done or not (j.is_ended or (j.is_sent and j.has_done))
), several as (
  select min(t.decision_id) as decision_id, min(t.decision_id_alike) as decision_id_alike,
    (count(*) filter (where t.is_done))::int as executions,
    (count(*) filter (where not t.is_done))::int as unread,
    min(t.at) as first_at, (array_agg(t.at order by t.is_done desc, t.at))[2] as second_at, max(t.at) as last_at,
    sum(t.filled) filter (where t.is_done) as filled,
    (count(*) filter (where t.is_done and not t.is_filled))::int as waiting,
    left(string_agg(t.sent_as, ', ' order by t.at, t.sent_as), 300) as orders
  from told t
  group by t.decision
  having count(*) > 1
)`;

export const severalExecutionsQuery = fromDatabase('several-executions', ['execution'], {
  title: 'Decisions that several orders carried out',
  sql: `with ${SEVERAL}
select decision_id, executions, unread, first_at, second_at, last_at, filled, waiting, orders
from several
where second_at >= :from::timestamptz
order by second_at, 1
limit 1000`,
  row: z.object({
    decision_id: z.string(),
    /** Orders that were filled or still can be, and those of whose status nothing reads the word. */
    executions: count,
    unread: count,
    first_at: time,
    second_at: time,
    last_at: time,
    /** Quantity that they filled together; `waiting`: those that filled nothing yet and still can. */
    filled: z.string().nullable(),
    waiting: count,
    orders: z.string(),
  }),
});

/** The decisions themselves, for those. */
export const decidedTwiceQuery = fromDatabase('decided-twice', ['decision', 'execution'], {
  title: 'The decisions that several orders carried out',
  sql: `with ${SEVERAL}, late as (
  select s.decision_id_alike
  from several s
  where s.second_at >= :from::timestamptz
  limit 1000
), ${spelledIds('late', 'decision_id')}
select d.id, d.at, d.symbol, d.decision, d.exchange, d.strategy, d.side, d.quantity
from @decision d
where d.id_raw in ${eachSpelled('decision_id', 'late')}
order by d.at, d.id`,
  limit: 2_000,
  row: z.object({
    id: z.string(),
    ...texts('at', 'symbol', 'decision', 'exchange', 'strategy', 'side', 'quantity'),
  }),
});

export type ConcurrentEventRow = z.output<typeof concurrentEventsQuery.row>;
