import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import { deliveryGroups, groupsFor, recipientsOf } from '../audit/delivery-groups.ts';
import type { Report } from '../audit/report.ts';
import { SMTP_TIMES, type SmtpOutcome, type SmtpTimes } from '../delivery/smtp.ts';
import {
  claimMail,
  enqueueMails,
  giveUpSending,
  recordOutcome,
  releaseClaim,
  renewClaim,
  type Claim,
} from '../store/outbox.ts';
import { withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import { countMail } from './mail-metric.ts';
import { chatOf, sendChat } from './send-chat.ts';
import { sendMail, type Claimed } from './send-mail.ts';
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
    async planDelivery({ report: reference, groups: named }) {
      const { mail } = config;
      const groups = deliveryGroups(config);
      if (groups.length === 0)
        return { mails: [], skipped: 'no recipients are configured (keys "mail" and "groups")' };
      const stored = await storedReport(dependencies, reference);
      const report = await loadReport(dependencies, reference.reportHash);
      const said = {
        verdict: report.judgement.verdict,
        severities: report.findings.map(({ severity }) => severity),
      };
      const wanting = groupsFor(groups, { kind: reference.kind, said }, named);
      if (wanting.length === 0)
        return { mails: [], skipped: 'no group wants a report of this kind, verdict and severity' };
      const owed = await enqueueMails(pool, {
        reportKey: keyText(stored),
        revision: reference.revision,
        toldAt: stored.confirmedAt,
        digest: mailDigest(report),
        reportHash: reference.reportHash,
        recipients: recipientsOf(wanting).map(({ recipient }) => recipient),
        domain: mail?.domain ?? CHAT_DOMAIN,
      });
      const skipped = owed.length > 0 ? null : 'every recipient has this verdict and these findings already';
      return { mails: owed.map(({ id }) => id), skipped };
    },

    deliverMail: ({ mail, report }) =>
      deliverFromOutbox(dependencies, mail, (claimed) =>
        chatOf(config, claimed.mail.recipient) === undefined
          ? sendMail(dependencies, { ...claimed, reference: report, times })
          : sendChat(dependencies, { ...claimed, reference: report }),
      ),
  };
}

/** Of the keys of messages that no mail server sees. */
export const CHAT_DOMAIN = 'chat.invalid';
/** Who holds a claim. */
const OWNER = `${hostname()}:${String(process.pid)}`;
/** Several beats may be lost before a claim counts as abandoned. */
const BEAT_MS = 10_000;

/** How an attempt ended, and when the other side wants to be asked again. */
export type DeliveryOutcome = SmtpOutcome & { readonly retryAfterS?: number | null };

/** Claims a mail of the outbox, has it sent, and records what became of it. */
export function deliverFromOutbox(
  dependencies: ActivityDependencies,
  id: string,
  send: (claimed: Claimed) => Promise<DeliveryOutcome>,
): Promise<Delivered> {
  const { pool, log } = dependencies;
  return withHeartbeat(async (signal) => {
    const claim = await claimMail(pool, id, OWNER);
    if (!claim.claimed) return unclaimed(dependencies, id, claim);
    const outcome = await whileClaimed(dependencies, claim, () =>
      send({ mail: claim.mail, fence: claim.fence, signal }),
    );
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

/** Renews the claim while the work goes on; work that fails before it has sent anything gives it back. */
async function whileClaimed(
  { pool }: ActivityDependencies,
  { mail, fence }: Extract<Claim, { claimed: true }>,
  work: () => Promise<DeliveryOutcome>,
): Promise<DeliveryOutcome> {
  const beat = setInterval(() => {
    // One that is lost costs nothing: the next comes long before the claim counts as abandoned.
    renewClaim(pool, mail.id, fence).catch(() => undefined);
  }, BEAT_MS);
  try {
    return await work();
  } catch (error) {
    await releaseClaim(pool, mail.id, fence).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(beat);
  }
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

function delivered({ state, detail, retryAfterS }: DeliveryOutcome): Delivered {
  switch (state) {
    case 'accepted':
      return { state: 'accepted', detail };
    case 'deferred':
      throw failure(
        FAILURE.mailDeferred,
        `The server did not take the message yet: ${detail}`,
        retryAfterS == null ? undefined : retryAfterS * 1_000,
      );
    case 'rejected':
      throw failure(FAILURE.mailRejected, `The server refused the message: ${detail}`);
    case 'ambiguous':
      throw failure(FAILURE.mailAmbiguous, `${AMBIGUOUS} ${detail}`);
  }
}

const AMBIGUOUS =
  'No clear answer came after the whole message was handed over, so it may have arrived and is not sent again:';

async function unclaimed(
  { pool }: ActivityDependencies,
  id: string,
  { state, leaseLeftMs }: Extract<Claim, { claimed: false }>,
): Promise<Delivered> {
  switch (state) {
    case 'accepted':
      return { state: 'already', detail: 'accepted by an earlier attempt' };
    case 'sending': {
      if (leaseLeftMs > 0) throw held(leaseLeftMs);
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
      throw held(leaseLeftMs);
    case 'unknown':
      throw failure(FAILURE.mailDeferred, `Mail ${id} is ${state} and could not be claimed.`);
  }
}

/** Until its claim ends, what another attempt does with a mail is its own affair. */
function held(leaseLeftMs: number): ApplicationFailure {
  return failure(
    FAILURE.mailDeferred,
    'Another attempt is sending this mail.',
    Math.max(1_000, Math.ceil(leaseLeftMs)),
  );
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
