import { runPage } from '../audit/run-page.ts';
import { composePurgeMail } from '../delivery/purge-mail.ts';
import { SMTP_TIMES, type SmtpTimes } from '../delivery/smtp.ts';
import { enqueueMails } from '../store/outbox.ts';
import { deliverFromOutbox } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { attemptMail } from './send-mail.ts';
import type { AuditActivities } from './types.ts';

type Mailing = Pick<AuditActivities, 'planPurgeMails' | 'deliverPurgeMail'>;

/** Mails the plan of a purge through the outbox, as reports are mailed. */
export function createPurgeMailing(
  dependencies: ActivityDependencies,
  times: SmtpTimes = SMTP_TIMES,
): Mailing {
  const { config, pool } = dependencies;
  return {
    async planPurgeMails({ plan, plannedAt }) {
      const { mail } = config;
      if (mail === null) return { mails: [], skipped: 'no mail server is configured (key "mail")' };
      const owed = await enqueueMails(pool, {
        reportKey: `purge/${plan.purge}`,
        revision: 1,
        toldAt: plannedAt,
        digest: plan.planHash,
        reportHash: plan.planHash,
        recipients: mail.recipients,
        domain: mail.domain,
      });
      return { mails: owed.map(({ id }) => id), skipped: owed.length > 0 ? null : 'mailed before' };
    },

    deliverPurgeMail: ({ mail: id, plan, workflowId }) =>
      deliverFromOutbox(dependencies, id, async (claimed) => {
        const { mail, temporal } = config;
        if (mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
        const runUrl = runPage(temporal, { workflowId });
        const content = composePurgeMail({ ...plan, workflowId, runUrl });
        return attemptMail(dependencies, mail, { ...claimed, times }, content, {
          'X-Audit-Purge': plan.planHash,
        });
      }),
  };
}
