import type { MailConfig } from '../audit/configuration.ts';
import { parseSender } from '../delivery/address.ts';
import { composeReportMail, mailBytes, type AttachmentChoice, type MailContent } from '../delivery/mail.ts';
import { sendOverSmtp, type SmtpOutcome, type SmtpRequest, type SmtpTimes } from '../delivery/smtp.ts';
import { allowedAddresses, formatFor } from '../audit/delivery-groups.ts';
import { type MailRow, markSending } from '../store/outbox.ts';
import { chainHead, headText } from '../store/chain.ts';
import { attachedPdf } from './attached-pdf.ts';
import { activityNow } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ownState } from './own-state.ts';
import { ownRunUrl } from './run-url.ts';
import { editionOf, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { ReportReference } from './types.ts';

/** A mail of the outbox that this attempt may send. */
export interface Claimed {
  readonly mail: MailRow;
  readonly fence: number;
  readonly signal: AbortSignal;
}

export interface Sending extends Claimed {
  readonly reference: ReportReference;
  readonly times: SmtpTimes;
}

/** Hands one mail to the server; one that is refused for its size goes once more, with the link instead of the file. */
export async function sendMail(dependencies: ActivityDependencies, sending: Sending): Promise<SmtpOutcome> {
  const { config, pool } = dependencies;
  const { reference } = sending;
  const { mail } = config;
  if (mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
  const report = await loadReport(dependencies, reference.reportHash);
  const stored = await storedReport(dependencies, reference);
  const { pdf, missing } = await attachedPdf(dependencies, stored);
  const urls = reportUrls(config.reportBaseUrl, reference, stored.files);
  const edition = editionOf(reference);
  const head = await chainHead(pool);
  const archiveHead = head === null ? '' : headText(head);
  const isLive = config.bots.some(({ facts, asOf }) => facts.name === reference.bot && asOf === null);
  const about = await ownState(pool, { kind: reference.kind, isLive, now: activityNow() });
  const attempt = (pdfAs: AttachmentChoice): Promise<SmtpOutcome> =>
    attemptMail(
      dependencies,
      mail,
      sending,
      composeReportMail({
        ...{ report, urls, pdf, missing, pdfAs, edition, archiveHead, ownState: about },
        runUrl: ownRunUrl(config),
      }),
      { 'X-Audit-Report': reference.reportHash },
    );
  if (formatFor(config, sending.mail.recipient) === 'link') return attempt('link');
  const outcome = await attempt('file');
  return outcome.tooLarge === true && pdf !== null ? attempt('refused') : outcome;
}

/** Hands a composed mail to the server once. */
export async function attemptMail(
  dependencies: ActivityDependencies,
  mailConfig: MailConfig,
  { mail, fence, signal, times }: Omit<Sending, 'reference'>,
  content: MailContent,
  headers: Readonly<Record<string, string>>,
): Promise<SmtpOutcome> {
  const { recipient, messageId } = mail;
  const beforeDot = (): Promise<boolean> => markSending(dependencies.pool, mail.id, fence);
  return mailOnce(
    dependencies,
    mailConfig,
    { recipient, messageId, headers, beforeDot, times, signal },
    content,
  );
}

interface OneMail extends Pick<SmtpRequest, 'beforeDot' | 'times'> {
  readonly recipient: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Composes the message and gives it to the server; the envelope is checked there. */
export async function mailOnce(
  { config, scrub }: ActivityDependencies,
  mailConfig: MailConfig,
  { recipient, messageId, headers, ...rest }: OneMail,
  content: MailContent,
): Promise<SmtpOutcome> {
  const from = parseSender(mailConfig.from);
  const message = await mailBytes(content, { from, to: recipient, messageId, date: activityNow(), headers });
  return sendOverSmtp({
    smtpUrl: mailConfig.smtpUrl,
    from: from.address,
    to: recipient,
    allowed: allowedAddresses(config),
    message,
    scrub,
    ...rest,
  });
}
