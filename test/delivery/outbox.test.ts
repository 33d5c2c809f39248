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
  releaseClaim,
  renewClaim,
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
    toldAt: at(8),
    digest: 'said-1',
    reportHash: 'hash-1',
    recipients: ['a@audit.test', 'b@audit.test'],
    domain: 'audit.test',
  };
});

/** That hour of the day of the report. */
function at(hour: number): string {
  return new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
}

async function only(change: Partial<MailOrder> = {}): Promise<MailRow> {
  const [mail] = await enqueueMails(pool, { ...order, recipients: ['a@audit.test'], ...change });
  if (mail === undefined) throw new Error('nothing is owed');
  return mail;
}

async function settle(
  mail: MailRow,
  state: 'accepted' | 'deferred' | 'rejected' | 'ambiguous',
): Promise<void> {
  const claim = await claimMail(pool, mail.id, 'worker-1');
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

/** As if the worker that holds the claim had been silent for as long as a lease lasts. */
async function expire(mail: MailRow): Promise<void> {
  await pool.query('update audit.outbox set leased_until = now() where id = $1', [mail.id]);
}

test('a claim belongs to its worker until its lease ends, then to the next, and only the newest may send', async () => {
  const mail = await only();
  const old = await claimMail(pool, mail.id, 'worker-1');
  if (!old.claimed) throw new Error('not claimed');
  const early = await claimMail(pool, mail.id, 'worker-2');
  if (early.claimed) throw new Error('claimed twice');
  expect([early.state, early.leaseLeftMs > 60_000]).toEqual(['pending', true]);
  await expire(mail);
  const young = await claimMail(pool, mail.id, 'worker-2');
  if (!young.claimed) throw new Error('not taken over');
  expect(young.fence).toBeGreaterThan(old.fence);
  await renewClaim(pool, mail.id, old.fence);
  expect(await markSending(pool, mail.id, old.fence)).toBe(false);
  expect(await markSending(pool, mail.id, young.fence)).toBe(true);
  expect(await recordOutcome(pool, mail.id, old.fence, 'deferred', 'late')).toBe(false);
  expect(await recordOutcome(pool, mail.id, young.fence, 'accepted', '250')).toBe(true);
});

test('a claim that is given back, or ends deferred, is free at once', async () => {
  const mail = await only();
  const first = await claimMail(pool, mail.id, 'worker-1');
  if (!first.claimed) throw new Error('not claimed');
  await releaseClaim(pool, mail.id, first.fence);
  const second = await claimMail(pool, mail.id, 'worker-2');
  if (!second.claimed) throw new Error('not free');
  await recordOutcome(pool, mail.id, second.fence, 'deferred', '450');
  expect(await claimMail(pool, mail.id, 'worker-1')).toMatchObject({ claimed: true });
});

test('twenty attempts at once: one gets to send', async () => {
  const mail = await only();
  const sent = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const claim = await claimMail(pool, mail.id, 'worker-1');
      return claim.claimed && (await markSending(pool, mail.id, claim.fence));
    }),
  );
  expect(sent.filter(Boolean)).toHaveLength(1);
});

test('a mail whose worker died while sending is ambiguous and never claimed again', async () => {
  const mail = await only();
  const claim = await claimMail(pool, mail.id, 'worker-1');
  if (!claim.claimed) throw new Error('not claimed');
  await markSending(pool, mail.id, claim.fence);
  expect(await claimMail(pool, mail.id, 'worker-2')).toMatchObject({ claimed: false, state: 'sending' });
  expect(await giveUpSending(pool, mail.id)).toBe(false);
  await expire(mail);
  expect(await giveUpSending(pool, mail.id)).toBe(true);
  expect(await claimMail(pool, mail.id, 'worker-1')).toMatchObject({ claimed: false, state: 'ambiguous' });
  // The old worker wakes up: its word comes too late.
  expect(await recordOutcome(pool, mail.id, claim.fence, 'accepted', '250')).toBe(false);
  expect(await enqueueMails(pool, { ...order, recipients: ['a@audit.test'] })).toEqual([]);
});

test('a mail that is still being sent says so, and its holder may send a smaller one', async () => {
  const mail = await only();
  const claim = await claimMail(pool, mail.id, 'worker-1');
  if (!claim.claimed) throw new Error('not claimed');
  await markSending(pool, mail.id, claim.fence);
  await expire(mail);
  const silent = await claimMail(pool, mail.id, 'worker-2');
  await renewClaim(pool, mail.id, claim.fence);
  const heard = await claimMail(pool, mail.id, 'worker-2');
  if (silent.claimed || heard.claimed) throw new Error('claimed while being sent');
  expect(silent.leaseLeftMs).toBe(0);
  expect(heard.leaseLeftMs).toBeGreaterThan(60_000);
  expect(await giveUpSending(pool, mail.id)).toBe(false);
  expect(await markSending(pool, mail.id, claim.fence)).toBe(true);
});

test('back to the first report: the recipient is told so, once, under a message id of its own', async () => {
  const recipients = ['a@audit.test'];
  const pass = await only();
  await settle(pass, 'accepted');
  await settle(await only({ revision: 2, digest: 'said-2', toldAt: at(9) }), 'accepted');
  const recovery = await only({ toldAt: at(10) });
  expect(recovery).toMatchObject({ revision: 1, state: 'pending' });
  expect(recovery.messageId).not.toBe(pass.messageId);
  // Planned again before and after it was sent: the same mail, then none.
  expect((await only({ toldAt: at(10) })).messageId).toBe(recovery.messageId);
  await settle(recovery, 'accepted');
  for (const hour of [8, 9, 10, 11]) {
    expect(await enqueueMails(pool, { ...order, recipients, toldAt: at(hour) })).toEqual([]);
  }
  // The run of the second report, repeated late, is no news; one that gives it again is.
  const second = { ...order, recipients, revision: 2, digest: 'said-2' };
  expect(await enqueueMails(pool, { ...second, toldAt: at(9) })).toEqual([]);
  expect(await enqueueMails(pool, { ...second, toldAt: at(12) })).toHaveLength(1);
});

test('twenty runs that give the first report again owe one mail', async () => {
  await settle(await only(), 'accepted');
  await settle(await only({ revision: 2, digest: 'said-2', toldAt: at(9) }), 'accepted');
  const again = { ...order, recipients: ['a@audit.test'], toldAt: at(10) };
  const owed = await Promise.all(Array.from({ length: 20 }, () => enqueueMails(pool, again)));
  expect(new Set(owed.flat().map(({ id }) => id)).size).toBe(1);
  expect(await mailsOf(pool, order.reportKey)).toHaveLength(3);
});

test.each(['pending', 'deferred'] as const)('a %s mail is never sent after a newer one', async (state) => {
  const old = await only();
  const claimed = await claimMail(pool, old.id, 'worker-1');
  if (!claimed.claimed) throw new Error('not claimed');
  if (state === 'deferred') await recordOutcome(pool, old.id, claimed.fence, 'deferred', '450');
  const young = await only({ revision: 2, digest: 'said-2', toldAt: at(9) });
  // The worker that claimed it before comes too late.
  expect(await markSending(pool, old.id, claimed.fence)).toBe(false);
  expect(await recordOutcome(pool, old.id, claimed.fence, 'deferred', '450')).toBe(false);
  await settle(young, 'accepted');
  expect(await claimMail(pool, old.id, 'worker-1')).toMatchObject({ claimed: false, state: 'superseded' });
  const [first] = await mailsOf(pool, order.reportKey);
  expect(first?.response).toContain('superseded: revision 2');
});

test('a mail that was being sent when a newer one was written is not sent again', async () => {
  const old = await only();
  const claimed = await claimMail(pool, old.id, 'worker-1');
  if (!claimed.claimed) throw new Error('not claimed');
  expect(await markSending(pool, old.id, claimed.fence)).toBe(true);
  await only({ revision: 2, digest: 'said-2', toldAt: at(9) });
  expect(await recordOutcome(pool, old.id, claimed.fence, 'deferred', '451')).toBe(true);
  expect(await claimMail(pool, old.id, 'worker-1')).toMatchObject({ claimed: false, state: 'superseded' });
});

test('what was never told needs no taking back', async () => {
  const recipients = ['a@audit.test'];
  await settle(await only(), 'accepted');
  const fail = await only({ revision: 2, digest: 'said-2', toldAt: at(9) });
  await settle(fail, 'deferred');
  expect(await enqueueMails(pool, { ...order, recipients, toldAt: at(10) })).toEqual([]);
  expect(await claimMail(pool, fail.id, 'worker-1')).toMatchObject({ claimed: false, state: 'superseded' });
  // Refused for good told nothing either.
  await settle(await only({ revision: 3, digest: 'said-3', toldAt: at(11) }), 'rejected');
  expect(await enqueueMails(pool, { ...order, recipients, toldAt: at(12) })).toEqual([]);
});

test('another spelling of a mailbox that was told owes nothing', async () => {
  await settle(await only({ recipients: ['Ops@audit.test'] }), 'accepted');
  expect(await enqueueMails(pool, { ...order, recipients: ['ops@Audit.test'] })).toEqual([]);
});
