import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { DECISIVE, NEEDED_FOR_OPEN } from '../../audit/rests-on.ts';
import { relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';

/** Fewer times of rows say nothing of how long an entity pauses. */
const TIMES_NEEDED = 20;
/** Trades come in bursts: a quiet night after a busy hour is no silence, until very many say otherwise. */
const TRADES_NEEDED = 500;
const TRADES: readonly EntityName[] = ['position', 'order', 'fill'];
/** On what no gate rests: what follows trades, and what has none of its own pace. */
const JOURNAL_TIMES_NEEDED = 300;
/** The newest rows before the window's end tell the habit; more would only cost. */
const ROWS_READ = 2_000;
/** A pause of three times the longest of twenty is chance once in two thousand. */
const LONGER = 3;
/** What comes like a clock tells its pace by fewer times, and a missed turn is no chance. */
const CLOCK_TIMES_NEEDED = 6;
const CLOCK_LONGER = 1.5;
/** What is newer than this is no pause at all, seconds. */
const FRESH_S = 600;
/** A question of habit must not cost what the audit's own queries may. */
const PAUSE_MS = 5_000;

/** Of a journal the days before tell the habit, in steps of so many seconds: some thousand look-ups in an index. */
const HABIT = { days: 7, stepS: 120, steps: 6_000 };
/** In the planner's units: what costs more reads a table, and is not asked for thousands of times. */
const LOOK_UP_COST = 100;
/** Shorter is no hole of what otherwise comes all the time. */
const HOLE_S = 1_800;

type Silences = Pick<EntityState, 'pause' | 'hole' | 'untimed'>;
interface Times {
  /** The relation as `r`, with its time alone. */
  readonly rows: string;
  readonly time: string;
}

/**
 * How long an entity, of which there are rows, had none at the window's end, where that is longer than it ever paused;
 * and of a journal that comes all the time where in the window it did not.
 */
export async function silencesOf(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Silences> {
  const { entity } = relation;
  const time = timeColumnOf(entity);
  if (time === null) return {};
  const times: Times = { rows: `${relationSql(relation, new Set([time]))} as r`, time };
  const newest = `select r.${time} as at from ${times.rows} where r.${time} < :to order by r.${time} desc limit ${String(ROWS_READ)}`;
  const sql =
    `select max(g.at) as newest, count(distinct g.at) as n, extract(epoch from :to::timestamptz - max(g.at))::float8 as current,\n` +
    `extract(epoch from max(g.gap))::float8 as longest, percentile_cont(0.5) within group (order by extract(epoch from g.gap)::float8) filter (where g.gap > interval '0') as median,\n` +
    `percentile_cont(0.99) within group (order by extract(epoch from g.gap)::float8) filter (where g.gap > interval '0') as p99\n` +
    `from (select n.at, n.at - lag(n.at) over (order by n.at) as gap from (\n${newest}\n) as n) as g`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const row = answer.ok ? answer.rows[0] : undefined;
  if (row !== undefined && Number(row['n']) === 0) return { untimed: true };
  const [count, current, longest, median] = [
    Number(row?.['n'] ?? 0),
    Number(row?.['current']),
    Number(row?.['longest']),
    Number(row?.['median']),
  ];
  const isClock = longest <= CLOCK_LONGER * median;
  if (count < timesNeeded(entity, isClock)) return {};
  const isJournal = !isDecisive(entity);
  if (isJournal && current < FRESH_S) {
    const isSteady = Number(row?.['p99']) <= HABIT.stepS && (await isIndexed(session, times, parameters));
    return isSteady ? holeOf(session, times, parameters) : {};
  }
  const isLonger = (usual: number): boolean =>
    current > Math.max(FRESH_S, (isClock ? CLOCK_LONGER : LONGER) * usual);
  if (!isLonger(longest)) return {};
  if (isJournal && !(await isIndexed(session, times, parameters))) return {};
  const usual = isJournal ? await usualBefore(session, times, ':to::timestamptz', parameters) : longest;
  if (usual === null || !isLonger(usual)) return {};
  return {
    pause: {
      newest: String(row?.['newest']),
      currentS: Math.round(current),
      longestS: Math.round(Math.max(usual, longest)),
    },
  };
}

const isDecisive = (entity: EntityName): boolean => [...DECISIVE, ...NEEDED_FOR_OPEN].includes(entity);

function timesNeeded(entity: EntityName, isClock: boolean): number {
  if (!isDecisive(entity)) return isClock ? TIMES_NEEDED : JOURNAL_TIMES_NEEDED;
  if (isClock) return CLOCK_TIMES_NEEDED;
  return TRADES.includes(entity) ? TRADES_NEEDED : TIMES_NEEDED;
}

async function isIndexed(session: Session, { rows, time }: Times, parameters: Parameters): Promise<boolean> {
  const sql = `explain (format json) select max(r.${time}) from ${rows} where r.${time} <= :to`;
  const answer = await session.ask(sql, parameters);
  const [explained] = ((answer.ok ? answer.rows[0]?.['QUERY PLAN'] : undefined) ?? []) as readonly {
    readonly Plan: { readonly 'Total Cost': number };
  }[];
  return explained !== undefined && explained.Plan['Total Cost'] <= LOOK_UP_COST;
}

/** The longest time of the window without a row, where no other one is as long, nor one of the days before. */
async function holeOf(session: Session, times: Times, parameters: Parameters): Promise<Silences> {
  const sql =
    `${stepsSql(times, ':to::timestamptz', ':from::timestamptz')}\n` +
    `select l.at as start, (select min(r.${times.time}) from ${times.rows} where r.${times.time} > l.at) as until, l.length\n` +
    `from (select s.at, extract(epoch from s.later - s.at)::float8 as length from step s\n` +
    `where s.at is not null order by length desc limit 2) as l order by l.length desc`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const [hole, next] = answer.ok ? answer.rows : [];
  const length = Number(hole?.['length'] ?? 0);
  const isHole = (usual: number): boolean => length > Math.max(HOLE_S, LONGER * usual);
  if (hole === undefined || !isHole(Number(next?.['length'] ?? 0))) return {};
  const from = String(hole['start']);
  const start = `${quoteLiteral(from)}::timestamptz`;
  const usual = await usualBefore(session, times, start, parameters);
  if (usual === null || !isHole(usual)) return {};
  return { hole: { from, to: String(hole['until']), longestS: Math.round(usual) } };
}

/** The longest pause of the days before the last row until then, at most a step too long; null where nobody could ask for it. */
async function usualBefore(
  session: Session,
  times: Times,
  until: string,
  parameters: Parameters,
): Promise<number | null> {
  const sql =
    `${stepsSql(times, until, `${until} - interval '${String(HABIT.days)} days'`)}\n` +
    `select extract(epoch from max(s.later - s.at))::float8 as longest from step s where s.n > 0`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const longest = answer.ok ? answer.rows[0]?.['longest'] : undefined;
  return typeof longest === 'number' ? longest : null;
}

/** From row to row back in time, each at least a step before the last: as many look-ups as there are steps, of whatever many rows. */
function stepsSql({ rows, time }: Times, until: string, from: string): string {
  const before = (limit: string): string =>
    `(select max(r.${time}) from ${rows} where r.${time} <= ${limit})`;
  return (
    `with recursive step (n, later, at) as (\n` +
    `select 0, ${until}, ${before(`${until} - interval '1 microsecond'`)}\nunion all\n` +
    `select s.n + 1, s.at, ${before(`s.at - interval '${String(HABIT.stepS)} s'`)} from step s\n` +
    `where s.at > ${from} and s.n < ${String(HABIT.steps)}\n)`
  );
}
