import { resolveOne } from '../activities/resolve.ts';
import { findBot } from '../activities/dependencies.ts';
import type { AuditConfig } from '../audit/configuration.ts';
import { insteadOf } from '../config/nearest.ts';
import type { AuditInput } from '../workflows/types.ts';
import { UsageError } from './errors.ts';

/**
 * What the worker of this very configuration would refuse, refused before anything starts for it: a bot that is not
 * there, a window that is reversed, empty, too long or in the future.
 * @throws UsageError, or the failure that the workflow would end with
 */
export function refuseEarly(config: AuditConfig, input: AuditInput, now: Date): void {
  const names = config.bots.map(({ facts }) => facts.name);
  if (input.bot !== undefined && !names.includes(input.bot))
    throw new UsageError(
      `There is no bot "${input.bot}" in ${config.path}.${insteadOf('bot', input.bot, names)}`,
    );
  resolveOne(findBot(config, input.bot ?? null), input, now.toISOString());
}
