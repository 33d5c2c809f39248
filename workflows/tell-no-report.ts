import type { RetryPolicy } from '@temporalio/common';
import { isCancellation, patched } from '@temporalio/workflow';
import { light, mailing } from './activity-proxies.ts';
import { PERMANENT } from './failure-types.ts';
import { failureText } from './run-facts.ts';
import type { ResolvedAudit } from './types.ts';

/** Ten minutes in all: the run's own failure waits for it. What is not delivered by then stays in the list of deliveries. */
const BRIEFLY: RetryPolicy = {
  ...{ initialInterval: '5s', backoffCoefficient: 3, maximumAttempts: 6 },
  nonRetryableErrorTypes: [...PERMANENT],
};

/**
 * Mails that a report which was to be delivered could not be made. What goes wrong here costs nothing more: the run
 * fails anyway, with its own reason.
 */
export async function tellNoReport(audit: ResolvedAudit, error: unknown): Promise<void> {
  if (!audit.deliver || isCancellation(error) || !patched('tells-no-report')) return;
  const { bot, kind, window, groups } = audit;
  const missing = { bot, kind, window, reason: failureText(error) };
  try {
    const request = { missing, ...(groups !== undefined && { groups }) };
    const plan = await light.planNoReport.executeWithOptions({ retry: BRIEFLY }, [request]);
    await Promise.all(
      plan.mails.map(async (mail, index) => {
        const summary = `no report: recipient ${String(index + 1)} of ${String(plan.mails.length)}`;
        await mailing.deliverNoReport
          .executeWithOptions({ summary, retry: BRIEFLY }, [{ mail, missing }])
          .catch(rethrowCancelled);
      }),
    );
  } catch (problem) {
    rethrowCancelled(problem);
  }
}

function rethrowCancelled(problem: unknown): void {
  if (isCancellation(problem)) throw problem;
}
