import { sha256 } from '../audit/hash.ts';
import { deliveryGroups, groupsFor, recipientsOf } from '../audit/delivery-groups.ts';
import { windowStamp } from '../audit/time.ts';
import { composeNoReportMail } from '../delivery/no-report-mail.ts';
import { SMTP_TIMES, type SmtpTimes } from '../delivery/smtp.ts';
import { enqueueMails } from '../store/outbox.ts';
import { activityNow } from './activity-context.ts';
import { CHAT_DOMAIN, deliverFromOutbox } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ownRunUrl } from './run-url.ts';
import { sendShort } from './send-short.ts';
import type { AuditActivities } from './types.ts';

type Telling = Pick<AuditActivities, 'planNoReport' | 'deliverNoReport'>;

/** Tells of a report that could not be made, through the outbox, once a window. */
export function createNoReportTelling(
  dependencies: ActivityDependencies,
  times: SmtpTimes = SMTP_TIMES,
): Telling {
  const { config, pool, scrub } = dependencies;
  return {
    async planNoReport({ missing: { bot, kind, window }, groups: named }) {
      const wanting = groupsFor(deliveryGroups(config), { kind, said: null }, named);
      if (wanting.length === 0) return { mails: [], skipped: 'nobody is configured to be told' };
      const reportKey = `no-report/${bot}/${kind}/${windowStamp(window)}`;
      const owed = await enqueueMails(pool, {
        ...{ reportKey, revision: 1, toldAt: activityNow(), digest: 'no report' },
        reportHash: sha256(reportKey),
        recipients: recipientsOf(wanting).map(({ recipient }) => recipient),
        domain: config.mail?.domain ?? CHAT_DOMAIN,
      });
      return { mails: owed.map(({ id }) => id), skipped: owed.length > 0 ? null : 'told before' };
    },

    deliverNoReport: ({ mail: id, missing }) =>
      deliverFromOutbox(dependencies, id, (claimed) => {
        const content = composeNoReportMail({ ...missing, reason: scrub(missing.reason) }, ownRunUrl(config));
        return sendShort(
          dependencies,
          { ...claimed, times },
          {
            chat: () => `${content.subject}\n${content.text}`,
            mail: () => content,
            headers: { 'X-Audit-No-Report': `${missing.kind} ${windowStamp(missing.window)}` },
          },
        );
      }),
  };
}
