import type { MailConfig } from '../audit/configuration.ts';
import type { Report } from '../audit/report.ts';
import { parseSender } from '../delivery/address.ts';
import { composeReportMail, mailBytes, type AttachmentChoice } from '../delivery/mail.ts';
import { sendOverSmtp, type SmtpOutcome, type SmtpTimes } from '../delivery/smtp.ts';
import { markSending, renewSending, type MailRow } from '../store/outbox.ts';
import { activityNow } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { editionOf, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { ReportReference } from './types.ts';

/** One that is being sent says so this often; silence for longer than `ABANDONED_MS` means that its worker is gone. */
const BEAT_MS = 10_000;
export const ABANDONED_MS = 70_000;

export interface Sending {
  readonly mail: MailRow;
  readonly fence: number;
  readonly reference: ReportReference;
  readonly signal: AbortSignal;
  readonly times: SmtpTimes;
}

/** Hands one mail to the server; one that is refused for its size goes once more, with the link instead of the file. */
export async function sendMail(dependencies: ActivityDependencies, sending: Sending): Promise<SmtpOutcome> {
  const { artifacts, config } = dependencies;
  const { reference } = sending;
  const { mail } = config;
  if (mail === null) return { state: 'rejected', detail: 'no mail server is configured' };
  const report = await loadReport(dependencies, reference.reportHash);
  const { files } = await storedReport(dependencies, reference);
  const pdf = files['pdf'] === undefined ? null : await artifacts.get(files['pdf'].hash);
  const urls = reportUrls(config.reportBaseUrl, reference, files);
  const attempt = (pdfAs: AttachmentChoice): Promise<SmtpOutcome> =>
    attemptMail(dependencies, mail, sending, { report, urls, pdf, pdfAs });
  const outcome = await attempt('file');
  return outcome.tooLarge === true && pdf !== null ? attempt('link') : outcome;
}

interface Content {
  readonly report: Report;
  readonly urls: Readonly<Record<string, string>>;
  readonly pdf: Buffer | null;
  readonly pdfAs: AttachmentChoice;
}

async function attemptMail(
  { pool, scrub }: ActivityDependencies,
  mailConfig: MailConfig,
  { mail, fence, reference, signal, times }: Sending,
  content: Content,
): Promise<SmtpOutcome> {
  const from = parseSender(mailConfig.from);
  const message = await mailBytes(composeReportMail({ ...content, edition: editionOf(reference) }), {
    from,
    to: mail.recipient,
    messageId: mail.messageId,
    date: activityNow(),
    reportHash: reference.reportHash,
  });
  let beat: NodeJS.Timeout | undefined;
  try {
    return await sendOverSmtp({
      smtpUrl: mailConfig.smtpUrl,
      from: from.address,
      to: mail.recipient,
      allowed: mailConfig.recipients,
      message,
      scrub,
      async beforeDot() {
        const isOurs = await markSending(pool, mail.id, fence);
        beat = setInterval(() => {
          // One that is lost costs nothing: the next comes long before the mail counts as abandoned.
          renewSending(pool, mail.id, fence).catch(() => undefined);
        }, BEAT_MS);
        return isOurs;
      },
      times,
      signal,
    });
  } finally {
    clearInterval(beat);
  }
}
