import { randomBytes } from 'node:crypto';
import { openArtifacts } from '../store/open-artifacts.ts';
import { latestReport, type StoredReport } from '../store/reports.ts';
import { editionOf, loadReport, referenceTo, reportUrls } from '../activities/stored-report.ts';
import { parseSender } from '../delivery/address.ts';
import { composeReportMail, mailBytes, type MailContent } from '../delivery/mail.ts';
import { sendOverSmtp, SMTP_TIMES } from '../delivery/smtp.ts';
import type { AuditConfig } from '../audit/configuration.ts';
import { print, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { scrubberOf } from './scrub.ts';
import { openConfig } from './session.ts';
import { withStore } from './store-pool.ts';

export interface TestOptions extends GlobalOptions {
  readonly dryRun?: boolean;
}

/** Mails the newest report to the sandbox, outside the outbox: nobody else is told, and nothing counts as told. */
export async function testDelivery(context: CliContext, options: TestOptions): Promise<void> {
  const { config } = await openConfig(context, options);
  const { mail } = config;
  if (mail === null)
    throw new CommandError(`${config.path} has no part "mail", so there is nothing to test.`);
  const { sandbox } = mail;
  if (sandbox === undefined && options.dryRun !== true)
    throw new CommandError(
      `${config.path} has no key mail.sandbox, the address that gets test mails. Set it, or use --dry-run.`,
    );
  const content = await testContent(config);
  const from = parseSender(mail.from);
  const to = sandbox ?? 'sandbox@example.test';
  const message = await mailBytes(content, {
    from,
    to,
    messageId: `<test.${randomBytes(12).toString('hex')}@${mail.domain}>`,
    date: new Date().toISOString(),
    headers: {},
  });
  if (options.dryRun === true) {
    print(context, dryRunLines(content, message, { from: from.address, to }).join('\n'));
    return;
  }
  const outcome = await sendOverSmtp({
    ...{ smtpUrl: mail.smtpUrl, from: from.address, to, allowed: [to], message, times: SMTP_TIMES },
    scrub: scrubberOf(context.secrets),
    beforeDot: () => Promise.resolve(true),
    signal: context.signal,
  });
  if (outcome.state !== 'accepted')
    throw new CommandError(`The test mail to ${to} was ${outcome.state}: ${outcome.detail}`);
  print(context, `The mail server took the test mail to ${to}: ${outcome.detail}`);
}

async function testContent(config: AuditConfig): Promise<MailContent> {
  const content = await withStore(config, async (pool) => {
    const newest = await latestReport(pool, {});
    return newest === null ? plainContent() : reportContent(config, newest);
  });
  // Not in the thread of the bot's reports.
  const { subject, text, html, attachment, picture } = content;
  return {
    ...{ text, html, attachment, subject: `[test] ${subject}` },
    ...(picture !== undefined && { picture }),
  };
}

async function reportContent(config: AuditConfig, stored: StoredReport): Promise<MailContent> {
  const artifacts = openArtifacts(config);
  const report = await loadReport({ artifacts }, stored.reportHash);
  const file = stored.files['pdf'];
  return composeReportMail({
    report,
    edition: editionOf(referenceTo(stored)),
    urls: reportUrls(config.reportBaseUrl, stored, stored.files),
    pdf: file === undefined ? null : await artifacts.get(file.hash),
  });
}

function plainContent(): MailContent {
  const text = 'This is a test of production-audit. The store has no report yet.';
  return { subject: 'production-audit', text, html: `<p>${text}</p>`, attachment: null };
}

function dryRunLines(
  { text, attachment }: MailContent,
  message: Buffer,
  { from, to }: { readonly from: string; readonly to: string },
): readonly string[] {
  const raw = message.toString('utf8');
  return [
    `MAIL FROM:<${from}>`,
    `RCPT TO:<${to}>`,
    `${String(message.length)} bytes, ${attachment === null ? 'nothing attached' : `attached ${attachment.name}`}`,
    '',
    raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n'),
    '',
    text,
  ];
}
