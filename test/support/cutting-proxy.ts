import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  /** The address of the server behind it, by way of this proxy. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Passes what clients say and so many answers, swallows the next and cuts: the server has done what nobody hears of. */
export async function startCuttingProxy(serverUrl: string, answers: number): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let passed = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(upstream);
    upstream.on('data', (data: Buffer) => {
      passed += 1;
      if (passed <= answers) client.write(data);
      else client.destroy();
    });
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.hostname = '127.0.0.1';
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.href,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
