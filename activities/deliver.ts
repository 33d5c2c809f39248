import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import type { Report } from '../audit/report.ts';
import { SMTP_TIMES, type SmtpOutcome, type SmtpTimes } from '../delivery/smtp.ts';
import { claimMail, enqueueMails, giveUpSending, recordOutcome, type Claim } from '../store/outbox.ts';
import { withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { countMail } from './mail-metric.ts';
import { ABANDONED_MS, sendMail, type Claimed } from './send-mail.ts';
import { keyText, loadReport, storedReport } from './stored-report.ts';
import type { AuditActivities, Delivered } from './types.ts';

type Delivering = Pick<AuditActivities, 'planDelivery' | 'deliverMail'>;

/** Mails reports through the outbox: at most one accepted copy, and every doubt recorded. */
export function createDelivering(
  dependencies: ActivityDependencies,
  times: SmtpTimes = SMTP_TIMES,
): Delivering {
  const { config, pool } = dependencies;

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

    deliverMail: ({ mail, report }) =>
      deliverFromOutbox(dependencies, mail, (claimed) =>
        sendMail(dependencies, { ...claimed, reference: report, times }),
      ),
  };
}

/** Claims a mail of the outbox, has it sent, and records what became of it. */
export function deliverFromOutbox(
  dependencies: ActivityDependencies,
  id: string,
  send: (claimed: Claimed) => Promise<SmtpOutcome>,
): Promise<Delivered> {
  const { pool, log } = dependencies;
  return withHeartbeat(async (signal) => {
    const claim = await claimMail(pool, id);
    if (!claim.claimed) return unclaimed(dependencies, id, claim);
    const outcome = await send({ mail: claim.mail, fence: claim.fence, signal });
    await recorded(dependencies, id, claim.fence, outcome);
    countMail(outcome.state);
    log(outcome.state === 'accepted' ? 'info' : 'warn', 'mail', {
      mail: id,
      state: outcome.state,
      detail: outcome.detail,
    });
    return delivered(outcome);
  });
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
  'No answer came after the whole mail was handed over, so it may have arrived and is not sent again:';

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
      if (await giveUpSending(pool, id)) countMail('ambiguous');
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
