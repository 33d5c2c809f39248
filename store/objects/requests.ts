import { setTimeout as delay } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { ObjectStorePlace } from '../../audit/configuration.ts';
import { errorMessage } from '../../audit/error-message.ts';
import { ArtifactsUnavailable } from '../artifact-place.ts';
import { createSemaphore } from '../semaphore.ts';
import { codeOf } from '../system-codes.ts';
import { troubleOf, type Trouble } from '../trouble.ts';

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Below the bucket; empty: the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are answers, beside 2xx. */
  readonly expected?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** How long one request is waited for, and how many run at once. */
export interface ObjectLimits {
  readonly readMs: number;
  readonly writeMs: number;
  readonly atOnce: number;
  /** Pauses before the next attempts of a request that failed for a reason that may pass. */
  readonly pausesMs: readonly number[];
}

export const OBJECT_LIMITS: ObjectLimits = {
  readMs: 20_000,
  writeMs: 60_000,
  atOnce: 8,
  pausesMs: [200, 1_000],
};

/** What a status says of the place; every request of ours can be sent again. */
const STATUS: Readonly<Record<number, Trouble>> = {
  401: 'refused',
  403: 'refused',
  404: 'gone',
  408: 'unreachable',
  409: 'busy',
  429: 'busy',
  500: 'broken',
  502: 'unreachable',
  503: 'busy',
  504: 'unreachable',
  507: 'full',
};
const PASSING: ReadonlySet<Trouble> = new Set(['busy', 'unreachable', 'broken', 'stopping', 'exhausted']);

const ADVICE: Readonly<Partial<Record<Trouble, string>>> = {
  full: 'Make room in it.',
  refused:
    'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and what that key may do with the bucket.',
  gone: 'Make the bucket, or correct storage.artifacts and AWS_ENDPOINT_URL_S3.',
  unreachable: 'Start it, or correct AWS_ENDPOINT_URL_S3.',
};

/** Sends signed requests (AWS Signature Version 4, path style) to a bucket. What fails is an `ArtifactsUnavailable`. */
export function createRequests(
  place: ObjectStorePlace,
  limits: Partial<ObjectLimits> = {},
): (ask: Ask) => Promise<Answer> {
  const { readMs, writeMs, atOnce, pausesMs } = { ...OBJECT_LIMITS, ...limits };
  const { accessKeyId, secretAccessKey, sessionToken, region, endpoint, bucket } = place;
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 's3' },
    ...(sessionToken !== undefined && { sessionToken }),
  });
  const turns = createSemaphore();

  async function once({ method, key, query = {}, headers = {}, body }: Ask): Promise<Answer> {
    const url = new URL(`${endpoint}/${bucket}${key === '' ? '' : `/${key}`}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await client.sign(url.href, {
      method,
      headers,
      ...(body !== undefined && { body: new Uint8Array(body) }),
    });
    const answer = await fetch(signed, {
      redirect: 'error',
      signal: AbortSignal.timeout(method === 'PUT' ? writeMs : readMs),
    });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  }

  async function attempt(ask: Ask): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await once(ask);
    } catch (error) {
      const cause = (error as { readonly cause?: unknown }).cause ?? error;
      const isLate = (error as { readonly name?: unknown }).name === 'TimeoutError';
      const said = isLate ? 'no answer in time' : errorMessage(cause) || errorMessage(error);
      throw new ObjectTrouble(place, troubleOf(cause) ?? 'unreachable', `${said}${codeText(cause)}`);
    }
    const isMissing = answer.status === 404 && saysKey(answer, ask);
    if (answer.status < 300 || ask.expected?.includes(answer.status) === true) {
      if (answer.status !== 404 || isMissing) return answer;
    }
    const code = /<Code>([^<]{1,60})<\/Code>/.exec(answer.body.toString('utf8'))?.[1];
    const said = `status ${String(answer.status)}${code === undefined ? '' : ` ${code}`} to ${ask.method}`;
    throw new ObjectTrouble(place, STATUS[answer.status] ?? 'refused', said);
  }

  return async (ask) => {
    await turns.enter(atOnce);
    try {
      for (let tries = 0; ; tries += 1) {
        try {
          return await attempt(ask);
        } catch (error) {
          const pause = pausesMs[tries];
          if (!(error instanceof ObjectTrouble) || !PASSING.has(error.trouble) || pause === undefined)
            throw error;
          await delay(pause);
        }
      }
    } finally {
      turns.leave();
    }
  };
}

/** An answer to HEAD has no body that would tell a missing key from a missing bucket. */
function saysKey({ body }: Answer, { method }: Ask): boolean {
  return method === 'HEAD' || !body.includes('NoSuchBucket');
}

function codeText(cause: unknown): string {
  const code = codeOf(cause);
  return code === undefined || errorMessage(cause).includes(code) ? '' : ` (${code})`;
}

class ObjectTrouble extends ArtifactsUnavailable {
  readonly trouble: Trouble;

  constructor({ endpoint, bucket }: ObjectStorePlace, trouble: Trouble, said: string) {
    const advice = ADVICE[trouble] ?? 'See the log of the object store.';
    super(
      `The object store at ${new URL(endpoint).host} (bucket ${bucket}) cannot be used: ${said}. ${advice}`,
    );
    this.trouble = trouble;
  }
}
