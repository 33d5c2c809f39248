import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { connectForReading } from '../../sources/database/connect.ts';
import { refusal } from '../../sources/database/refusal.ts';
import { connectError, isPassing } from '../../sources/database/trouble.ts';
import { OwnFault, SourceLost, SourceRefused } from '../../sources/errors.ts';

const URL = 'postgres://reader:pa55word@db.test:5432/bot';

function ofServer(code: string, message = 'what the server says'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, 1, 'error'), { code });
}

function ofSystem(code: string, message = `connect ${code} 10.0.0.7:5432`): Error {
  return Object.assign(new Error(message), { code });
}

function ofAddresses(...codes: readonly string[]): AggregateError {
  return Object.assign(new AggregateError(codes.map((code) => ofSystem(code))), { code: codes[0] });
}

test.each([
  // [the error, whose it is, what to do]
  ...[
    'ENETUNREACH',
    'ENETDOWN',
    'EADDRNOTAVAIL',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ECONNREFUSED',
    'ECONNRESET',
  ].map((code) => [ofSystem(code), SourceLost, /the network and the name/] as const),
  ...['EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'EAI_NODATA', 'ENOENT'].map(
    (code) => [ofSystem(code), SourceLost, /could not be reached/] as const,
  ),
  [new Error('timeout expired'), SourceLost, /the network and the name/],
  [ofAddresses('ECONNREFUSED', 'EADDRNOTAVAIL'), SourceLost, /the network and the name/],
  [ofAddresses('EMFILE', 'ECONNREFUSED'), SourceLost, /could not be reached/],
  [ofAddresses('EMFILE', 'EMFILE'), OwnFault, /^This worker .* of bot demo .*ulimit -n/],
  ...['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS'].map(
    (code) => [ofSystem(code), OwnFault, /^This worker .* of bot demo .*ulimit -n/] as const,
  ),
  [ofServer('28P01'), SourceRefused, /refused the login .*\(28P01\)\. Check the user, the variable/],
  [ofServer('28000'), SourceRefused, /refused the login .*pg_hba\.conf there, and ALTER ROLE \.\.\. LOGIN/],
  [new Error('SASL: client password must be a string'), SourceRefused, /Check the user, the variable/],
  [ofServer('3D000'), SourceRefused, /no such database .*Check the name in its address/],
  [ofServer('42501'), SourceRefused, /GRANT CONNECT on the database/],
  [ofServer('55000'), SourceRefused, /ALLOW_CONNECTIONS/],
  [
    ofServer('53300'),
    SourceLost,
    /max_connections or the connection limit of the role .*"connections" of this bot/,
  ],
  ...['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04'].map(
    (code) => [ofServer(code), SourceLost, /stops or starts.*see the log/] as const,
  ),
  ...['08000', '08001', '08003', '08004', '08006', '08P01'].map(
    (code) => [ofServer(code), SourceLost, /the network and the name/] as const,
  ),
  [ofServer('58030'), SourceLost, /its disk or its files are broken/],
  [
    ofServer('08P01', 'unsupported startup parameter: options'),
    SourceRefused,
    /A pooler.*take "options" out/,
  ],
  ...['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'SELF_SIGNED_CERT_IN_CHAIN', 'EPROTO'].map(
    (code) => [ofSystem(code, 'as TLS says'), SourceRefused, /sslmode and sslrootcert/] as const,
  ),
  [new Error('The server does not support SSL connections'), SourceRefused, /sslmode/],
])('a bot\u2019s database that gives no connection: %s', (raised, kind, says) => {
  const told = connectError(raised, URL, 'demo');
  expect(told).toBeInstanceOf(kind);
  expect(told.message).toMatch(says);
  expect(told.message).toMatch(/of bot demo .*\.$/);
  expect(told.message).not.toContain('pa55word');
  if (kind !== OwnFault) expect(told.message).toContain('db.test:5432/bot as reader');
});

test.each([
  ['55P03 57014 40001 40P01 53100 53200 53300 57P01 58030 08001 08006 HV00N', true],
  ['42P01 42501 42703 22012 55000 XX000 XX001 XX002 0A000', false],
])('of statements may pass: %s, %s', (codes, passes) => {
  for (const code of codes.split(' ')) expect([code, isPassing(ofServer(code))]).toEqual([code, passes]);
});

const GERMAN = 'keine Berechtigung für Schema bot';
test.each([
  ['57014', { limitMs: 30_000 }, 'it took longer than the 30 s that the audit may keep the database busy'],
  ['57014', {}, 'somebody cancelled it on the server'],
  ['55P03', {}, 'a lock on the table was not released in time'],
  ['42501', { routine: 'check_enable_rls', message: 'Abfrage würde von Policy beeinflusst' }, 'BYPASSRLS'],
  ['42501', { message: GERMAN }, `${GERMAN}; GRANT USAGE ON its schema and SELECT on it`],
  ['42501', { message: 'permission denied for schema bot' }, '; GRANT USAGE ON SCHEMA bot to'],
  ['42501', { message: 'permission denied for table x' }, '; GRANT SELECT on it to'],
  ['55000', {}, 'REFRESH MATERIALIZED VIEW'],
  ['22012', {}, 'a value of one of its rows cannot be computed'],
  ['22P02', {}, 'a value of one of its rows cannot be computed'],
  ['08001', {}, 'another server that it stands on did not answer'],
  ['HV00N', {}, 'another server that it stands on did not answer'],
  ['53200', {}, 'not enough disk, memory or connections'],
  ['58030', {}, 'its file cannot be read'],
  ['XX001', {}, 'its file cannot be read'],
  ['XX002', {}, 'its file cannot be read'],
  ['XX000', {}, 'see the log of its PostgreSQL'],
  ['42P01', {}, 'as said'],
])('a statement that failed by %s is told by its code: %j', (code, more, says) => {
  expect(refusal({ ok: false, code, message: 'as said', ...more })).toContain(says);
});

/** What a server or a pooler answers to the first message, whatever it is. */
async function answering(fields: string): Promise<{ url: string; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const body = Buffer.from(`${fields.replaceAll('|', '\0')}\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(body.length + 4, 1);
      socket.end(Buffer.concat([head, body]));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://reader:pa55word@127.0.0.1:${String(port)}/bot`,
    close: () => server.close(),
  };
}

test.each([
  ['SFATAL|VFATAL|C08P01|Munsupported startup parameter: options', SourceRefused, /pooler/],
  ['SERROR|VERROR|C08P01|Mserver conn crashed?', SourceLost, /server conn crashed/],
  ['SFATAL|VFATAL|C08P01|Mpassword authentication failed', SourceRefused, /refused the login/],
  ['SFATAL|VFATAL|C08P01|Mno such user: reader', SourceRefused, /refused the login/],
  ['SFATAL|VFATAL|C08P01|Mdatabase "bot" does not exist', SourceRefused, /the name of the database/],
  [
    'S\u0412\u0410\u0416\u041d\u041e|VFATAL|C53300|M\u0438\u0437\u0432\u0438\u043d\u0438\u0442\u0435',
    SourceLost,
    /max_connections/,
  ],
  ['SFATAL|VFATAL|C28000|Mno pg_hba.conf entry for host "10.0.0.7"', SourceRefused, /pg_hba\.conf/],
  ['SFATAL|VFATAL|C57P03|Mthe database system is starting up', SourceLost, /stops or starts/],
])('as it comes over the wire: %j', async (fields, kind, says) => {
  const { url, close } = await answering(fields);
  const raised: unknown = await connectForReading(url, 'demo', {
    statementMs: 1_000,
    lockMs: 500,
    connectMs: 5_000,
  }).catch((error: unknown) => error);
  close();
  expect(raised).toBeInstanceOf(kind);
  expect(String(raised)).toMatch(says);
  expect(String(raised)).not.toContain('pa55word');
});

test('a certificate that the address names and nobody can read is named, and not the address', async () => {
  const url = 'postgres://reader:pa55word@127.0.0.1:1/bot?sslmode=verify-full&sslrootcert=/nowhere/ca.pem';
  const raised: unknown = await connectForReading(url, 'demo', {
    statementMs: 1_000,
    lockMs: 500,
    connectMs: 1_000,
  }).catch((error: unknown) => error);
  expect(raised).toBeInstanceOf(SourceRefused);
  expect(String(raised)).toMatch(/of bot demo names .*\/nowhere\/ca\.pem.*Correct sslrootcert/);
  expect(String(raised)).not.toContain('pa55word');
});
