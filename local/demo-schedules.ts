import type { Client } from '@temporalio/client';
import { applySchedules, listSchedules } from '../cli/schedule-client.ts';
import { isPausedByApply } from '../cli/schedule-note.ts';
import { loadConfig } from '../config.ts';
import { counted } from '../workflows/words.ts';
import { scheduleSpecs } from '../workflows/schedule-specs.ts';
import type { Environment } from './paths.ts';
import type { StackConnection } from './state.ts';

/**
 * Makes the demo's schedules, so that they are seen in the Web UI: paused, since its bot is pinned to a time. On another's
 * Temporal server, and beside schedules that are not the demo's, it makes none. Returns the line that says so.
 */
export async function demoSchedules(
  client: Client,
  connection: StackConnection,
  environment: Environment,
): Promise<string | null> {
  const { temporalUiUrl: ui, configPath, taskQueue } = connection;
  if (ui === null) return null;
  const url = `${ui}/namespaces/${client.options.namespace}/schedules`;
  const line = (text: string): string => `  schedules ${url}  ${text}`;
  const present = await listSchedules(client);
  if (!present.every(({ note }) => isPausedByApply(note))) return line('(those that were there)');
  const config = await loadConfig(configPath, { ...environment, ...connection.environment });
  const specs = scheduleSpecs(config);
  await applySchedules(client, specs, { taskQueue, dryRun: false });
  return line(`(${counted(specs.length, 'schedule')}, paused; trigger one)`);
}
