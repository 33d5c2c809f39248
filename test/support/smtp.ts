import { SMTPServer } from 'smtp-server';
import { freePort } from '../../local/ports.ts';

/** What the server does with the next message; the list is used up from the front, after it every message is accepted. */
export type SmtpAct =
  | { readonly act: 'accept' }
  /** An SMTP error answer: 4xx is temporary, 5xx permanent. */
  | {
      readonly act: 'refuse';
      readonly at: 'connect' | 'mail' | 'rcpt' | 'data';
      readonly code: number;
      readonly text?: string;
    }
  /** The connection is cut: before the message, at its first bytes, or after it was stored and before the answer. */
  | { readonly act: 'drop'; readonly at: 'connect' | 'rcpt' | 'data' | 'in-data' | 'after-data' }
  /** The message is never read: a large one fills all buffers, and its end is not sent. */
  | { readonly act: 'freeze' }
  /** No answer to the end of data for so long; the message is stored. */
  | { readonly act: 'stall'; readonly forMs: number };

export interface ReceivedMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came over the wire. */
  readonly raw: string;
}

export interface TestSmtp {
  readonly url: string;
  readonly port: number;
  /** Stored messages, oldest first, including those whose answer was dropped. */
  readonly messages: readonly ReceivedMessage[];
  /** Connections seen so far. */
  connections(): number;
  stop(): Promise<void>;
}

export interface SmtpOptions {
  readonly script?: readonly SmtpAct[];
  readonly onMessage?: (message: ReceivedMessage) => void;
  readonly user?: string;
  readonly password?: string;
  /** Largest message, bytes; announced (SIZE). */
  readonly size?: number;
  /** 0 picks a free one. */
  readonly port?: number;
}

/** A real SMTP server on loopback that follows a script, one act a connection that gets as far. */
export async function startSmtp(options: SmtpOptions = {}): Promise<TestSmtp> {
  const script = [...(options.script ?? [])];
  const messages: ReceivedMessage[] = [];
  let connections = 0;
  const current = (): SmtpAct => script[0] ?? { act: 'accept' };
  const done = () => script.shift();
  /** Plays the current act when it belongs to this stage; true when it did. */
  const plays = (
    stage: 'connect' | 'mail' | 'rcpt' | 'data' | 'in-data',
    callback: (error?: Error) => void,
    cut: () => void,
  ): boolean => {
    const act = current();
    if (act.act === 'refuse' && act.at === stage && stage !== 'data') {
      done();
      callback(smtpError(act.code, act.text));
      return true;
    }
    if (act.act === 'drop' && act.at === stage) {
      done();
      cut();
      return true;
    }
    return false;
  };
  const sockets = new Set<{ destroy(): void }>();
  const server = new SMTPServer({
    authOptional: options.user === undefined,
    disabledCommands: options.user === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    allowInsecureAuth: true,
    ...(options.size !== undefined && { size: options.size }),
    disableReverseLookup: true,
    onAuth(auth, _session, callback) {
      const right = auth.username === options.user && auth.password === options.password;
      callback(
        right ? null : smtpError(535, echoed(auth.username ?? '', auth.password ?? '')),
        right ? { user: auth.username } : undefined,
      );
    },
    onConnect(_session, callback) {
      connections += 1;
      if (!plays('connect', callback, cutAll)) callback();
    },
    onMailFrom(_address, _session, callback) {
      if (!plays('mail', callback, cutAll)) callback();
    },
    onRcptTo(_address, _session, callback) {
      if (!plays('rcpt', callback, cutAll)) callback();
    },
    onData(stream, session, callback) {
      if (current().act === 'freeze') return;
      if (plays('data', callback, () => setImmediate(cutAll))) return;
      stream.once('data', () => {
        plays('in-data', callback, cutAll);
      });
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const act = current();
        done();
        if (act.act === 'refuse' && act.at === 'data') {
          callback(smtpError(act.code, act.text));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const message = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        };
        messages.push(message);
        options.onMessage?.(message);
        if (act.act === 'drop') cutAll();
        else setTimeout(callback, act.act === 'stall' ? act.forMs : 0).unref();
      });
    },
  });
  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  server.server.on(
    'connection',
    (socket: { destroy(): void; on(event: 'close', listener: () => void): void }) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    },
  );
  // A client that goes away in the middle is part of what is tested.
  server.on('error', () => undefined);
  const port = options.port ?? (await freePort(process.env));
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve();
    });
  });
  const credentials = options.user === undefined ? '' : `${options.user}:${options.password ?? ''}@`;
  return {
    url: `smtp://${credentials}127.0.0.1:${String(port)}`,
    port,
    messages,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        cutAll();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** As some servers do: the refusal repeats what AUTH PLAIN and AUTH LOGIN were given. */
function echoed(user: string, password: string): string {
  const [plain, ...login] = [`\0${user}\0${password}`, user, password].map((text) =>
    Buffer.from(text).toString('base64'),
  );
  return `wrong user or password (AUTH PLAIN ${plain ?? ''}) (AUTH LOGIN ${login.join(' ')})`;
}

function smtpError(responseCode: number, text = 'scripted answer'): Error {
  return Object.assign(new Error(text), { responseCode });
}
