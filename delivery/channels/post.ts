import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

/** How long a call may take as a whole; a server that drips cannot stretch it. */
export interface PostTimes {
  /** From the look-up of the name to the last byte of the message. */
  readonly untilSentMs: number;
  /** For the whole answer. */
  readonly answerMs: number;
}

export const POST_TIMES: PostTimes = { untilSentMs: 15_000, answerMs: 30_000 };

export interface PostRequest {
  readonly url: string;
  readonly json: Readonly<Record<string, unknown>>;
  /**
   * Called when the connection stands and nothing of the message was written. False or a failure stops: nothing has
   * been handed over.
   */
  beforeSend(): Promise<boolean>;
  readonly times: PostTimes;
  readonly signal?: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** `Retry-After` as it came; null without. */
  readonly retryAfter: string | null;
  readonly body: string;
}

/** What became of a call: the server answered, or it did not and the message may or may not have been written. */
export type Posted =
  | { readonly answer: PostAnswer }
  | { readonly answer: null; readonly isSent: boolean; readonly problem: string };

const MOST_ANSWER_BYTES = 64 * 1024;

/** One POST of JSON on a connection of its own; redirects are not followed. Never throws. */
export async function post({ url, json, beforeSend, times, signal }: PostRequest): Promise<Posted> {
  const body = Buffer.from(JSON.stringify(json));
  const isSecure = new URL(url).protocol === 'https:';
  const clock = createClock(times, signal);
  let request: ClientRequest | null = null;
  let isSent = false;
  try {
    request = (isSecure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: false,
      minVersion: 'TLSv1.2',
      headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': String(body.length) },
    });
    request.on('error', clock.fail);
    const answered = response(request);
    await Promise.race([connected(request, isSecure), clock.over]);
    if (!(await Promise.race([beforeSend(), clock.over])))
      throw new Error('a later attempt has taken it over');
    isSent = true;
    clock.restart(times.answerMs);
    request.end(body);
    const message = await Promise.race([answered, clock.over]);
    const retryAfter = message.headers['retry-after'] ?? null;
    // The status is known: an answer that breaks off takes nothing of it back.
    const text = await Promise.race([bounded(message), clock.over]).catch(() => '');
    return { answer: { status: message.statusCode ?? 0, retryAfter, body: text } };
  } catch (error) {
    return { answer: null, isSent, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    clock.stop();
    // A late error of a connection that is closed must not end the process.
    request?.on('error', () => undefined);
    request?.destroy();
  }
}

/** A failure of the call reaches whoever waits through the clock. */
function response(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve) => {
    request.once('response', resolve);
  });
}

function connected(request: ClientRequest, isSecure: boolean): Promise<void> {
  return new Promise((resolve) => {
    request.once('socket', (socket: Socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        resolve();
      });
    });
  });
}

async function bounded(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Clock {
  readonly over: Promise<never>;
  readonly fail: (error: Error) => void;
  restart(ms: number): void;
  stop(): void;
}

function createClock(times: PostTimes, signal: AbortSignal | undefined): Clock {
  const { promise: over, reject: fail } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  over.catch(() => undefined);
  const restart = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      fail(new Error(`the server took longer than ${String(Math.ceil(ms / 1000))} s`));
    }, ms);
  };
  const abort = (): void => {
    fail(new Error('the sending was cancelled'));
  };
  restart(times.untilSentMs);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  return {
    over,
    fail,
    restart,
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
