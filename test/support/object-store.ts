import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStorePlace } from '../../audit/configuration.ts';

interface Kept {
  readonly body: Buffer;
  putMs: number;
}

/** What becomes of a request instead of its answer; null: it is answered. */
export type Fault = { readonly status: number; readonly code?: string } | 'drop' | 'hang' | null;

export interface TestObjectStore {
  readonly place: ObjectStorePlace;
  readonly objects: Map<string, Kept>;
  /** Method and key of each request, the oldest first. */
  readonly asked: string[];
  /** Asked before each request. */
  fault: (request: string) => Fault;
  /** How long a request waits before it is worked on, milliseconds. */
  pauseMs: () => number;
  stop(): Promise<void>;
}

/** The part of S3 that we speak, in memory on loopback: conditional puts, pages of two, MD5 as tag. */
export async function startObjectStore(): Promise<TestObjectStore> {
  const objects = new Map<string, Kept>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const store: TestObjectStore = {
    objects,
    asked,
    place: {
      ...{
        bucket: 'audit',
        prefix: 'kept/',
        region: 'us-east-1',
        accessKeyId: 'auditor',
        secretAccessKey: 'sesame',
      },
      endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    },
    fault: () => null,
    pauseMs: () => 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://localhost');
    const key = decodeURIComponent(url.pathname.replace(/^\/audit\/?/, ''));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = `${request.method ?? ''} ${key}`;
    asked.push(name);
    await delay(store.pauseMs());
    const fault = store.fault(name);
    if (fault === 'hang') return;
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    const isKnown = (request.headers.authorization ?? '').includes('Credential=auditor/');
    const refused = isKnown ? null : { status: 403, code: 'AccessDenied' };
    const wrong = fault ?? refused;
    if (wrong !== null) {
      response.writeHead(wrong.status).end(`<Error><Code>${wrong.code ?? 'Wrong'}</Code></Error>`);
      return;
    }
    work(request, response, { key, url, body: Buffer.concat(chunks) });
  }

  function work(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    { key, url, body }: { readonly key: string; readonly url: URL; readonly body: Buffer },
  ): void {
    if (key === '') {
      response.writeHead(200).end(list(url));
      return;
    }
    const kept = objects.get(key);
    if (method === 'PUT') {
      const isRefused = headers['if-none-match'] === '*' && kept !== undefined;
      if (!isRefused) objects.set(key, { body, putMs: Date.now() });
      response.writeHead(isRefused ? 412 : 200).end();
    } else if (method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (kept === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    else
      response
        .writeHead(200, {
          'Content-Length': kept.body.length,
          'Last-Modified': new Date(kept.putMs).toUTCString(),
          ETag: `"${createHash('md5').update(kept.body).digest('hex')}"`,
        })
        .end(method === 'HEAD' ? undefined : kept.body);
  }

  function list(url: URL): string {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, 2).map((key) => {
      const { body, putMs } = objects.get(key) ?? { body: '', putMs: 0 };
      return `<Contents><Key>${key}</Key><LastModified>${new Date(putMs).toISOString()}</LastModified><Size>${String(body.length)}</Size></Contents>`;
    });
    const next = keys.length > 2 ? `<NextContinuationToken>${keys[1] ?? ''}</NextContinuationToken>` : '';
    return `<ListBucketResult>${page.join('')}${next}</ListBucketResult>`;
  }

  return store;
}
