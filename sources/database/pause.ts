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

/** How long an entity, of which there are rows, had none at the window's end, where that is longer than it ever paused; seconds. */
export async function pauseOf(
  session: Session,
  relation: Relation,
  parameters: Parameters,
): Promise<Pick<EntityState, 'pause' | 'untimed'>> {
  const time = timeColumnOf(relation.entity);
  if (time === null || ![...DECISIVE, ...NEEDED_FOR_OPEN].includes(relation.entity)) return {};
  const newest = `select r.${time} as at from ${relationSql(relation, new Set([time]))} as r where r.${time} < :to order by r.${time} desc limit ${String(ROWS_READ)}`;
  const sql =
    `select max(g.at) as newest, count(distinct g.at) as n, extract(epoch from :to::timestamptz - max(g.at))::float8 as current,\n` +
    `extract(epoch from max(g.gap))::float8 as longest, percentile_cont(0.5) within group (order by extract(epoch from g.gap)::float8) filter (where g.gap > interval '0') as median\n` +
    `from (select n.at, n.at - lag(n.at) over (order by n.at) as gap from (\n${newest}\n) as n) as g`;
  const answer = await session.ask(sql, parameters, { statementMs: PAUSE_MS });
  const row = answer.ok ? answer.rows[0] : undefined;
  if (row !== undefined && Number(row['n']) === 0) return { untimed: true };
  const current = Number(row?.['current']);
  const longest = Number(row?.['longest']);
  const median = Number(row?.['median']);
  const isClock = longest <= CLOCK_LONGER * median;
  const needed = isClock
    ? CLOCK_TIMES_NEEDED
    : TRADES.includes(relation.entity)
      ? TRADES_NEEDED
      : TIMES_NEEDED;
  const most = (isClock ? CLOCK_LONGER : LONGER) * longest;
  if (Number(row?.['n'] ?? 0) < needed || !(current > Math.max(FRESH_S, most))) return {};
  return {
    pause: {
      newest: String(row?.['newest']),
      currentS: Math.round(current),
      longestS: Math.round(longest),
    },
  };
}
