import { beforeEach, expect, test } from '@jest/globals';
import { createEvidenceCache, type CacheLimits, type EvidenceCache } from '../../sources/evidence-cache.ts';

interface Read {
  readonly hash: string;
  readonly bytes: number;
}

let reads: string[];
beforeEach(() => {
  reads = [];
});

function cacheOf(limits: CacheLimits, bytes = 10): EvidenceCache<Read> {
  const read = async (hash: string): Promise<Read> => {
    reads.push(hash);
    await Promise.resolve();
    if (hash === 'damaged' && reads.length === 1) throw new Error('damaged');
    return { hash, bytes };
  };
  return createEvidenceCache(read, (evidence) => evidence.bytes, limits);
}

async function getAll(cache: EvidenceCache<Read>, ...hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) expect(await cache.get(hash)).toMatchObject({ hash });
}

test('those who ask at the same time share one reading, and those who ask later get the same', async () => {
  const cache = cacheOf({ entries: 2, bytes: 100 });
  const [first, second] = await Promise.all([cache.get('a'), cache.get('a')]);
  expect(second).toBe(first);
  expect(await cache.get('a')).toBe(first);
  expect(reads).toEqual(['a']);
});

test('a failed reading fails all that wait for it and is not kept', async () => {
  const cache = cacheOf({ entries: 2, bytes: 100 });
  const waiting = [cache.get('damaged'), cache.get('damaged')];
  for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe('rejected');
  await getAll(cache, 'damaged', 'damaged');
  expect(reads).toEqual(['damaged', 'damaged']);
});

test('the evidence that was used last stays', async () => {
  const cache = cacheOf({ entries: 2, bytes: 100 });
  await getAll(cache, 'a', 'b', 'a', 'c', 'a', 'b');
  expect(reads).toEqual(['a', 'b', 'c', 'b']);
});

test('more than the limit of bytes is not kept', async () => {
  const two = cacheOf({ entries: 9, bytes: 20 });
  await getAll(two, 'a', 'b', 'c', 'b', 'a');
  expect(reads).toEqual(['a', 'b', 'c', 'a']);
  reads = [];
  const none = cacheOf({ entries: 9, bytes: 20 }, 21);
  await getAll(none, 'a', 'a');
  expect(reads).toEqual(['a', 'a']);
});
