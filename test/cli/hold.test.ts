import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createStoredAudit, type StoredAudit } from './stored-audit.ts';

let stored: StoredAudit;

beforeAll(async () => {
  stored = await createStoredAudit();
});
afterAll(async () => {
  await stored.close();
});

const NAME = 'demo/production/20261120T0000Z-20261120T0800Z';

test('a report is held with its reason, listed, and released', async () => {
  expect((await stored.audit('hold', 'list')).stdout).toBe('No report is held.\n');
  const added = await stored.audit('hold', 'add', 'demo/latest', '--reason', 'dispute 17');
  expect(added).toMatchObject({
    code: 0,
    stdout: `${NAME} is held (dispute 17). No purge takes it.\n`,
    stderr: '',
  });
  // A second time it is the same hold.
  await stored.audit('hold', 'add', 'demo/latest', '--reason', 'dispute 17');
  const [held, ...others] = JSON.parse((await stored.audit('hold', 'list', '--json')).stdout) as unknown[];
  expect(others).toEqual([]);
  expect(held).toMatchObject({ bot: 'demo', revision: 1, reason: 'dispute 17', evidencePurgedAt: null });
  expect((await stored.audit('hold', 'list')).stdout).toMatch(
    `${NAME}  revision 1 (${stored.reportHash.slice(0, 8)})`,
  );
  expect(await stored.audit('hold', 'release', stored.reportHash.slice(0, 8))).toMatchObject({
    code: 0,
    stdout: `${NAME} is no longer held.\n`,
  });
  expect(await stored.audit('hold', 'release', 'demo/latest')).toMatchObject({ code: 3 });
});

test('a hold of a report whose evidence is gone says so; without a reason or a report there is none', async () => {
  await stored.pool.query(`update audit.report set evidence_purged_at = '2026-01-04T02:00:00Z'`);
  const { stderr } = await stored.audit('hold', 'add', 'demo/latest', '--reason', 'late');
  expect(stderr).toContain('Its evidence was removed by a purge on 2026-01-04');
  expect((await stored.audit('hold', 'add', 'demo/latest')).code).toBe(64);
  expect((await stored.audit('hold', 'add', 'demo/latest', '--reason', ' ')).code).toBe(3);
  const unknown = await stored.audit('hold', 'add', 'nobody/latest', '--reason', 'x');
  expect(unknown).toMatchObject({ code: 3 });
  expect(unknown.stderr).toContain('There is no report "nobody/latest"');
});

test('explain and render of a report whose evidence a purge removed say so', async () => {
  await stored.pool.query(`update audit.report set evidence_purged_at = '2026-01-04T02:00:00Z'`);
  await rm(join(stored.folder, 'artifacts', stored.evidenceHash.slice(0, 2), stored.evidenceHash));
  for (const args of [
    ['explain', 'demo/latest', 'coverage'],
    ['render', '--evidence', stored.evidenceHash, '--out', join(stored.folder, 'out')],
  ]) {
    const { code, stderr } = await stored.audit(...args);
    expect([code, stderr]).toEqual([3, expect.stringContaining('was removed by a purge on 2026-01-04')]);
  }
});
