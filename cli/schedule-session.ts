import type { Client } from '@temporalio/client';
import type { AuditConfig } from '../audit/configuration.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { UsageError } from './errors.ts';

/** Connects to the configured Temporal service for as long as it is used. @throws TemporalUnusable */
export async function withTemporal(
  context: CliContext,
  options: GlobalOptions,
  use: (client: Client, config: AuditConfig) => Promise<unknown>,
): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { config } = await openConfig(context, options);
  const { client, close } = await temporalClient(config.temporal);
  try {
    await use(client, config);
  } finally {
    await close();
  }
}

/** @throws UsageError with the ids that there are, when the server has no schedule of this one */
export async function knownSchedule<Result>(
  client: Client,
  id: string,
  use: () => Promise<Result>,
): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ScheduleNotFoundError') throw error;
    const { listSchedules } = await import('./schedule-client.ts');
    const { insteadOf } = await import('../config/nearest.ts');
    const ids = (await listSchedules(client)).map((schedule) => schedule.id);
    throw new UsageError(
      `There is no schedule "${id}".` +
        (ids.length === 0
          ? ' There are none yet; `production-audit schedules apply` makes them.'
          : insteadOf('schedule', id, ids)),
    );
  }
}
