import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import type { Report } from '../audit/report.ts';
import { parseSender, type Sender } from '../delivery/address.ts';
import { composeReportMail, mailBytes } from '../delivery/mail.ts';
import { sendOverSmtp, type SmtpOutcome } from '../delivery/smtp.ts';
import {
  claimMail,
  enqueueMails,
  giveUpSending,
  markSending,
  recordOutcome,
  type Claim,
  type MailRow,
} from '../store/outbox.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { editionOf, keyText, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { AuditActivities, Delivered, ReportReference } from './types.ts';

type Delivering = Pick<AuditActivities, 'planDelivery' | 'deliverMail'>;

/** For the whole conversation with the mail server. */
const DEADLINE_MS = 60_000;
/** A mail that is being sent for longer belongs to a worker that is gone. */
const ABANDONED_MS = DEADLINE_MS + 10_000;

/** Mails reports through the outbox: at most one accepted copy, and every doubt recorded. */
export function createDelivering(dependencies: ActivityDependencies): Delivering {
  const { config, pool, log, scrub } = dependencies;

  async function send(
    mail: MailRow,
    fence: number,
    reference: ReportReference,
    signal: AbortSignal,
  ): Promise<SmtpOutcome> {
    const { mail: mailConfig } = config;
    if (mailConfig === null) return { state: 'rejected', detail: 'no mail server is configured' };
    const sender = parseSender(mailConfig.from);
    const message = await composed(dependencies, mail, reference, sender);
    return sendOverSmtp({
      smtpUrl: mailConfig.smtpUrl,
      from: sender.address,
      to: mail.recipient,
      allowed: mailConfig.recipients,
      message,
      scrub,
      beforeBody: () => markSending(pool, mail.id, fence),
      deadlineMs: DEADLINE_MS,
      signal,
    });
  }

  return {
    async planDelivery({ report: reference }) {
      const { mail } = config;
      if (mail === null) return { mails: [], skipped: 'no mail server is configured (key "mail")' };
      if (mail.recipients.length === 0)
        return { mails: [], skipped: 'no recipients are configured (key "mail.recipients")' };
      const stored = await storedReport(dependencies, reference);
      const owed = await enqueueMails(pool, {
        reportKey: keyText(stored),
        revision: reference.revision,
        toldAt: stored.confirmedAt,
        digest: mailDigest(await loadReport(dependencies, reference.reportHash)),
        reportHash: reference.reportHash,
        recipients: mail.recipients,
        domain: mail.domain,
      });
      const skipped = owed.length > 0 ? null : 'every recipient has this verdict and these findings already';
      return { mails: owed.map(({ id }) => id), skipped };
    },

    deliverMail: ({ mail: id, report }) =>
      withHeartbeat(async (signal) => {
        const claim = await claimMail(pool, id);
        if (!claim.claimed) return unclaimed(dependencies, id, claim);
        const outcome = await send(claim.mail, claim.fence, report, signal);
        await recorded(dependencies, id, claim.fence, outcome);
        log(outcome.state === 'accepted' ? 'info' : 'warn', 'mail', {
          mail: id,
          state: outcome.state,
          detail: outcome.detail,
        });
        return delivered(outcome);
      }),
  };
}

/** Verdict and findings: a revision in which these are the same is not worth another mail. */
export function mailDigest({ judgement, findings }: Report): string {
  const said = findings.map(({ id, severity, fingerprints }) => ({
    id,
    severity,
    fingerprints: [...fingerprints].sort(),
  }));
  return sha256(canonicalJson({ verdict: judgement.verdict, colour: judgement.colour, findings: said }));
}

async function composed(
  dependencies: ActivityDependencies,
  mail: MailRow,
  reference: ReportReference,
  from: Sender,
): Promise<Buffer> {
  const { artifacts, config } = dependencies;
  const report = await loadReport(dependencies, reference.reportHash);
  const { files } = await storedReport(dependencies, reference);
  const pdf = files['pdf'] === undefined ? null : await artifacts.get(files['pdf'].hash);
  const urls = reportUrls(config.reportBaseUrl, reference, files);
  const content = composeReportMail({ report, edition: editionOf(reference), urls, pdf });
  const { reportHash } = reference;
  return mailBytes(content, {
    from,
    to: mail.recipient,
    messageId: mail.messageId,
    date: activityNow(),
    reportHash,
  });
}

function delivered({ state, detail }: SmtpOutcome): Delivered {
  switch (state) {
    case 'accepted':
      return { state: 'accepted', detail };
    case 'deferred':
      throw failure(FAILURE.mailDeferred, `The mail server did not take the mail yet: ${detail}`);
    case 'rejected':
      throw failure(FAILURE.mailRejected, `The mail server refused the mail: ${detail}`);
    case 'ambiguous':
      throw failure(FAILURE.mailAmbiguous, `${AMBIGUOUS} ${detail}`);
  }
}

const AMBIGUOUS =
  'The connection ended after the mail was handed over, so it may have arrived and is not sent again:';

async function unclaimed(
  { pool }: ActivityDependencies,
  id: string,
  { state, sendingForMs }: Extract<Claim, { claimed: false }>,
): Promise<Delivered> {
  switch (state) {
    case 'accepted':
      return { state: 'already', detail: 'accepted by an earlier attempt' };
    case 'sending': {
      const leftMs = Math.ceil(ABANDONED_MS - sendingForMs);
      if (leftMs > 0) throw failure(FAILURE.mailDeferred, 'Another attempt is sending this mail.', leftMs);
      await giveUpSending(pool, id);
      throw failure(FAILURE.mailAmbiguous, `${AMBIGUOUS} the worker ended while it was sending.`);
    }
    case 'ambiguous':
      throw failure(FAILURE.mailAmbiguous, `${AMBIGUOUS} see the outbox.`);
    case 'rejected':
      throw failure(
        FAILURE.mailRejected,
        'The mail server refused this mail before; start the audit again to retry.',
      );
    case 'superseded':
      throw ApplicationFailure.nonRetryable(
        'This mail was not sent: a newer report of the same window was mailed while it waited.',
        'MailSuperseded',
      );
    case 'pending':
    case 'deferred':
    case 'unknown':
      throw failure(FAILURE.mailDeferred, `Mail ${id} is ${state} and could not be claimed.`);
  }
}

/** What the server said must not be forgotten because the store blinked: without it the mail would count as ambiguous. */
async function recorded(
  { pool }: ActivityDependencies,
  id: string,
  fence: number,
  outcome: SmtpOutcome,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await recordOutcome(pool, id, fence, outcome.state, outcome.detail);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await delay(attempt * 1_000);
    }
  }
}
