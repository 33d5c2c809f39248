import type { BotConfig } from '../audit/configuration.ts';
import type { Window } from '../audit/evidence.ts';
import { CALENDAR_KEYS } from '../audit/calendar.ts';
import { kindMeant, kindOf, KINDS, MONTHLY, PRODUCTION, type Kind } from '../audit/kinds.ts';
import { separateQueues } from '../audit/task-queues.ts';
import { scopedKind, scopeOf } from '../audit/scope.ts';
import { iso, ms, windowStamp } from '../audit/time.ts';
import { resolveWindow } from '../audit/window.ts';
import { windowShort } from '../audit/window-title.ts';
import type { AuditInput, ResolvedAudit } from '../workflows/types.ts';
import { findBot, knownGroups, type ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { findStored } from './find-report.ts';
import { isRunning } from './other-run.ts';
import type { AuditActivities, PlannedAudit } from './types.ts';

type Resolving = Pick<
  AuditActivities,
  'resolveAudit' | 'planNightly' | 'planMonthly' | 'planPeriod' | 'planMonitor' | 'otherRun'
>;

const MINUTE_MS = 60_000;
const SHIFT_H = 8;

/** Turns inputs into bots and windows. Windows of schedules come from the nominal time, never from the clock. */
export function createResolving(dependencies: ActivityDependencies): Resolving {
  const { config, registry, searchAttributes } = dependencies;
  const { kinds } = registry;

  function plan(bot: BotConfig, { id: kind }: Kind, window: Window, deliver: boolean): PlannedAudit {
    const { name } = bot.facts;
    return {
      workflowId: `audit/${name}/${kind}/${windowStamp(window)}`,
      summary: `${name}, ${windowShort(window)}`,
      input: { bot: name, kind, from: window.from, to: window.to, deliver },
      found: null,
    };
  }

  async function reusing(planned: readonly PlannedAudit[]): Promise<readonly PlannedAudit[]> {
    return Promise.all(
      planned.map(async (one) => ({ ...one, ...(await findStored(dependencies, one.input)) })),
    );
  }

  return {
    resolveAudit({ input, now }) {
      knownGroups(config, input.groups);
      const bot = findBot(config, input.bot ?? null);
      const audit = resolveOne(bot, input, now, kinds);
      return Promise.resolve({
        audit,
        searchAttributes,
        period: windowStamp(audit.window),
        ...(bot.patienceS !== undefined && { patienceMs: bot.patienceS * 1_000 }),
        ...(config.temporal.separateQueues === true && {
          queues: separateQueues(config.temporal.taskQueue),
        }),
      });
    },

    async planNightly({ input, now }) {
      const day = input.date ?? iso(ms(now) - 24 * 60 * MINUTE_MS).slice(0, 10);
      const bots = scheduledBots(config.bots, input.bot === undefined ? null : findBot(config, input.bot));
      return reusing(
        bots.flatMap((bot) => {
          const pinned = bot.asOf !== null && input.date === undefined;
          // Its day is the one that ends with its newest shift.
          const { to } = pinned
            ? resolveOne(bot, { shift: 'latest' }, now).window
            : resolveOne(bot, { date: day }, now).window;
          return shiftsUntil(to).map((window) => plan(bot, PRODUCTION, window, input.deliver ?? true));
        }),
      );
    },

    async planMonthly({ input, now }) {
      const bots = scheduledBots(config.bots, input.bot === undefined ? null : findBot(config, input.bot));
      const selection = input.month === undefined ? {} : { month: input.month };
      return reusing(
        bots.map((bot) => {
          // The run at 01:00 on the first audits the month that ended an hour ago, settle delay or not.
          const { window } = resolveOne({ ...bot, settleDelayS: 0 }, { kind: MONTHLY.id, ...selection }, now);
          return plan(bot, MONTHLY, window, input.deliver ?? true);
        }),
      );
    },

    async planPeriod({ input, now }) {
      const bots = scheduledBots(config.bots, input.bot === undefined ? null : findBot(config, input.bot));
      const kind = kindOf(kindMeant(input), kinds);
      const named = CALENDAR_KEYS.find((calendar) => input[calendar] !== undefined);
      const selection =
        named !== undefined
          ? { [named]: input[named] }
          : kind.calendar === null
            ? ({ shift: 'latest' } as const)
            : {};
      const windows = bots.map((bot) => {
        // What ended at the nominal time is meant, settled or not.
        const { window } = resolveOne(
          { ...bot, settleDelayS: 0 },
          { kind: kind.id, ...selection },
          now,
          kinds,
        );
        return { bot, window, settledMs: bot.asOf === null ? ms(window.to) + bot.settleDelayS * 1_000 : 0 };
      });
      const settledMs = Math.max(0, ...windows.map((one) => one.settledMs));
      return {
        audits: await reusing(
          windows.map(({ bot, window }) => plan(bot, kind, window, input.deliver ?? true)),
        ),
        settledAt: settledMs === 0 ? null : iso(settledMs),
      };
    },

    planMonitor({ input, now }) {
      const bot = findBot(config, input.bot ?? null);
      refuseUnmonitored(bot);
      const start = Math.ceil(ms(now) / MINUTE_MS) * MINUTE_MS;
      const window = { from: iso(start), to: iso(start + (input.hours ?? SHIFT_H) * 60 * MINUTE_MS) };
      const {
        workflowId,
        summary,
        input: auditInput,
      } = plan(bot, PRODUCTION, window, input.deliver ?? false);
      return Promise.resolve({
        bot: bot.facts.name,
        window,
        settleDelayS: bot.settleDelayS,
        searchAttributes,
        period: windowStamp(window),
        audit: { workflowId, summary, input: auditInput },
      });
    },

    async otherRun({ workflowId, input }) {
      // In this order: a run that ends between the two questions has left its report.
      const running = await isRunning(workflowId);
      return { running, found: (await findStored(dependencies, input)).found };
    },
  };
}

/** The audit that an input means for this bot. Throws the failure `InvalidAuditInput` with one clear sentence. */
export function resolveOne(
  bot: BotConfig,
  input: AuditInput,
  now: string,
  kinds: readonly Kind[] = KINDS,
): ResolvedAudit {
  const { asOf, settleDelayS } = bot;
  const scope = scopeOf(input);
  const kind = scopedKind(kindMeant(input), scope);
  const last = input.sinceHours === undefined ? {} : { last: `${String(input.sinceHours)}h` };
  const result = resolveWindow({ ...input, ...last }, { now, asOf, settleDelayS, kind: kindOf(kind, kinds) });
  if ('error' in result) throw failure(FAILURE.invalidAuditInput, result.error);
  return {
    bot: bot.facts.name,
    kind,
    window: result.window,
    deliver: input.deliver ?? input.groups !== undefined,
    ...(input.groups !== undefined && { groups: input.groups }),
    ...(scope !== null && { scope }),
  };
}

/**
 * Schedules skip bots that are pinned in time: nothing new happens to them. One asked for by name is taken; where there
 * is no other, the schedules are paused, and whoever triggers one gets what it would have made as of the pinned time.
 */
function scheduledBots(bots: readonly BotConfig[], named: BotConfig | null): readonly BotConfig[] {
  if (named !== null) return [named];
  const live = bots.filter(({ asOf }) => asOf === null);
  return live.length > 0 ? live : bots;
}

/** The three shifts that end with this time. */
function shiftsUntil(end: string): readonly Window[] {
  const shiftMs = SHIFT_H * 60 * MINUTE_MS;
  return [3, 2, 1].map((shifts) => ({
    from: iso(ms(end) - shifts * shiftMs),
    to: iso(ms(end) - (shifts - 1) * shiftMs),
  }));
}

function refuseUnmonitored({ facts, databaseUrl, asOf, snapshots }: BotConfig): void {
  const why =
    asOf !== null
      ? 'its time is pinned by asOf'
      : databaseUrl === null
        ? 'it has no database to take them from'
        : facts.sources.snapshots === 'none'
          ? 'its configuration says snapshots: none'
          : snapshots === 'import'
            ? 'its snapshots are imported from files'
            : null;
  if (why === null) return;
  throw failure(
    FAILURE.invalidConfiguration,
    `Snapshots of bot ${facts.name} cannot be taken: ${why}. Change its configuration, or audit it with {"bot": "${facts.name}"}.`,
  );
}
