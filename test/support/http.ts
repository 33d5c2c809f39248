import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the server does with the next request; the list is used up from the front, after it every request is answered 200. */
export type HttpAct =
  | {
      readonly act: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut: before the body is read, or after it was read and before the answer. */
  | { readonly act: 'drop'; readonly at: 'headers' | 'after-body' }
  /** No answer to the message, ever. */
  | { readonly act: 'stall' }
  /** One byte of the answer now and then, without an end. */
  | { readonly act: 'drip' };

export interface ReceivedPost {
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface TestHttp {
  readonly url: string;
  /** Bodies that arrived whole and were not refused, the oldest first: what a reader would see twice. */
  readonly posted: readonly ReceivedPost[];
  requests(): number;
  stop(): Promise<void>;
}

/** A chat service on loopback that follows a script, one act a request. */
export async function startHttp(script: readonly HttpAct[] = [], answer = 'ok'): Promise<TestHttp> {
  const acts = [...script];
  const posted: ReceivedPost[] = [];
  let requests = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const act = acts.shift() ?? { act: 'answer', status: 200 };
    if (act.act === 'drop' && act.at === 'headers') {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const json = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Readonly<Record<string, unknown>>;
    if (act.act !== 'answer' || act.status === 200) posted.push({ path: request.url ?? '', json });
    if (act.act === 'drop') request.socket.destroy();
    else if (act.act === 'answer') response.writeHead(act.status, act.headers).end(act.body ?? answer);
    else if (act.act === 'drip') {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    }
  };
  const server = createServer((request, response) => {
    // A client that goes away in the middle is part of what is tested.
    handle(request, response).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    posted,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
