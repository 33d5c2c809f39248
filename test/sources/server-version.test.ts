import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { openSession } from '../../sources/database/session.ts';

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** As much of the protocol as a server of that version speaks before the first query; it counts those that come. */
async function serverOf(version: string | null): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const parameter = (name: string, value: string): Buffer => message('S', Buffer.from(`${name}\0${value}\0`));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const facts = version === null ? [] : [parameter('server_version', version)];
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ...facts, message('Z', Buffer.from('I'))]));
      socket.on('data', (data: Buffer) => {
        if (data.toString('latin1', 0, 1) !== 'X') asked.push(data.toString('latin1'));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `postgres://reader@127.0.0.1:${String((server.address() as AddressInfo).port)}/bot`,
    asked,
    server,
  };
}

test.each([
  ['13.23', 'is PostgreSQL 13.23; the audit needs PostgreSQL 14 or newer.'],
  [
    '12.22 (Debian 12.22-1.pgdg120+1)',
    'is PostgreSQL 12.22 (Debian 12.22-1.pgdg120+1); the audit needs PostgreSQL 14 or newer.',
  ],
  ['10.23', 'is PostgreSQL 10.23; the audit needs PostgreSQL 14 or newer.'],
  ['9.6.24', 'is PostgreSQL 9.6.24; the audit needs PostgreSQL 14 or newer.'],
  ['8.0.2', 'is PostgreSQL 8.0.2; the audit needs'],
  [null, 'is a server that names no version; the audit needs PostgreSQL 14 or newer.'],
])('a server of version %s is refused in one sentence, before anything is asked', async (version, said) => {
  const { url, asked, server } = await serverOf(version);
  const refused: unknown = await openSession({ url, bot: 'mine', timeouts: TIMEOUTS }).catch(
    (error: unknown) => error,
  );
  server.close();
  expect(refused).toMatchObject({ name: 'SourceRefused' });
  expect(String(refused)).toContain(`The database of bot mine ${said}`);
  expect(asked).toEqual([]);
});

test.each(['14.0', '14beta1', '18.4 (Ubuntu 18.4-1)', '19devel'])(
  'a server of version %s is asked',
  async (version) => {
    const { url, asked, server } = await serverOf(version);
    const timeouts = { ...TIMEOUTS, statementMs: 100 };
    const opened: unknown = await openSession({ url, bot: 'mine', timeouts }).catch(
      (error: unknown) => error,
    );
    server.close();
    // It never answers.
    expect(opened).toMatchObject({ name: 'SourceLost' });
    expect(asked.join()).toContain('begin transaction');
  },
);
