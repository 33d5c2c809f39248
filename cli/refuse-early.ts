import { resolveOne } from '../activities/resolve.ts';
import { findBot, knownGroups } from '../activities/dependencies.ts';
import type { AuditConfig, BotConfig } from '../audit/configuration.ts';
import { insteadOf } from '../config/nearest.ts';
import type { AuditInput } from '../workflows/types.ts';
import { UsageError } from './errors.ts';

/**
 * What the worker of this very configuration would refuse, refused before anything starts for it: a bot that is not
 * there, a window that is reversed, empty, too long or in the future.
 * @throws UsageError, or the failure that the workflow would end with
 */
export function refuseEarly(
  config: AuditConfig,
  input: AuditInput,
  { now, unused }: { readonly now: Date; readonly unused: string | null },
): void {
  if (input.bot !== undefined) knownBot(config, input.bot, unused);
  const bot = findBot(config, input.bot ?? null);
  knownGroups(config, input.groups);
  try {
    resolveOne(bot, input, now.toISOString());
  } catch (error) {
    if (error instanceof Error && bot.asOf !== null)
      error.message = error.message.replace(
        "the bot's asOf",
        `the asOf of bot ${bot.facts.name}, ${bot.asOf.replace('.000Z', 'Z')}`,
      );
    throw error;
  }
}

/** The bot of that name. @throws UsageError that names the file, the bots in it, and a file that is not in use */
export function knownBot(
  config: Pick<AuditConfig, 'bots' | 'path'>,
  name: string,
  unused: string | null,
): BotConfig {
  const bot = config.bots.find(({ facts }) => facts.name === name);
  if (bot !== undefined) return bot;
  const names = config.bots.map(({ facts }) => facts.name);
  throw new UsageError(
    `There is no bot "${name}" in ${config.path}.${insteadOf('bot', name, names)}` +
      (unused === null ? '' : ` ${unused}`),
  );
}
