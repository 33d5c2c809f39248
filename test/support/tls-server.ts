import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createAuthority } from './certificates.ts';

export interface TlsServer {
  readonly port: number;
  /** What clients said inside TLS, or after it was refused to them. */
  heard(): string;
  stop(): void;
}

/** A server that speaks TLS after `asked` (an SSLRequest, STARTTLS; null: at once), with a certificate that nobody trusts. */
export async function untrustedServer(
  host: string,
  names: readonly string[],
  answers: {
    readonly greeting?: string;
    /** What is answered to a chunk in the clear; `tls`: begin TLS after it. */
    clear(text: string): { readonly said: string; readonly tls?: true };
  } | null,
): Promise<TlsServer> {
  const { certificate: cert, key } = createAuthority('nobody trusts it').issue(names);
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const begin = (): void => {
      socket.removeAllListeners('data');
      const secure = new TLSSocket(socket, { isServer: true, cert, key });
      secure.on('error', () => undefined).on('data', (data: Buffer) => (heard += data.toString('latin1')));
    };
    if (answers === null) {
      begin();
      return;
    }
    if (answers.greeting !== undefined) socket.write(answers.greeting);
    socket.on('data', (data: Buffer) => {
      const text = data.toString('latin1');
      heard += text;
      const { said, tls } = answers.clear(text);
      socket.write(said);
      if (tls === true) begin();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heard: () => heard,
    stop: () => server.close(),
  };
}
