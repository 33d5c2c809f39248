import { sha256 } from '../audit/hash.ts';
import { deliveryGroups, groupsFor, recipientsOf } from '../audit/delivery-groups.ts';
import { windowStamp } from '../audit/time.ts';
import { send } from '../delivery/channels/send.ts';
import { composeNoReportMail } from '../delivery/no-report-mail.ts';
import { SMTP_TIMES, type SmtpTimes } from '../delivery/smtp.ts';
import { enqueueMails, markSending } from '../store/outbox.ts';
import { activityNow, ownRunUrl } from './activity-context.ts';
import { CHAT_DOMAIN, deliverFromOutbox } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { chatOf } from './send-chat.ts';
import { attemptMail } from './send-mail.ts';
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
      deliverFromOutbox(dependencies, id, async (claimed) => {
        const content = composeNoReportMail({ ...missing, reason: scrub(missing.reason) }, ownRunUrl(config));
        const { mail, fence, signal } = claimed;
        const channel = chatOf(config, mail.recipient);
        if (channel === null) return { state: 'rejected', detail: `${mail.recipient} is not configured` };
        if (channel !== undefined)
          return send({
            ...{ channel, scrub, signal, text: `${content.subject}\n${content.text}` },
            beforeSend: () => markSending(pool, mail.id, fence),
          });
        if (config.mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
        return attemptMail(dependencies, config.mail, { ...claimed, times }, content, {
          'X-Audit-No-Report': `${missing.kind} ${windowStamp(missing.window)}`,
        });
      }),
  };
}
