import { Context, activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/** Temporal's scheduled time, the same over all attempts and right when a test server skips time; ISO 8601 UTC. */
export function activityNow(): string {
  return new Date(activityInfo().scheduledTimestampMs).toISOString();
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
