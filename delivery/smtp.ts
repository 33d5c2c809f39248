import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isAllowed } from './address.ts';
import { whatWasSaid } from './said.ts';
import { SmtpBody } from './smtp-body.ts';
import { tlsFailure } from './smtp-tls.ts';

/** How one attempt to hand over one message ended. `ambiguous`: it may have arrived. */
export interface SmtpOutcome {
  readonly state: 'accepted' | 'deferred' | 'rejected' | 'ambiguous';
  /** What the server or the connection said; no credentials. */
  readonly detail: string;
  /** Refused for its size: a smaller message may be taken. */
  readonly tooLarge?: boolean;
}

/** How long a conversation may take; idle times alone do not stop a server that drips. */
export interface SmtpTimes {
  /** From the connection to the final dot. */
  readonly untilDotMs: number;
  /** For the answer to the final dot. RFC 5321, section 4.5.3.2.6: 10 minutes, or mails are sent twice. */
  readonly afterDotMs: number;
  /** How long the final dot waits for a connection that is being cut to show it. */
  readonly dotHoldMs: number;
}

export const SMTP_TIMES: SmtpTimes = { untilDotMs: 5 * 60_000, afterDotMs: 10 * 60_000, dotHoldMs: 250 };

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
   * Called when all but the final dot has been sent. False or a failure stops: the connection is closed and nothing has
   * been handed over.
   */
  beforeDot(): Promise<boolean>;
  readonly times: SmtpTimes;
  readonly signal?: AbortSignal;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly response?: string;
}

/** Hands one message to the mail server for one recipient. Never throws: every end is an outcome. */
export async function sendOverSmtp(request: SmtpRequest): Promise<SmtpOutcome> {
  if (!isAllowed(request.to, request.allowed)) {
    return { state: 'rejected', detail: 'the recipient is not in the configured list' };
  }
  const connection = new SMTPConnection(connectionOptions(request.smtpUrl));
  const limit = createLimit(request);
  const body = new SmtpBody({
    message: request.message,
    socket: () => connection._socket || null,
    beforeDot: () => request.beforeDot(),
    onDot: () => {
      const { afterDotMs } = request.times;
      limit.restart(afterDotMs);
      // Longer than the limit, which says what happened.
      if (connection._socket) connection._socket.setTimeout(afterDotMs + IDLE_MS);
    },
    dotHoldMs: request.times.dotHoldMs,
  });
  // A connection that breaks before the body is asked for leaves nobody to listen.
  body.on('error', () => undefined);
  connection.on('error', limit.fail);
  try {
    const response = await Promise.race([handOver(connection, request, body), limit.over]);
    const detail = whatWasSaid(response, request.scrub);
    // Taken for the answer to what was not sent yet, a reply too many would lose the mail.
    if (!body.isDotSent)
      return { state: 'deferred', detail: `answered before the message had ended: ${detail}` };
    if (isContradiction(response)) return { state: 'ambiguous', detail: `a reply with two codes: ${detail}` };
    return { state: 'accepted', detail };
  } catch (error) {
    return classify(
      error as SmtpError,
      { isDotSent: body.isDotSent, upgrading: connection.upgrading === true },
      request,
    );
  } finally {
    limit.stop();
    // A late error of a closed connection must not end the process.
    connection.on('error', () => undefined);
    connection.close();
    body.destroy();
  }
}

async function handOver(connection: SMTPConnection, request: SmtpRequest, body: SmtpBody): Promise<string> {
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

/** A reply settles it; without one, a message whose final dot was sent may have arrived. */
function classify(
  error: SmtpError,
  at: { readonly isDotSent: boolean; readonly upgrading: boolean },
  request: SmtpRequest,
): SmtpOutcome {
  const { hostname } = new URL(request.smtpUrl);
  const tls =
    at.isDotSent || error.response !== undefined ? null : tlsFailure(error.message, hostname, at.upgrading);
  const isUnclear = isContradiction(error.response ?? '');
  const code = isUnclear ? 0 : (error.responseCode ?? 0);
  const detail = whatWasSaid(tls ?? error.message, request.scrub);
  if (!isUnclear && isTooLarge(error)) return { state: 'rejected', detail, tooLarge: true };
  if (code >= 500) return { state: 'rejected', detail };
  if (code >= 400 || !at.isDotSent) return { state: 'deferred', detail };
  return { state: 'ambiguous', detail };
}

/** 552, the extended codes of RFC 3463 that say so, or a limit that the server announced (SIZE, RFC 1870). */
function isTooLarge({ responseCode = 0, message }: SmtpError): boolean {
  if (responseCode === 0) return message.startsWith('Message size larger than allowed');
  return responseCode === 552 || (responseCode >= 500 && /\b5\.(?:3\.4|2\.3)\b/.test(message));
}

/** One reply has one code in all of its lines (RFC 5321, section 4.2.1); one that has two says nothing. */
function isContradiction(response: string): boolean {
  const codes = response.split('\n').flatMap((line) => /^([2-5])\d\d/.exec(line)?.[1] ?? []);
  return new Set(codes).size > 1;
}

interface Limit {
  /** Rejects when the time is up, the sending is cancelled, or the connection failed. */
  readonly over: Promise<never>;
  readonly fail: (error: Error) => void;
  restart(ms: number): void;
  stop(): void;
}

function createLimit({ times, signal }: SmtpRequest): Limit {
  const { promise: over, reject: fail } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const restart = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      fail(new Error(`the mail server took longer than ${String(Math.round(ms / 1000))} s`));
    }, ms);
  };
  const abort = (): void => {
    fail(new Error('the sending was cancelled'));
  };
  over.catch(() => undefined);
  restart(times.untilDotMs);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  const stop = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { over, fail, restart, stop };
}

function called<T = unknown>(start: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}

/** Of silence, before the final dot. */
const IDLE_MS = 120_000;

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
    greetingTimeout: 60_000,
    socketTimeout: IDLE_MS,
    dnsTimeout: 10_000,
  };
}

function credentials(smtpUrl: string): { readonly user: string; readonly pass: string } {
  const { username, password } = new URL(smtpUrl);
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}
