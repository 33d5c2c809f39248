import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStorePlace } from '../../audit/configuration.ts';
import { sha256 } from '../../audit/hash.ts';
import {
  ArtifactDamaged,
  ArtifactsUnavailable,
  mustBeHash,
  type ArtifactFile,
  type ArtifactPlace,
  type Removal,
} from '../artifact-place.ts';
import { createRequests, type Answer, type ObjectLimits } from './requests.ts';

/** No purge takes what was put so lately: `retention.unreferencedDays` is 14 at least. */
const YOUNG_MS = 86_400_000;
/** A purge that left its mark so long ago was killed. */
const DEAD_MS = 3_600_000;
const MARK = '.purge-';
/** A purge marks an object for three requests. */
const MARKED_MS = 60_000;
const PAUSE_MS = 50;

interface Facts {
  readonly bytes: number;
  readonly putMs: number;
  /** MD5 of the content, where the store says it so. */
  readonly etag: string;
  /** The store's own clock. */
  readonly nowMs: number;
}

/** Artifacts as objects of a bucket, `prefix/ab/ab12...`, each named by its hash as the files of a folder are. */
export function createObjectArtifacts(
  place: ObjectStorePlace,
  limits: Partial<ObjectLimits> = {},
): ArtifactPlace {
  const ask = createRequests(place, limits);
  const key = (hash: string, mark = ''): string =>
    `${place.prefix}${mustBeHash(hash).slice(0, 2)}/${mark}${hash}`;
  const where = (hash: string): string => `s3://${place.bucket}/${key(hash)}`;

  async function factsOf(at: string): Promise<Facts | null> {
    const answer = await ask({ method: 'HEAD', key: at, expected: [404] });
    return answer.status === 404 ? null : factsIn(answer);
  }

  async function write(
    hash: string,
    bytes: Uint8Array,
    condition: Readonly<Record<string, string>>,
  ): Promise<void> {
    await ask({
      method: 'PUT',
      key: key(hash),
      body: bytes,
      headers: { 'Content-Type': 'application/octet-stream', 'X-Amz-Content-Sha256': hash, ...condition },
      // Somebody else has put the same just now. Stores that do not know the condition write it again.
      expected: [412],
    });
  }

  /**
   * Makes an old object young by writing it again. A purge that had looked at it before may still remove it: while its
   * mark is there nothing is sure, and when the mark is gone the object is there for good, or is written once more.
   */
  async function renew(hash: string, bytes: Uint8Array): Promise<void> {
    await write(hash, bytes, {});
    for (let waited = 0; waited < MARKED_MS; waited += PAUSE_MS) {
      const mark = await factsOf(key(hash, MARK));
      if (mark === null || mark.nowMs - mark.putMs >= DEAD_MS) {
        if ((await factsOf(key(hash))) !== null) return;
        await write(hash, bytes, {});
      }
      await delay(PAUSE_MS);
    }
    throw new ArtifactsUnavailable(
      `The object ${where(hash)} is being removed by a purge that does not come to its end.`,
    );
  }

  async function unmark(hash: string): Promise<void> {
    await ask({ method: 'DELETE', key: key(hash, MARK), expected: [404] });
  }

  return {
    where,
    async put(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      const hash = sha256(bytes);
      const there = await factsOf(key(hash));
      if (there === null) await write(hash, bytes, { 'If-None-Match': '*' });
      else if (there.nowMs - there.putMs >= YOUNG_MS || !isSame(there, bytes)) await renew(hash, bytes);
      return { hash, bytes: bytes.length };
    },
    async get(hash) {
      const answer = await ask({ method: 'GET', key: key(hash), expected: [404] });
      if (answer.status === 404)
        throw new ArtifactDamaged(`Artifact ${hash} is missing from the artifact store (${where(hash)}).`);
      if (sha256(answer.body) !== hash)
        throw new ArtifactDamaged(
          `Artifact ${hash} at ${where(hash)} was changed: its bytes have another hash. Restore it from a backup.`,
        );
      return answer.body;
    },
    async has(hash) {
      return (await factsOf(key(hash))) !== null;
    },
    async probe() {
      const at = `${place.prefix}.probe-${randomBytes(6).toString('hex')}`;
      await ask({ method: 'PUT', key: at, body: Buffer.from('.') });
      await ask({ method: 'DELETE', key: at, expected: [404] });
    },
    async *files() {
      for await (const { at, file, nowMs } of listed(ask, place.prefix)) {
        const name = at.slice(-64);
        if (at === key(name)) yield { ...file, hash: name };
        else if (at === key(name, MARK) && nowMs - file.putMs > DEAD_MS) await unmark(name);
      }
    },
    async remove(hash, cutoffMs): Promise<Removal> {
      const before = await factsOf(key(hash));
      if (before === null) return 'gone';
      if (before.putMs >= cutoffMs) return 'put again';
      await ask({ method: 'PUT', key: key(hash, MARK), body: Buffer.from('.') });
      try {
        // Who puts it from now on sees the mark.
        const marked = await factsOf(key(hash));
        if (marked !== null && marked.putMs >= cutoffMs) return 'put again';
        await ask({ method: 'DELETE', key: key(hash), expected: [404] });
        return 'removed';
      } finally {
        await unmark(hash);
      }
    },
    // An object is there whole or not at all.
    removeHalfWritten: () => Promise.resolve(0),
  };
}

/** A store whose tags are no MD5 says nothing here: its object is written again. */
function isSame({ bytes, etag }: Facts, wanted: Uint8Array): boolean {
  return bytes === wanted.length && etag === createHash('md5').update(wanted).digest('hex');
}

function factsIn({ headers }: Answer): Facts {
  return {
    bytes: Number(headers.get('content-length') ?? -1),
    putMs: Date.parse(headers.get('last-modified') ?? '') || 0,
    etag: (headers.get('etag') ?? '').replaceAll('"', ''),
    nowMs: timeOf(headers),
  };
}

function timeOf(headers: Headers): number {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? Date.now() : time;
}

interface Listed {
  readonly at: string;
  readonly file: Omit<ArtifactFile, 'hash'>;
  readonly nowMs: number;
}

/** ListObjectsV2, page by page. Our keys hold nothing that XML would escape. */
async function* listed(ask: ReturnType<typeof createRequests>, prefix: string): AsyncGenerator<Listed> {
  for (let token: string | undefined; ;) {
    const answer = await ask({
      method: 'GET',
      key: '',
      query: { 'list-type': '2', prefix, ...(token !== undefined && { 'continuation-token': token }) },
    });
    const page = answer.body.toString('utf8');
    for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const putMs = Date.parse(tag(entry, 'LastModified'));
      yield {
        at: tag(entry, 'Key'),
        file: { bytes: Number(tag(entry, 'Size')), putMs },
        nowMs: timeOf(answer.headers),
      };
    }
    token = tag(page, 'NextContinuationToken').replaceAll('&amp;', '&') || undefined;
    if (token === undefined) return;
  }
}

function tag(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}
