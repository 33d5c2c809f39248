import type { AuditConfig } from '../audit/configuration.ts';
import { Context, activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/** Temporal's scheduled time, the same over all attempts and right when a test server skips time; ISO 8601 UTC. */
export function activityNow(): string {
  return new Date(activityInfo().scheduledTimestampMs).toISOString();
}

/** Page in the Web UI of the run that this activity belongs to; null when nobody knows where that is. */
export function ownRunUrl({ temporal }: AuditConfig): string | null {
  const { uiUrl, namespace } = temporal;
  const { workflowExecution: run } = activityInfo();
  if (uiUrl === null || run === undefined) return null;
  const [space, workflow, id] = [namespace, run.workflowId, run.runId].map(encodeURIComponent);
  return `${uiUrl}/namespaces/${space ?? ''}/workflows/${workflow ?? ''}/${id ?? ''}`;
}

/**
 * Heartbeats while `work` runs, so that a dead worker is noticed in seconds and a cancellation reaches `signal`.
 * `report` adds what has been done so far, for the Web UI's pending activities, which show `begun` until then.
 */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal, report: (details: unknown) => void) => Promise<T>,
  begun: unknown = null,
): Promise<T> {
  let details = begun;
  const beat = (): void => {
    heartbeat(details);
  };
  beat();
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    const signal = cancellationSignal();
    const result = await work(signal, (next) => {
      details = next;
    });
    return result;
  } catch (error) {
    // What the work made of the cancellation does not matter: Temporal must see that it was one.
    if (cancellationSignal().aborted) await Context.current().cancelled;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
