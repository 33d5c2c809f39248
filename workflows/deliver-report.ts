import { isCancellation } from '@temporalio/workflow';
import type { ReportReference } from '../activities/types.ts';
import { windowShort } from '../audit/window-title.ts';
import { light, mailing } from './activity-proxies.ts';
import type { Mails } from './audit-result.ts';
import { failureText } from './run-facts.ts';

/** One activity a recipient; a mail that is not delivered is named in `degraded` and costs nothing else. */
export async function deliverReport(
  report: ReportReference,
  degraded: string[],
  groups?: readonly string[],
): Promise<Mails> {
  // A night delivers several reports side by side.
  const about = `${report.bot}, ${windowShort(report.window)}`;
  const plan = await light.planDelivery.executeWithOptions({ summary: about }, [
    { report, ...(groups !== undefined && { groups }) },
  ]);
  if (plan.mails.length === 0) return { sent: 0, failed: 0, skipped: plan.skipped ?? 'no recipients' };
  const outcomes = await Promise.all(
    plan.mails.map(async (mail, index) => {
      const which = `recipient ${String(index + 1)} of ${String(plan.mails.length)}`;
      try {
        await mailing.deliverMail.executeWithOptions({ summary: `${about}, ${which}` }, [{ mail, report }]);
        return true;
      } catch (error) {
        if (isCancellation(error)) throw error;
        degraded.push(`mail to ${which}: ${failureText(error)}`);
        return false;
      }
    }),
  );
  const sent = outcomes.filter(Boolean).length;
  return { sent, failed: outcomes.length - sent, skipped: null };
}
