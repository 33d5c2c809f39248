import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isAllowed } from './address.ts';

/** How one attempt to hand over one message ended. `ambiguous`: it may have arrived. */
export interface SmtpOutcome {
  readonly state: 'accepted' | 'deferred' | 'rejected' | 'ambiguous';
  /** What the server or the connection said; no credentials. */
  readonly detail: string;
}

export interface SmtpRequest {
  /** `smtp://user:pass@host:port` or `smtps://`. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: string;
  /** The final envelope is checked against this list, whatever the message says. */
  readonly allowed: readonly string[];
  readonly message: Buffer;
  /** For what the server says: a refused login may hold our own credentials, in base64 as they were sent. */
  scrub(text: string): string;
  /**
   * Called when the server is ready for the message (354) and before its first byte. False or a failure stops: the
   * connection is closed and nothing has been handed over.
   */
  beforeBody(): Promise<boolean>;
  /** For everything: idle timeouts do not stop a server that drips. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
}

/** Hands one message to the mail server for one recipient. Never throws: every end is an outcome. */
export async function sendOverSmtp(request: SmtpRequest): Promise<SmtpOutcome> {
  if (!isAllowed(request.to, request.allowed)) {
    return { state: 'rejected', detail: 'the recipient is not in the configured list' };
  }
  const connection = new SMTPConnection(connectionOptions(request.smtpUrl));
  const body = lazyBody(request);
  try {
    const response = await within(request, connection, () => handOver(connection, request, body.stream));
    return { state: 'accepted', detail: said(response, request) };
  } catch (error) {
    return classify(error as SmtpError, body.complete(), request);
  } finally {
    connection.close();
  }
}

async function handOver(connection: SMTPConnection, request: SmtpRequest, body: Readable): Promise<string> {
  await called((done) => {
    connection.connect(done);
  });
  const { user, pass } = credentials(request.smtpUrl);
  if (user !== '') {
    await called((done) => {
      connection.login({ user, pass }, done);
    });
  }
  const envelope = { from: request.from, to: [request.to], size: request.message.length };
  const { response } = await called<{ response: string }>((done) => {
    connection.send(envelope, body, done);
  });
  return response;
}

/** A reply settles it; without one, a message whose last byte was handed over may have arrived. */
function classify(error: SmtpError, bodyComplete: boolean, request: SmtpRequest): SmtpOutcome {
  const code = error.responseCode ?? 0;
  const detail = said(error.message, request);
  if (code >= 500) return { state: 'rejected', detail };
  if (code >= 400 || !bodyComplete) return { state: 'deferred', detail };
  return { state: 'ambiguous', detail };
}

/** Scrubbed before it is cut: half a secret is known to nobody. */
function said(text: string, { scrub }: SmtpRequest): string {
  return scrub(text).replace(/\s+/g, ' ').slice(0, 400);
}

const CHUNK_BYTES = 64 * 1024;

/**
 * The connection reads the body only after 354, so the first read is the moment to become durable. Chunks follow the
 * socket's pace: a connection that breaks in the middle of a large message is known not to have delivered it.
 */
function lazyBody({ message, beforeBody }: SmtpRequest): { readonly stream: Readable; complete(): boolean } {
  let offset = -1;
  const push = (): void => {
    const chunk = message.subarray(offset, offset + CHUNK_BYTES);
    offset += chunk.length;
    stream.push(chunk);
    if (offset >= message.length) stream.push(null);
  };
  const begin = async (): Promise<void> => {
    offset = 0;
    if (!(await beforeBody())) throw new Error('a later attempt has taken this mail over');
    push();
  };
  const stream = new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      if (offset < 0) {
        begin().catch((error: unknown) => {
          stream.destroy(error instanceof Error ? error : new Error(String(error)));
        });
      } else if (offset < message.length) push();
    },
  });
  return { stream, complete: () => offset >= message.length };
}

/** Ends by the deadline or the signal, closing the connection. */
async function within<T>(
  { deadlineMs, signal }: SmtpRequest,
  connection: SMTPConnection,
  run: () => Promise<T>,
): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`the mail server took longer than ${String(Math.round(deadlineMs / 1000))} s`));
  }, deadlineMs);
  const abort = (): void => {
    reject(new Error('the sending was cancelled'));
  };
  const failed = (error: Error): void => {
    reject(error);
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  connection.on('error', failed);
  try {
    return await Promise.race([run(), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    // A late error of a closed connection must not end the process.
    connection.on('error', () => undefined);
  }
}

function called<T = unknown>(start: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}

/** Credentials never travel in the clear except on this machine. */
function connectionOptions(smtpUrl: string): ConstructorParameters<typeof SMTPConnection>[0] {
  const url = new URL(smtpUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'smtps:';
  const local = ['127.0.0.1', '::1', 'localhost'].includes(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !local && url.username !== '',
    ignoreTLS: local && !secure,
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
  };
}

function credentials(smtpUrl: string): { readonly user: string; readonly pass: string } {
  const { username, password } = new URL(smtpUrl);
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}
