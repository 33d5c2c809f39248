import { getClient, metricMeter } from '@temporalio/activity';
import type { AlertLook, Firing, RuleLook } from '../audit/alerts/alert.ts';
import { alertsConfig } from '../audit/alerts/alerts-config.ts';
import { quietUntil } from '../audit/alerts/quiet-hours.ts';
import { ALERT_RULES, CANNOT_WATCH, DATABASE_AWAY } from '../audit/alerts/rules.ts';
import type { Crossing } from '../audit/alerts/rule.ts';
import type { BotConfig } from '../audit/configuration.ts';
import { sha256 } from '../audit/hash.ts';
import { lookAtBot, type BotLook, type RuleAnswer } from '../sources/alerts/look.ts';
import { SourceLost, SourceRefused } from '../sources/errors.ts';
import { withHeartbeat } from './activity-context.ts';
import { recordBotMetrics, recordLook } from './bot-metrics.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import type { AuditActivities } from './types.ts';
import type { AlertWatched } from './upkeep-types.ts';

type Watching = Pick<AuditActivities, 'planAlertWatch' | 'watchAlerts'>;

/** Texts of the bot enter histories and chats. */
const TEXT = 300;

/** Looks at bots' alerts and tells the workflow that keeps them. */
export function createAlertWatching(dependencies: ActivityDependencies): Watching {
  const { config, scrub, searchAttributes } = dependencies;
  return {
    planAlertWatch({ input }) {
      const bots =
        input.bot === undefined
          ? config.bots.filter(({ asOf, databaseUrl }) => asOf === null && databaseUrl !== null)
          : [findBot(config, input.bot)];
      return Promise.resolve({ bots: bots.map(({ facts }) => facts.name), searchAttributes });
    },

    watchAlerts: ({ bot: name, at }) =>
      withHeartbeat(async (signal) => {
        const bot = findBot(config, name);
        // One that is pinned in time is looked at there, when somebody asks for it by name.
        const time = bot.asOf ?? at;
        const found = await lookOrAway(bot, { at: time, limits: alertsConfig(config).limits, signal });
        const seen: AlertLook = {
          bot: name,
          at: time,
          rules: rulesOf(name, found, (text) => scrub(text).slice(0, TEXT)),
          times: {
            ...alertsConfig(config).times,
            // In the time of those who are told, also for a bot that is pinned in time.
            quietUntil: quietUntil(alertsConfig(config).quietHours, at),
          },
        };
        await getClient().workflow.signalWithStart('alerts', {
          workflowId: `alerts/${name}`,
          taskQueue: config.temporal.taskQueue,
          args: [{ bot: name }],
          signal: 'look',
          signalArgs: [seen],
          staticSummary: `${name}, alerts`,
        });
        const watched = watchedOf(seen);
        recordLook(metricMeter, seen, watched);
        if ('look' in found) recordBotMetrics(metricMeter, name, found.look.metrics);
        return watched;
      }),
  };
}

type Found = { readonly look: BotLook } | { readonly away: string };

async function lookOrAway(
  bot: BotConfig,
  request: Omit<Parameters<typeof lookAtBot>[0], 'bot'>,
): Promise<Found> {
  try {
    return { look: await lookAtBot({ bot, ...request }) };
  } catch (error) {
    if (error instanceof SourceLost || error instanceof SourceRefused) return { away: error.message };
    throw error;
  }
}

/** Every rule of the table, and whether the database could be read at all. */
export function rulesOf(bot: string, found: Found, shown: (text: string) => string): readonly RuleLook[] {
  const firingOf = (
    rule: string,
    { subject, text, level }: Required<Crossing>,
    more: Partial<Firing>,
  ): Firing => ({
    id: sha256(JSON.stringify([bot, rule, subject])).slice(0, 10),
    ...{ rule, title: rule, level, subject: shown(subject), text: shown(text), inhibitedBy: [] },
    ...more,
  });
  const away = 'away' in found ? found.away : null;
  const awayDoubt = firingOf(
    DATABASE_AWAY.id,
    { subject: 'database', text: away ?? '', level: DATABASE_AWAY.level },
    { title: DATABASE_AWAY.title },
  );
  const database: RuleLook = {
    ...{ rule: DATABASE_AWAY.id, title: DATABASE_AWAY.title, firings: [] },
    ...{ state: away === null ? 'watched' : 'unknown', reason: away === null ? null : shown(away) },
    doubt: away === null ? null : awayDoubt,
  };
  const answers = 'look' in found ? found.look.answers : [];
  const rules = ALERT_RULES.map((rule): RuleLook => {
    const { id, title, level, inhibitedBy } = rule;
    const answer: Omit<RuleAnswer, 'rule'> = answers.find((one) => one.rule === id) ?? {
      ...{ state: 'unknown', reason: away ?? 'it was not asked', crossings: [] },
    };
    const reason = answer.reason === null ? null : shown(answer.reason);
    const doubt = firingOf(
      CANNOT_WATCH.id,
      { subject: id, text: `"${title}" cannot be watched: ${reason ?? ''}`, level: CANNOT_WATCH.level },
      { title: CANNOT_WATCH.title, inhibitedBy: [DATABASE_AWAY.id] },
    );
    return {
      ...{ rule: id, title, state: answer.state, reason },
      firings: answer.crossings.map((one) => firingOf(id, { level, ...one }, { title, inhibitedBy })),
      doubt: answer.state === 'unknown' ? doubt : null,
    };
  });
  return [database, ...rules];
}

function watchedOf({ bot, rules }: AlertLook): AlertWatched {
  const named = (state: RuleLook['state']): readonly string[] =>
    rules.flatMap((rule) => (rule.state === state ? [rule.rule] : []));
  return {
    bot,
    firing: rules.reduce((sum, { firings }) => sum + firings.length, 0),
    unknown: named('unknown'),
    unwatched: named('unwatched'),
  };
}
