import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { CLONE } from '../../local/paths.ts';
import { createPool } from '../../store/pool.ts';
import { StoreUnavailable, troubleOf } from '../../store/trouble.ts';
import { scratchDirectory } from '../support/scratch.ts';

const URL = 'postgres://audit:secret@store.test:5433/audit';

test.each([
  ['full', '53100 ENOSPC EDQUOT'],
  ['readOnly', '25006 EROFS'],
  ['exhausted', '53200 53300 53400 EMFILE ENFILE'],
  ['busy', '40001 40P01 55P03 57014'],
  ['broken', '58030 58P01 XX001 EIO'],
  ['stopping', '57P01 57P02 57P03'],
  ['unreachable', '08000 08001 08006 EAI_AGAIN ENOTFOUND EHOSTUNREACH ENETUNREACH ECONNREFUSED ECONNRESET'],
  ['unreachable', 'ETIMEDOUT EPIPE ESTALE'],
  ['refused', '28P01 28000 3D000 42501 EACCES EPERM'],
  ['gone', '42P01 3F000 ENOENT'],
  [null, '23505 42601 42703 22P02 22021'],
])('%s: %s', (trouble, codes) => {
  for (const code of codes.split(' ')) {
    const raised = Object.assign(new Error('as the driver says'), { code });
    expect([code, troubleOf(raised)]).toEqual([code, trouble]);
    const { message } = new StoreUnavailable(raised, URL);
    expect(message).toMatch(
      /^The audit's own store at store\.test:5433\/audit as audit cannot be used: as the driver says \(/,
    );
    expect(message).toMatch(/\)\. [A-Z].*\.$/);
    expect(message).not.toContain('secret');
  }
});

test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Query read timeout',
])('the driver says it without a code: %s', (message) => {
  expect(troubleOf(new Error(message))).toBe('unreachable');
});

test('a name whose addresses all refuse is told by them', () => {
  const refused = [1, 2].map((n) => new Error(`connect ECONNREFUSED ::${String(n)}:5432`));
  const all = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' });
  expect(new StoreUnavailable(all, URL).message).toContain(
    'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED ::2:5432',
  );
});

test('nothing that a pool of ours throws is anybody else\u2019s', async () => {
  const pool = createPool('postgres://audit@127.0.0.1:1/audit');
  for (const asked of [pool.query('select 1'), pool.connect()]) {
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).toMatchObject({ code: 'ECONNREFUSED', trouble: 'unreachable' });
    expect(error).not.toBeInstanceOf(pg.DatabaseError);
  }
  await pool.end();
});

test('a name that no name server knows, asked for real', async () => {
  const pool = createPool('postgres://audit@no-such-store.invalid/audit');
  const raised: unknown = await pool.query('select 1').catch((error: unknown) => error);
  await pool.end();
  expect(raised).toBeInstanceOf(StoreUnavailable);
  expect(raised).toMatchObject({
    trouble: 'unreachable',
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
  });
});

test('an artifact folder in a process that is out of handles, for real', () => {
  const folder = scratchDirectory('handles');
  const program = `
    import { openSync } from 'node:fs';
    import { createArtifactStore } from ${JSON.stringify(join(CLONE, 'store/artifacts.ts'))};
    const artifacts = createArtifactStore(${JSON.stringify(folder)});
    try { for (;;) openSync('/dev/null', 'r'); } catch {}
    await artifacts.put('text').catch(({ name, message }) => console.log(name, message));`;
  const { stdout } = spawnSync(
    'sh',
    ['-c', 'ulimit -n 200 && exec "$0" --input-type=module-typescript -e "$1"', process.execPath, program],
    { encoding: 'utf8' },
  );
  expect(stdout).toMatch(/^ArtifactsUnavailable .*EMFILE.*\. [A-Z].*\.$/m);
});
