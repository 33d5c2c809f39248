import { getClient, metricMeter } from '@temporalio/activity';
import { ScheduleNotFoundError } from '@temporalio/client';
import type pg from 'pg';
import { alertsConfig } from '../audit/alerts/alerts-config.ts';
import type { BotConfig } from '../audit/configuration.ts';
import { sha256 } from '../audit/hash.ts';
import { OWN } from '../audit/metrics.ts';
import { iso, ms } from '../audit/time.ts';
import { scheduleProblems, unusedText, type SeenSchedule } from '../audit/watchdog/schedules.ts';
import { dueShifts } from '../audit/watchdog/windows.ts';
import {
  missedLately,
  noteProblems,
  noteSuccess,
  noteTold,
  reportedWindows,
  unsettledDeliveries,
  type Problem,
} from '../store/watchdog.ts';
import type { ScheduleSpec } from '../workflows/schedule-spec.ts';
import { OWNER_MEMO } from '../workflows/schedule-prefix.ts';
import { scheduleSpecs } from '../workflows/schedule-specs.ts';
import { withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { AuditActivities } from './types.ts';

type Guarding = Pick<AuditActivities, 'checkReports' | 'reportsTold'>;

const DAYS = 3;
/** Schedules asked of Temporal. */
const DESCRIBED_AT_ONCE = 8;
/** A mail is tried for four hours. */
const WAITING_MS = 5 * 3_600_000;

/** Looks whether what was to happen by itself did: reports, deliveries, schedules. */
export function createGuarding(dependencies: ActivityDependencies): Guarding {
  const { config, pool, scrub } = dependencies;
  return {
    checkReports: ({ at }) =>
      withHeartbeat(async () => {
        const specs = scheduleSpecs(config);
        const schedules = await seenSchedules(
          pool,
          specs.map(({ id }) => id),
          at,
        );
        const problems = [
          ...specs.flatMap((spec) => ofSchedule(spec, schedules.get(spec.id) ?? null, at)),
          ...(await unusedSchedules(config.temporal.taskQueue, schedules)),
          ...(await lateDeliveries(dependencies, at)),
          ...(await missingWindows(dependencies, schedules, at)),
        ];
        const untold = await noteProblems(
          pool,
          problems.map((problem) => ({ ...problem, text: scrub(problem.text).slice(0, 400) })),
          at,
        );
        await noteSuccess(pool, 'watchdog', at);
        record(problems, at);
        return {
          problems: problems.length,
          untold: untold.map(({ id, text }) => ({ id, text })),
          searchAttributes: dependencies.searchAttributes,
        };
      }),

    async reportsTold({ ids, at }) {
      await noteTold(pool, ids, at);
    },
  };
}

function record(problems: readonly Problem[], at: string): void {
  metricMeter.createGauge(OWN.watchdog.name, 'float', 's', OWN.watchdog.help).set(ms(at) / 1000);
  const gauge = metricMeter.createGauge(OWN.problems.name, 'int', '1', OWN.problems.help);
  for (const kind of ['window', 'delivery', 'schedule'])
    gauge.set(problems.filter((problem) => problem.kind === kind).length, { kind });
}

/** Each by its id as it stands, a few asked at a time. */
async function seenSchedules(
  pool: pg.Pool,
  ids: readonly string[],
  at: string,
): Promise<ReadonlyMap<string, SeenSchedule | null>> {
  const described: (readonly [string, SeenSchedule | null])[] = [];
  for (let start = 0; start < ids.length; start += DESCRIBED_AT_ONCE) {
    const some = ids.slice(start, start + DESCRIBED_AT_ONCE);
    described.push(
      ...(await Promise.all(some.map(async (id) => [id, await describedSchedule(id)] as const))),
    );
  }
  const counts = new Map(
    described.flatMap(([id, seen]) =>
      seen === null ? [] : [[id, { counted: seen.missed, lastAt: seen.lastAt }]],
    ),
  );
  const lately = await missedLately(pool, counts, { at, since: iso(ms(at) - DAYS * 86_400_000) });
  return new Map(
    described.map(([id, seen]) => [id, seen === null ? null : { ...seen, missed: lately.get(id) ?? 0 }]),
  );
}

async function describedSchedule(id: string): Promise<SeenSchedule | null> {
  try {
    const { state, info } = await getClient().schedule.getHandle(id).describe();
    return {
      paused: state.paused,
      note: state.note ?? '',
      createdAt: info.createdAt.toISOString(),
      lastAt: info.recentActions.at(-1)?.scheduledAt.toISOString() ?? null,
      missed: info.numActionsMissedCatchupWindow,
    };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

function ofSchedule(spec: ScheduleSpec, seen: SeenSchedule | null, at: string): readonly Problem[] {
  const wanted = { id: spec.id, note: spec.note, everyMinutes: longestPause(spec) };
  return scheduleProblems(wanted, seen, at).map(({ id, text }) => ({
    id: `schedule/${spec.id}/${id}`,
    kind: 'schedule',
    text,
  }));
}

/** Those that `apply` made and the configuration no longer has: each of their runs fails, or reports what nobody asked for. */
async function unusedSchedules(
  taskQueue: string,
  wanted: ReadonlyMap<string, unknown>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for await (const { scheduleId: id, memo, state } of getClient().schedule.list()) {
    if (memo?.[OWNER_MEMO] !== taskQueue || wanted.has(id) || state.paused) continue;
    // The list is behind: one that was removed just now is still in it.
    if ((await describedSchedule(id)) !== null)
      problems.push({ id: `schedule/${id}/unused`, kind: 'schedule', text: unusedText(id) });
  }
  return problems;
}

/** Minutes between two runs of a rhythm or of daily times; null for those of a week, a month or a quarter. */
function longestPause({ when }: ScheduleSpec): number | null {
  if ('everyMinutes' in when) return when.everyMinutes;
  const { hour, dayOfMonth, dayOfWeek, month } = when;
  if (dayOfMonth !== null || dayOfWeek !== undefined || month !== undefined) return null;
  const hours = [...hour].sort((a, b) => a - b);
  const gaps = hours.map((one, index) => (hours[index + 1] ?? (hours[0] ?? 0) + 24) - one);
  return Math.max(...gaps) * 60;
}

async function lateDeliveries({ pool }: ActivityDependencies, at: string): Promise<readonly Problem[]> {
  const rows = await unsettledDeliveries(pool, {
    since: iso(ms(at) - DAYS * 86_400_000),
    waitingBefore: iso(ms(at) - WAITING_MS),
  });
  return rows.map(({ id, reportKey, state, response }) => ({
    id: `delivery/${id}/${state}`,
    kind: 'delivery',
    text: `Message ${id.slice(0, 12)} of ${reportName(reportKey)} is ${state}${response === null ? '' : `: ${response}`}. \`production-audit deliveries list\` shows it.`,
  }));
}

/** A report's key holds hashes that tell nobody anything. */
function reportName(key: string): string {
  return key
    .replaceAll(/[0-9a-f]{16,}/g, '')
    .replaceAll(/["[\]]+/g, ' ')
    .trim()
    .slice(0, 120);
}

/** Shifts of each bot whose report is due and not there. A schedule that is paused with a reason makes none. */
async function missingWindows(
  { config, pool }: ActivityDependencies,
  schedules: ReadonlyMap<string, SeenSchedule | null>,
  at: string,
): Promise<readonly Problem[]> {
  const { reportDueMinutes: dueMinutes } = alertsConfig(config);
  const nightly = schedules.get('audit-nightly') ?? null;
  const problems: Problem[] = [];
  for (const bot of config.bots) {
    if (bot.asOf !== null) continue;
    const since = makesSince(bot, schedules, nightly);
    if (since === null) continue;
    const due = dueShifts({ now: at, since, dueMinutes, settleDelayS: bot.settleDelayS, days: DAYS });
    const [first] = due;
    if (first === undefined) continue;
    const { name } = bot.facts;
    const there = new Set(
      (await reportedWindows(pool, name, first.from)).map(({ from, to }) => `${from} ${to}`),
    );
    for (const { from, to } of due) {
      if (there.has(`${from} ${to}`)) continue;
      const text = `Bot ${name} has no report of the shift ${from.slice(0, 16)}Z to ${to.slice(11, 16)}Z, which was due ${String(dueMinutes)} minutes after its end. \`production-audit run --bot ${name} --from ${from} --to ${to} --deliver\` makes it.`;
      problems.push({ id: `window/${sha256(`${name} ${from} ${to}`).slice(0, 16)}`, kind: 'window', text });
    }
  }
  return problems;
}

/** Since when a schedule makes a bot's shifts; null: none does. */
function makesSince(
  { facts: { name } }: BotConfig,
  schedules: ReadonlyMap<string, SeenSchedule | null>,
  nightly: SeenSchedule | null,
): string | null {
  const own = [`audit-monitor-${name}`, `audit-shift-${name}`].map((id) => schedules.get(id) ?? null);
  const working = [...own, nightly]
    .filter((seen) => seen?.paused === false)
    .map((seen) => seen?.createdAt ?? '');
  return working.sort()[0] ?? null;
}
