import { createServer, connect, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collectEvidence, SourceLost, type Collected } from '../../sources/collect.ts';
import {
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  type BotDatabase,
} from './support.ts';

let bot: BotDatabase;
let folder: string;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`create table bot.beats (at timestamptz, service text);
      insert into bot.beats select '2026-11-20Z'::timestamptz + n * interval '1 second', repeat('x', 500) from generate_series(1, 20000) n`),
    freshStore(),
  ]);
  folder = await mappingFolderOf({ heartbeat: 'select at, service from bot.beats' });
});
afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

const beats = queryOf('select h.at, h.service from @heartbeat h order by h.at', {
  id: 'beats',
  entities: ['heartbeat'],
});

function collect(url: string): Promise<Collected> {
  return collectEvidence(
    requestOf(botOf({ mapping: folder, databaseUrl: url }), [beats], store.pool, {
      timeouts: { statementMs: 500, lockMs: 100, connectMs: 1_000 },
    }),
  );
}

/** A proxy that passes `bytes` from the server and then does something to the connection. */
async function proxied(
  bytes: number,
  then: (socket: Socket) => void,
): Promise<{ url: string; server: Server; sockets: Set<Socket> }> {
  const target = new URL(bot.readerUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(upstream);
    let passed = 0;
    upstream.on('data', (data: Buffer) => {
      passed += data.length;
      if (passed <= bytes) client.write(data);
      else then(client);
    });
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  target.hostname = '127.0.0.1';
  target.port = String(address !== null && typeof address === 'object' ? address.port : 0);
  return { url: target.href, server, sockets };
}

const FAULTS: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['is silent', () => undefined],
  ['cuts the connection', (socket) => socket.destroy()],
  ['resets the connection', (socket) => socket.resetAndDestroy()],
];
const PLACES = [0, 200, 2_000, 20_000, 1_000_000];

test.each(FAULTS.flatMap(([what, then]) => PLACES.map((bytes) => [what, bytes, then] as const)))(
  'a server that %s after %d bytes loses the bundle, in bounded time',
  async (_what, bytes, then) => {
    const { url, server, sockets } = await proxied(bytes, then);
    const started = Date.now();
    try {
      await expect(collect(url)).rejects.toThrow(SourceLost);
      expect(Date.now() - started).toBeLessThan(9_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  },
);

test('through a proxy that does nothing the bundle is whole', async () => {
  const { url, server, sockets } = await proxied(Infinity, () => undefined);
  try {
    expect((await collect(url)).evidence.queries).toMatchObject([{ status: 'ok', rowCount: 20_000 }]);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
