import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import {
  claimMail,
  enqueueMails,
  giveUpSending,
  mailsOf,
  markSending,
  recordOutcome,
  type MailOrder,
  type MailRow,
} from '../../store/outbox.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let order: MailOrder;
let counter = 0;

beforeAll(async () => {
  database = await freshDatabase({ name: 'outbox' });
  pool = createPool(database.url, { max: 10 });
  await migrate(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(() => {
  counter += 1;
  order = {
    reportKey: `demo/production/window-${String(counter)}/scope`,
    revision: 1,
    digest: 'said-1',
    reportHash: 'hash-1',
    recipients: ['a@audit.test', 'b@audit.test'],
    domain: 'audit.test',
  };
});

async function only(change: Partial<MailOrder> = {}): Promise<MailRow> {
  const [mail] = await enqueueMails(pool, { ...order, recipients: ['a@audit.test'], ...change });
  if (mail === undefined) throw new Error('nothing is owed');
  return mail;
}

async function settle(
  mail: MailRow,
  state: 'accepted' | 'deferred' | 'rejected' | 'ambiguous',
): Promise<void> {
  const claim = await claimMail(pool, mail.id);
  if (!claim.claimed) throw new Error(`not claimed: ${claim.state}`);
  expect(await recordOutcome(pool, mail.id, claim.fence, state, 'said so')).toBe(true);
}

test('twenty runs of one report at once owe each recipient one mail', async () => {
  await Promise.all(Array.from({ length: 20 }, () => enqueueMails(pool, order)));
  expect((await mailsOf(pool, order.reportKey)).map(({ recipient }) => recipient)).toEqual(order.recipients);
});

test('a message id is stable and unique', async () => {
  const first = await only();
  expect((await only()).messageId).toBe(first.messageId);
  const [a, b] = await mailsOf(pool, (await enqueueMails(pool, order), order.reportKey));
  expect(a?.messageId).not.toBe(b?.messageId);
});

test('what was accepted is owed no more; what was deferred or refused is', async () => {
  for (const [state, owed] of [
    ['accepted', 0],
    ['deferred', 1],
    ['rejected', 1],
    ['ambiguous', 0],
  ] as const) {
    const reportKey = `${order.reportKey}/${state}`;
    await settle(await only({ reportKey }), state);
    const again = await enqueueMails(pool, { ...order, reportKey, recipients: ['a@audit.test'] });
    expect([state, again.length]).toEqual([state, owed]);
  }
});

test('a revision is mailed again only when it says something else', async () => {
  await settle(await only(), 'accepted');
  expect(await enqueueMails(pool, { ...order, recipients: ['a@audit.test'], revision: 2 })).toEqual([]);
  const third = await only({ revision: 3, digest: 'said-3' });
  expect(third.revision).toBe(3);
  await settle(third, 'accepted');
  // Back to what the first one said: that is news again.
  expect((await only({ revision: 4 })).revision).toBe(4);
  // An older revision that comes late is not news.
  expect(
    await enqueueMails(pool, { ...order, recipients: ['a@audit.test'], revision: 2, digest: 'said-2' }),
  ).toEqual([]);
});

test('only the newest claim may send', async () => {
  const mail = await only();
  const old = await claimMail(pool, mail.id);
  const young = await claimMail(pool, mail.id);
  if (!old.claimed || !young.claimed) throw new Error('not claimed');
  expect(await markSending(pool, mail.id, old.fence)).toBe(false);
  expect(await markSending(pool, mail.id, young.fence)).toBe(true);
  expect(await recordOutcome(pool, mail.id, old.fence, 'deferred', 'late')).toBe(false);
  expect(await recordOutcome(pool, mail.id, young.fence, 'accepted', '250')).toBe(true);
});

test('twenty attempts at once: one gets to send', async () => {
  const mail = await only();
  const sent = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const claim = await claimMail(pool, mail.id);
      return claim.claimed && (await markSending(pool, mail.id, claim.fence));
    }),
  );
  expect(sent.filter(Boolean)).toHaveLength(1);
});

test('a mail whose worker died while sending is ambiguous and never claimed again', async () => {
  const mail = await only();
  const claim = await claimMail(pool, mail.id);
  if (!claim.claimed) throw new Error('not claimed');
  await markSending(pool, mail.id, claim.fence);
  expect(await claimMail(pool, mail.id)).toMatchObject({ claimed: false, state: 'sending' });
  expect(await giveUpSending(pool, mail.id)).toBe(true);
  expect(await claimMail(pool, mail.id)).toMatchObject({ claimed: false, state: 'ambiguous' });
  // The old worker wakes up: its word comes too late.
  expect(await recordOutcome(pool, mail.id, claim.fence, 'accepted', '250')).toBe(false);
  expect(await enqueueMails(pool, { ...order, recipients: ['a@audit.test'] })).toEqual([]);
});
