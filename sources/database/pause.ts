import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { DECISIVE, NEEDED_FOR_OPEN } from '../../audit/rests-on.ts';
import { relationSql, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';

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

/** How long an entity, of which there are rows, had none at the window's end, where that is longer than it ever paused; seconds. */
export async function pauseOf(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'pause' | 'untimed'>> {
  const { entity } = relation;
  const time = timeColumnOf(entity);
  if (time === null) return {};
  const rows = `${relationSql(relation, new Set([time]))} as r`;
  const newest = `select r.${time} as at from ${rows} where r.${time} < :to order by r.${time} desc limit ${String(ROWS_READ)}`;
  const sql =
    `select max(g.at) as newest, count(distinct g.at) as n, extract(epoch from :to::timestamptz - max(g.at))::float8 as current,\n` +
    `extract(epoch from max(g.gap))::float8 as longest, percentile_cont(0.5) within group (order by extract(epoch from g.gap)::float8) filter (where g.gap > interval '0') as median\n` +
    `from (select n.at, n.at - lag(n.at) over (order by n.at) as gap from (\n${newest}\n) as n) as g`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const row = answer.ok ? answer.rows[0] : undefined;
  if (row !== undefined && Number(row['n']) === 0) return { untimed: true };
  const [current, longest, median] = [row?.['current'], row?.['longest'], row?.['median']].map(Number);
  if (row === undefined || current === undefined || longest === undefined) return {};
  const isClock = longest <= CLOCK_LONGER * (median ?? 0);
  const needed = isClock ? CLOCK_TIMES_NEEDED : timesNeeded(entity);
  const times = isClock ? CLOCK_LONGER : LONGER;
  if (Number(row['n']) < needed || !(current > Math.max(FRESH_S, times * longest))) return {};
  const usual = isDecisive(entity) ? longest : await longestOf(session, rows, time, parameters);
  if (usual === null || !(current > Math.max(FRESH_S, times * usual))) return {};
  return {
    pause: {
      newest: String(row['newest']),
      currentS: Math.round(current),
      longestS: Math.round(Math.max(usual, longest)),
    },
  };
}

const isDecisive = (entity: EntityName): boolean => [...DECISIVE, ...NEEDED_FOR_OPEN].includes(entity);

function timesNeeded(entity: EntityName): number {
  if (TRADES.includes(entity)) return TRADES_NEEDED;
  return isDecisive(entity) ? TIMES_NEEDED : JOURNAL_TIMES_NEEDED;
}

/** The longest pause of the days before the newest row, at most a step too long; null where they could not be asked for. */
async function longestOf(
  session: Session,
  rows: string,
  time: string,
  parameters: Parameters,
): Promise<number | null> {
  const before = (limit: string): string =>
    `(select max(r.${time}) from ${rows} where r.${time} <= ${limit})`;
  const sql =
    `with recursive step (n, later, at) as (\n` +
    `select 0, :to::timestamptz, ${before(`:to::timestamptz - interval '1 microsecond'`)}\nunion all\n` +
    `select s.n + 1, s.at, ${before(`s.at - interval '${String(HABIT.stepS)} s'`)} from step s\n` +
    `where s.at is not null and s.n < ${String(HABIT.steps)}\n)\n` +
    `select extract(epoch from max(s.later - s.at))::float8 as longest from step s\n` +
    `where s.n > 0 and s.later > (select first.at from step first where first.n = 0) - interval '${String(HABIT.days)} days'`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const longest = answer.ok ? answer.rows[0]?.['longest'] : undefined;
  return typeof longest === 'number' ? longest : null;
}
