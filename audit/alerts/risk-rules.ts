import { ms } from '../time.ts';
import { hasStopOrders, openAt, tellsProtection, unprotectedAt } from './open-positions-sql.ts';
import { lasting, many } from '../counted-words.ts';
import { lacking, numberIn, textIn, type AlertRow, type AlertRule } from './rule.ts';

/** More positions than a person acts on one by one; the rest is one alert with their number. */
const POSITIONS = 50;
const MOST = 1_000;

export const unprotectedPosition: AlertRule = {
  id: 'unprotected-position',
  title: 'Position without a stop',
  level: 'critical',
  reads: ['position', 'order'],
  inhibitedBy: [],
  condition: ({ unprotectedSeconds: limit }) =>
    `a position is open and without a live stop for more than ${many(limit, 'second')}, by its orders, else its stored stop, else its flag`,
  todo: 'Place a stop at the exchange now, or close the position; then find out why the bot did not.',
  ask({ unprotectedSeconds: limit }, provided) {
    const lacks =
      lacking(provided, 'position') ??
      (tellsProtection(provided)
        ? null
        : 'neither orders with position_id nor a stop of the position in the mapping');
    if (lacks !== null) return { lacks };
    // Both ends of the time: a stop that is replaced at this moment is no position without one.
    const before = `(:slot::timestamptz - interval '${String(limit)} seconds')`;
    const column = (name: string): string => (provided('position', name) ? `p.${name}` : 'null::text');
    return {
      entities: hasStopOrders(provided) ? ['position', 'order'] : ['position'],
      minutes: 1,
      sql: `select left(p.id, 80) as id, left(p.symbol, 80) as symbol, ${column('exchange')} as exchange, left(${column('strategy')}, 120) as strategy,
  p.opened_at
from @position p
where ${openAt(':slot')} and p.opened_at < ${before}
  and (${unprotectedAt(':slot', provided)}) and (${unprotectedAt(before, provided)})
order by p.opened_at, p.id
limit ${String(MOST)}`,
    };
  },
  judge(rows, { at, strategiesWithoutStop }) {
    const bare = rows.filter((row) => !strategiesWithoutStop.includes(textIn(row, 'strategy') ?? ''));
    // The oldest first, so that a new one does not push another out of its alert.
    const crossings = bare.slice(0, POSITIONS).map((row) => {
      const [id, symbol] = [textIn(row, 'id') ?? '?', textIn(row, 'symbol') ?? '?'];
      const exchange = textIn(row, 'exchange');
      const age = lasting(ms(at) - ms(textIn(row, 'opened_at') ?? at));
      const text = `Position ${id} (${symbol}${exchange === null ? '' : ` at ${exchange}`}), open for ${age}, has no live stop.`;
      return { subject: `position ${id}`, text };
    });
    const more = bare.length - crossings.length;
    if (more === 0) return { crossings };
    const text = `${more >= MOST - POSITIONS ? 'At least ' : ''}${many(more, 'more position has', 'more positions have')} no live stop.`;
    return { crossings: [...crossings, { subject: 'others', text }] };
  },
};

const SWITCHES = ['kill_switch', 'global_blocker', 'trading'];

/** What stops all trading: a switch that says so, or an event that did and that none ended. */
export const globalBlocker: AlertRule = {
  id: 'global-blocker',
  title: 'Trading is blocked',
  level: 'critical',
  reads: ['state', 'event'],
  inhibitedBy: [],
  condition: ({ blockerMinutes: limit }) =>
    `the last state of a kill switch, global blocker or of trading says that it is stopped, or an event did in the last ${many(limit, 'minute')} and none ended it`,
  todo: 'Read why it was stopped (state, its reason, the events before it) and remove the cause before the switch is released. A person who did it on purpose acknowledges the alert.',
  ask({ blockerMinutes }, provided) {
    const [states, events] = [provided('state'), provided('event')];
    if (!states && !events) return { lacks: 'neither state nor event in the mapping' };
    const parts = [...(states ? [STATES] : []), ...(events ? [blockedEvents(blockerMinutes)] : [])];
    return {
      entities: [...(states ? (['state'] as const) : []), ...(events ? (['event'] as const) : [])],
      minutes: blockerMinutes,
      sql: parts.join('\nunion all\n'),
    };
  },
  judge(rows) {
    const states = rows.filter((row) => row['source'] === 'state');
    const seen = states.filter((row) => SWITCHES.includes(textIn(row, 'kind') ?? ''));
    const crossings = rows.filter(blocks).map((row) => {
      const name = textIn(row, 'name') ?? '?';
      const since = textIn(row, 'since') ?? textIn(row, 'at');
      const reason = textIn(row, 'reason');
      const text = `${name} stops all trading since ${since === null ? '?' : since.slice(0, 16)}Z${reason === null ? '' : `: ${reason}`}; none should.`;
      return { subject: name, text };
    });
    if (seen.some((row) => typeof row['on'] === 'boolean')) return { crossings };
    return {
      crossings,
      unwatched:
        'no state of a kill switch was ever written, and events alone do not say that nothing blocks',
    };
  },
};

/** The newest row of each name, however old: a switch is written when it is turned. */
const STATES = `(with last as materialized (
  select l.name_raw, max(l.at) as at
  from @state l
  where l.at < :to::timestamptz
  group by l.name_raw
)
select distinct on (s.name) 'state' as source, left(s.name, 120) as name, s.kind, s."on", s.at, s.since, left(s.reason, 200) as reason
from last
join @state s on s.name_raw = last.name_raw and s.at = last.at
order by s.name, s.at desc, s.value
limit 500)`;

function blockedEvents(minutes: number): string {
  const from = `:to::timestamptz - interval '${String(minutes)} minutes'`;
  return `(select 'event', left(e.type, 120), 'event', true, max(e.at), min(e.at), null::text
from @event e
where e.at >= ${from} and e.at < :to::timestamptz and e.kind = 'blocked'
  and not exists (select 1 from @event u where u.at >= ${from} and u.at < :to::timestamptz and u.kind = 'unblocked' and u.at > e.at)
group by 2
order by 2
limit 50)`;
}

function blocks(row: AlertRow): boolean {
  if (row['source'] === 'event') return true;
  const kind = textIn(row, 'kind') ?? '';
  return SWITCHES.includes(kind) && row['on'] === (kind !== 'trading');
}

const GB = 1_000_000_000;

export const storage: AlertRule = {
  id: 'storage',
  title: 'A table is large',
  level: 'warning',
  reads: [],
  inhibitedBy: [],
  condition: ({ storageGb: limit }) =>
    `a table of the bot’s database with its indexes takes more than ${String(limit)} GB`,
  todo: 'Review how long its rows are kept (`bots.NAME.retention`, the workflow botPurge) and whether the disk has room for its growth.',
  ask: () => ({ entities: [], sql: LARGEST, minutes: 1 }),
  judge(rows, { limits: { storageGb: limit } }) {
    return {
      crossings: rows
        .filter((row) => numberIn(row, 'bytes') > limit * GB)
        .map((row) => {
          const name = textIn(row, 'name') ?? '?';
          const text = `Table ${name} takes ${(numberIn(row, 'bytes') / GB).toFixed(1)} GB; more than ${String(limit)} GB is too much.`;
          return { subject: name, text };
        }),
    };
  },
};

/** From the catalogue, which needs no mapping; partitions count as their table. */
const LARGEST = `select left(n.nspname || '.' || r.relname, 140) as name, sum(pg_total_relation_size(c.oid))::bigint as bytes
from (
  select k.oid
  from pg_catalog.pg_class k left join pg_catalog.pg_class t on t.oid = k.reltoastrelid
  where k.relkind in ('r', 'm') and k.relpersistence = 'p'
  order by k.relpages::bigint + coalesce(t.relpages, 0) desc
  limit 200
) c
join pg_catalog.pg_class r on r.oid = coalesce(pg_partition_root(c.oid), c.oid)
join pg_catalog.pg_namespace n on n.oid = r.relnamespace
group by 1
order by 2 desc, 1
limit 10`;
