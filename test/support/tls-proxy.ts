import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.ts';

export interface TlsProxy {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** `authorization` of the calls so far, each once. */
  readonly seen: ReadonlySet<string>;
  stop(): Promise<void>;
}

const UNAUTHENTICATED = '16';

/**
 * A TLS endpoint before a server that has none, as a Temporal service in the cloud stands there: it may ask for a client's
 * certificate and for an API key, and passes every call on.
 */
export async function startTlsProxy(options: {
  readonly upstream: string;
  readonly server: Certificate;
  /** Certificate of the authority whose clients are let in; left out: everyone. */
  readonly clientAuthority?: string;
  readonly apiKey?: string;
}): Promise<TlsProxy> {
  const { upstream, server: own, clientAuthority, apiKey } = options;
  const seen = new Set<string>();
  const backend = connect(`http://${upstream}`);
  backend.on('error', () => undefined);
  const server = createSecureServer({
    cert: own.certificate,
    key: own.key,
    ...(clientAuthority !== undefined && {
      ca: clientAuthority,
      requestCert: true,
      rejectUnauthorized: true,
    }),
  });
  server.on('sessionError', () => undefined);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    const { authorization = '' } = headers;
    seen.add(authorization);
    if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`) {
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': UNAUTHENTICATED,
          'grpc-message': 'Request unauthorized.',
        },
        { endStream: true },
      );
      return;
    }
    const call = backend.request({ ...headers, ':authority': upstream, ':scheme': 'http' });
    call.on('error', () => {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    stream.on('close', () => {
      call.close(constants.NGHTTP2_CANCEL);
    });
    stream.pipe(call);
    call.on('response', (answer, flags) => {
      const { [':status']: status, ...rest } = answer;
      const isOver = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      stream.respond(
        { ':status': status, ...rest },
        isOver ? { endStream: true } : { waitForTrailers: true },
      );
      if (isOver) return;
      call.pipe(stream);
    });
    call.on('trailers', (trailers: IncomingHttpHeaders) => {
      stream.on('wantTrailers', () => {
        stream.sendTrailers(trailers);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    async stop() {
      for (const session of sessions) session.destroy();
      backend.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
