import { metricMeter } from '@temporalio/activity';
import type { SmtpOutcome } from '../delivery/smtp.ts';

/** Prometheus: `audit_mails_total{state="rejected"}`. Every attempt counts, so a mail that waits shows as `deferred`. */
export function countMail(state: SmtpOutcome['state']): void {
  metricMeter
    .createCounter('audit_mails', 'mail', 'Attempts to hand a mail to the mail server, by how they ended')
    .add(1, { state });
}
