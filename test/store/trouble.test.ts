import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { CLONE } from '../../local/paths.ts';
import { createPool } from '../../store/pool.ts';
import { codeOf, systemWords } from '../../store/system-codes.ts';
import { StoreUnavailable, troubleOf } from '../../store/trouble.ts';
import { scratchDirectory } from '../support/scratch.ts';

const URL = 'postgres://audit:secret@store.test:5433/audit';

test.each([
  ['full', '53100 ENOSPC EDQUOT EFBIG'],
  ['readOnly', '25006 EROFS'],
  ['exhausted', '53200 53300 53400 EMFILE ENFILE ENOMEM ENOBUFS EAI_MEMORY'],
  ['busy', '40001 40P01 55006 55P03 57014 72000 EBUSY EAGAIN EDEADLK ENOLCK'],
  ['broken', '58030 58P01 F0000 XX000 XX001 XX002 EIO ENXIO ENODEV EUCLEAN EBADMSG'],
  ['stopping', '25P02 25P03 25P04 57P01 57P02 57P03 57P04 57P05'],
  [
    'unreachable',
    '08000 08001 08004 08006 08P01 EAI_AGAIN EAI_NODATA EAI_FAIL ENOTFOUND EHOSTUNREACH EHOSTDOWN',
  ],
  [
    'unreachable',
    'ENETUNREACH ENETDOWN EADDRNOTAVAIL ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE ESTALE ENOLINK',
  ],
  ['refused', '28P01 28000 3D000 0P000 42501 55000 EACCES EPERM'],
  ['untrusted', 'CERT_HAS_EXPIRED SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE EPROTO'],
  ['untrusted', 'DEPTH_ZERO_SELF_SIGNED_CERT ERR_TLS_CERT_ALTNAME_INVALID ERR_SSL_WRONG_VERSION_NUMBER'],
  ['misplaced', 'ENOTDIR ELOOP ENAMETOOLONG EISDIR EEXIST'],
  ['gone', '42P01 3F000 ENOENT'],
  [null, '23505 42601 42703 22P02 22012 22021 0A000'],
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
  ['unreachable', 'Connection terminated unexpectedly'],
  ['unreachable', 'Connection terminated due to connection timeout'],
  ['unreachable', 'timeout exceeded when trying to connect'],
  ['unreachable', 'timeout expired'],
  ['unreachable', 'Query read timeout'],
  ['untrusted', 'The server does not support SSL connections'],
  ['untrusted', 'There was an error establishing an SSL connection'],
  ['refused', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'],
])('the driver says it without a code: %s, %s', (trouble, message) => {
  expect(troubleOf(new Error(message))).toBe(trouble);
});

test.each([
  ['08P01', 'unsupported startup parameter: options'],
  ['08P01', 'unsupported startup parameter in options: statement_timeout'],
  ['0A000', "Feature not supported: RDS Proxy currently doesn't support command-line options."],
])('a pooler that does not take our settings is told as one: %s %s', (code, message) => {
  const { message: told } = new StoreUnavailable(Object.assign(new Error(message), { code }), URL);
  expect(told).toContain('A pooler stands before it');
});

// As Node gives what its own list of system errors lacks.
test.each([
  [-122, 'EDQUOT', 'full'],
  [-116, 'ESTALE', 'unreachable'],
  [-117, 'EUCLEAN', 'broken'],
  [-37, 'ENOLCK', 'busy'],
])('an error of the system without a name of Node\u2019s has one: %d is %s', (errno, name, trouble) => {
  const code = getSystemErrorName(errno);
  const raised = Object.assign(new Error(`${code}: ${code}, write`), { code, errno });
  expect(code).toBe(`Unknown system error ${String(errno)}`);
  expect([codeOf(raised), troubleOf(raised), systemWords(raised)]).toEqual([name, trouble, `${name}, write`]);
});

test('a file of its address that is not there is no table that is gone', async () => {
  const pool = createPool(
    'postgres://audit@127.0.0.1:1/audit?sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
  );
  const raised: unknown = await pool.query('select 1').catch((error: unknown) => error);
  await pool.end();
  expect(raised).toBeInstanceOf(StoreUnavailable);
  expect(String(raised)).toMatch(/ENOENT.*\/nowhere\/ca\.pem'.*AUDIT_DATABASE_URL.*not where it says/);
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
