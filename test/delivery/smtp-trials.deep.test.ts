import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { sendOverSmtp, type SmtpOutcome } from '../../delivery/smtp.ts';
import { migrate } from '../../store/migrate.ts';
import {
  claimMail,
  enqueueMails,
  mailsOf,
  markSending,
  recordOutcome,
  type MailRow,
} from '../../store/outbox.ts';
import { createPool } from '../../store/pool.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { startSmtp, type SmtpAct } from '../support/smtp.ts';

/** Sends of each behaviour, ten at once; fifty by hand. */
const SENDS = process.env['AUDIT_TRIALS'] === '1' ? 50 : 10;
const TIMES = { untilDotMs: 20_000, afterDotMs: 700, dotHoldMs: 50 };

/** What the server does first, and what a mail must end as; after it the server takes everything. */
const BEHAVIOURS: readonly (readonly [string, SmtpAct, MailRow['state']])[] = [
  ['421 at the greeting', { act: 'refuse', at: 'connect', code: 421 }, 'accepted'],
  ['450 at the recipient', { act: 'refuse', at: 'rcpt', code: 450 }, 'accepted'],
  ['451 after the dot', { act: 'refuse', at: 'data', code: 451 }, 'accepted'],
  ['550 at the recipient', { act: 'refuse', at: 'rcpt', code: 550 }, 'rejected'],
  ['554 after the dot', { act: 'refuse', at: 'data', code: 554 }, 'rejected'],
  ['drop at the recipient', { act: 'drop', at: 'rcpt' }, 'accepted'],
  ['drop before the message', { act: 'drop', at: 'data' }, 'accepted'],
  ['drop in the message', { act: 'drop', at: 'in-data' }, 'accepted'],
  ['drop after the dot', { act: 'drop', at: 'after-data' }, 'ambiguous'],
  ['silence after the dot', { act: 'stall', forMs: 60_000 }, 'ambiguous'],
];

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase({ name: 'smtp_trials' });
  pool = createPool(database.url, { max: 10 });
  await migrate(pool);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function attempt(mail: MailRow, smtpUrl: string): Promise<SmtpOutcome['state'] | null> {
  const claim = await claimMail(pool, mail.id, 'worker-1');
  if (!claim.claimed) return null;
  const outcome = await sendOverSmtp({
    ...{ smtpUrl, from: 'a@audit.test', to: mail.recipient, allowed: [mail.recipient], times: TIMES },
    message: Buffer.from(`Message-ID: ${mail.messageId}\r\nSubject: x\r\n\r\nbody\r\n`),
    scrub: (text) => text,
    beforeDot: () => markSending(pool, mail.id, claim.fence),
  });
  await recordOutcome(pool, mail.id, claim.fence, outcome.state, outcome.detail);
  return outcome.state;
}

/** One mail, tried by two workers at once until it is settled, as retries do. */
async function deliver(act: SmtpAct, reportKey: string) {
  const smtp = await startSmtp({ script: [act] });
  try {
    const [mail] = await enqueueMails(pool, {
      ...{ reportKey, revision: 1, toldAt: '2026-11-20T08:00:00.000Z', digest: 'said', reportHash: 'hash' },
      ...{ recipients: ['ops@audit.test'], domain: 'audit.test' },
    });
    if (mail === undefined) throw new Error('nothing is owed');
    for (let tries = 0; tries < 3; tries += 1)
      await Promise.all([attempt(mail, smtp.url), attempt(mail, smtp.url)]);
    const [settled] = await mailsOf(pool, reportKey);
    return { state: settled?.state, copies: smtp.messages.length };
  } finally {
    await smtp.stop();
  }
}

test.each(BEHAVIOURS)(
  '%s: none lost, none doubled, every doubt flagged',
  async (name, act, state) => {
    const results: Awaited<ReturnType<typeof deliver>>[] = [];
    for (let done = 0; done < SENDS; done += 10)
      results.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(10, SENDS - done) }, (_unused, index) =>
            deliver(act, `${name}/${String(done + index)}`),
          ),
        )),
      );
    const copies = state === 'rejected' ? 0 : 1;
    expect(results).toEqual(Array.from({ length: SENDS }, () => ({ state, copies })));
  },
  300_000,
);
