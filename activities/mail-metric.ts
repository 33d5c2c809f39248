import { metricMeter } from '@temporalio/activity';
import { OWN } from '../audit/metrics.ts';
import type { SmtpOutcome } from '../delivery/smtp.ts';

/** Prometheus: `audit_mails_total{state="rejected"}`. Every attempt counts, so a mail that waits shows as `deferred`. */
export function countMail(state: SmtpOutcome['state']): void {
  metricMeter.createCounter(OWN.mails.name, 'mail', OWN.mails.help).add(1, { state });
}
