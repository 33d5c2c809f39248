import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createReopening } from '../../activities/reopen-delivery.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { Delivery } from '../../store/deliveries.ts';
import { claimMail, enqueueMails, markSending, recordOutcome, type MailState } from '../../store/outbox.ts';
import { startSmtp } from '../support/smtp.ts';
import { createStoredAudit, type StoredAudit } from './stored-audit.ts';

let stored: StoredAudit;
const ids = new Map<string, string>();

beforeAll(async () => {
  stored = await createStoredAudit();
  for (const state of ['accepted', 'rejected', 'ambiguous', 'deferred'] as const) {
    const [mail] = await enqueueMails(stored.pool, {
      ...{ reportKey: `key/${state}`, revision: 1, toldAt: '2026-11-20T08:05:00.000Z', digest: 'said' },
      ...{ reportHash: stored.reportHash, recipients: [`${state}@audit.test`], domain: 'audit.test' },
    });
    const id = mail?.id ?? '';
    ids.set(state, id);
    const claim = await claimMail(stored.pool, id, 'host-1:42');
    if (!claim.claimed) throw new Error('not claimed');
    await markSending(stored.pool, id, claim.fence);
    await recordOutcome(stored.pool, id, claim.fence, state, `${state}, it said`);
  }
}, 60_000);
afterAll(async () => {
  await stored.close();
});

const id = (state: MailState): string => ids.get(state) ?? '';
const stateOf = async (state: MailState): Promise<string | undefined> => {
  const { rows } = await stored.pool.query<{ state: string }>(
    'select state from audit.outbox where id = $1',
    [id(state)],
  );
  return rows[0]?.state;
};

test('list shows state, attempts, answer, worker, recipient and report', async () => {
  const { stdout, code } = await stored.audit('deliveries', 'list', '--no-color');
  expect(code).toBe(0);
  expect(stdout).toContain(`${id('ambiguous').slice(0, 12)}  ambiguous   demo/production/20261120T0000Z`);
  expect(stdout).toMatch(/to ambiguous@audit\.test\n {2}1 attempt, \S+ \S+ by host-1:42: ambiguous, it said/);
  const failed = await stored.audit('deliveries', 'list', '--failed', '--bot', 'demo', '--json');
  const found = JSON.parse(failed.stdout) as readonly Delivery[];
  expect(found.map(({ state }) => state).sort()).toEqual(['ambiguous', 'deferred', 'rejected']);
  expect(found[0]?.report).toMatchObject({ bot: 'demo', revision: 1 });
  expect((await stored.audit('deliveries', 'list', '--state', 'sending')).stdout).toBe(
    'There is no such delivery.\n',
  );
});

test('retry refuses what arrived, what may have, and what is not there, each in a sentence', async () => {
  const said = async (...args: readonly string[]): Promise<string> =>
    (await stored.audit('deliveries', 'retry', ...args)).stderr.replaceAll(/\s+/g, ' ');
  expect(await said(id('accepted'))).toContain('was accepted; there is nothing to send again.');
  expect(await said(id('ambiguous').slice(0, 10))).toContain(
    'may have arrived (ambiguous, it said), so sending it again may double it. Ask the recipient, then say so with --even-if-doubled.',
  );
  expect(await said('ffffffffff')).toContain('There is no delivery ffffffffff.');
  for (const wrong of [
    [],
    ['--bot', 'demo'],
    [id('rejected'), '--failed'],
    [id('rejected'), '--bot', 'demo'],
  ])
    expect(await said(...wrong)).toContain('Name one delivery, or all that failed with --failed');
  expect(await stateOf('ambiguous')).toBe('ambiguous');
});

test('the workflow decides once more: refused and deferred ones go back, ambiguous ones only when told', async () => {
  const { reopenDelivery } = createReopening({ pool: stored.pool } as unknown as ActivityDependencies);
  for (const state of ['rejected', 'deferred'] as const) {
    expect(await reopenDelivery({ delivery: id(state) })).toMatchObject({
      mail: id(state),
      was: state,
      report: { reportHash: stored.reportHash },
    });
    expect(await stateOf(state)).toBe('pending');
  }
  const delivery = id('ambiguous').slice(0, 12);
  await expect(reopenDelivery({ delivery })).rejects.toThrow('may double it');
  await expect(reopenDelivery({ delivery: id('accepted'), evenIfDoubled: true })).rejects.toThrow(
    'was accepted',
  );
  expect(await reopenDelivery({ delivery, evenIfDoubled: true })).toMatchObject({ was: 'ambiguous' });
  expect(await stateOf('ambiguous')).toBe('pending');
});

test('a test mail goes to the sandbox alone; a dry run prints it', async () => {
  const smtp = await startSmtp();
  const config = (sandbox: string): void => {
    writeFileSync(
      join(stored.folder, 'audit.config.yaml'),
      `bots:\n  demo:\n    environment: paper\n    sources: { database: none, snapshots: required }\nstorage: { artifacts: artifacts }\nmail: { smtpUrl: "${smtp.url}", from: a@audit.test, recipients: [ops@audit.test]${sandbox} }\n`,
    );
  };
  const audit = (...args: readonly string[]) => stored.audit('deliveries', 'test', ...args);
  try {
    config('');
    expect((await audit()).stderr).toContain('has no key mail.sandbox');
    expect((await audit('--dry-run')).stdout).toContain('RCPT TO:<sandbox@example.test>');
    config(', sandbox: test@audit.test');
    const dry = await audit('--dry-run');
    expect(dry.stdout).toMatch(/MAIL FROM:<a@audit\.test>\nRCPT TO:<test@audit\.test>[\s\S]*WHAT TO DO NOW/);
    expect(smtp.connections()).toBe(0);
    expect((await audit()).stdout).toContain('The mail server took the test mail to test@audit.test');
  } finally {
    await smtp.stop();
  }
  expect(smtp.messages.map(({ to }) => to)).toEqual([['test@audit.test']]);
  expect(smtp.messages[0]?.raw).toMatch(/^Subject: .*test/m);
});
