import { getClient } from '@temporalio/activity';

/** Their history holds no artifact: a purge that waits for its approval, snapshots, and what only watches. */
const WITHOUT_ARTIFACTS = ['retentionPurge', 'monitorWindow', 'alerts', 'alertWatch', 'reportWatchdog'];

/** When the oldest run on this queue that has not ended was started, ISO 8601 UTC; null when none runs. */
export async function oldestOpenRun(taskQueue: string): Promise<string | null> {
  const query = `ExecutionStatus = 'Running' AND TaskQueue = ${JSON.stringify(taskQueue)}`;
  let oldest: string | null = null;
  for await (const { type, startTime } of getClient().workflow.list({ query })) {
    const started = startTime.toISOString();
    if (!WITHOUT_ARTIFACTS.includes(type) && (oldest === null || started < oldest)) oldest = started;
  }
  return oldest;
}
