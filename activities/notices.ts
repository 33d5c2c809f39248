import { alertsConfig, noticeGroups } from '../audit/alerts/alerts-config.ts';
import type { Notice } from '../audit/alerts/notice.ts';
import { deliveryGroups, recipientsOf, type Recipient } from '../audit/delivery-groups.ts';
import { sha256 } from '../audit/hash.ts';
import { runPage } from '../audit/run-page.ts';
import { send } from '../delivery/channels/send.ts';
import { plainMail } from '../delivery/plain-mail.ts';
import { SMTP_TIMES, type SmtpTimes } from '../delivery/smtp.ts';
import { enqueueMails } from '../store/outbox.ts';
import { withHeartbeat } from './activity-context.ts';
import { CHAT_DOMAIN, deliverFromOutbox, type DeliveryOutcome } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { countMail } from './mail-metric.ts';
import { mailOnce } from './send-mail.ts';
import { sendShort } from './send-short.ts';
import type { AuditActivities } from './types.ts';

type Noticing = Pick<AuditActivities, 'planNotice' | 'deliverNotice' | 'sendUnrecorded'>;

/** Short messages to contacts: through the outbox, or beside it while the store is away. */
export function createNoticing(dependencies: ActivityDependencies, times: SmtpTimes = SMTP_TIMES): Noticing {
  const { config, pool } = dependencies;
  const domain = config.mail?.domain ?? CHAT_DOMAIN;

  return {
    async planNotice({ notice }) {
      const recipients = contactsOf(dependencies, notice);
      if (recipients.length === 0) return { mails: [], skipped: nobody(notice) };
      const hash = sha256(notice.key);
      const owed = await enqueueMails(pool, {
        reportKey: notice.key,
        revision: 1,
        toldAt: notice.at,
        digest: hash,
        reportHash: hash,
        recipients: recipients.map(({ recipient }) => recipient),
        domain,
      });
      return { mails: owed.map(({ id }) => id), skipped: null };
    },

    deliverNotice: ({ mail: id, notice }) =>
      deliverFromOutbox(dependencies, id, (claimed) =>
        sendShort(
          dependencies,
          { ...claimed, times },
          {
            chat: () => textOf(dependencies, notice, true),
            mail: () => plainMail(notice.subject, textOf(dependencies, notice, false)),
            headers: headersOf(notice),
          },
        ),
      ),

    sendUnrecorded: ({ notice }) =>
      withHeartbeat(async (signal) => {
        const recipients = contactsOf(dependencies, notice);
        if (recipients.length === 0) return { sent: 0, failed: [nobody(notice)] };
        const ends = await Promise.all(
          recipients.map(async (to) => ({
            to,
            ...(await unrecorded(dependencies, notice, to, { signal, times })),
          })),
        );
        for (const { state } of ends) countMail(state);
        const failed = ends.filter(({ state }) => state !== 'accepted');
        return {
          sent: ends.length - failed.length,
          failed: failed.map(({ to, state, detail }) => `${to.recipient}: ${state}, ${detail}`),
        };
      }),
  };
}

function contactsOf({ config }: ActivityDependencies, { to }: Notice): readonly Recipient[] {
  const names = noticeGroups(alertsConfig(config), to);
  return recipientsOf(deliveryGroups(config).filter(({ name }) => names.includes(name)));
}

function nobody({ to }: Notice): string {
  const key = to === 'watchdog' ? 'alerts.watchdog' : `alerts.contacts.L${String(to)}`;
  return `nobody is configured for it (key "${key}")`;
}

/** What is posted or mailed: a chat has no subject. */
function textOf({ config, typed }: ActivityDependencies, notice: Notice, isChat: boolean): string {
  const url = runPage(config.temporal, notice);
  const lines = [
    ...(isChat ? [notice.subject, ''] : []),
    notice.text,
    ...(url === null ? [] : ['', `Web UI: ${url}`]),
  ];
  return (typed ?? ((text) => text))(lines.join('\n'));
}

function headersOf({ subject, key }: Notice): Readonly<Record<string, string>> {
  const isUrgent = subject.startsWith('[CRITICAL');
  return {
    'X-Audit-Notice': sha256(key).slice(0, 32),
    ...(isUrgent && { 'X-Priority': '1', Importance: 'high' }),
  };
}

/** Once, and nobody writes down how it ends. */
async function unrecorded(
  dependencies: ActivityDependencies,
  notice: Notice,
  { recipient, chat }: Recipient,
  { signal, times }: { readonly signal: AbortSignal; readonly times: SmtpTimes },
): Promise<DeliveryOutcome> {
  const { config, scrub } = dependencies;
  if (chat !== null) return send({ channel: chat, text: textOf(dependencies, notice, true), scrub, signal });
  if (config.mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
  const { domain } = config.mail;
  const messageId = `<${sha256(JSON.stringify([notice.key, recipient])).slice(0, 32)}@${domain}>`;
  const content = plainMail(notice.subject, textOf(dependencies, notice, false));
  const beforeDot = (): Promise<boolean> => Promise.resolve(true);
  const headers = headersOf(notice);
  return mailOnce(
    dependencies,
    config.mail,
    { recipient, messageId, headers, beforeDot, times, signal },
    content,
  );
}
