import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sha256 } from '../../audit/hash.ts';
import { ArtifactDamaged, ArtifactsUnavailable, type ArtifactPlace } from '../../store/artifact-place.ts';
import { createObjectArtifacts } from '../../store/objects/artifacts.ts';
import { createPrng } from '../../local/demo/prng.ts';
import { startObjectStore, type TestObjectStore } from '../support/object-store.ts';

const DAY_MS = 86_400_000;
const hash = sha256('rows');
const key = `kept/${hash.slice(0, 2)}/${hash}`;
let store: TestObjectStore;
let artifacts: ArtifactPlace;

beforeEach(async () => {
  store = await startObjectStore();
  artifacts = createObjectArtifacts(store.place, { pausesMs: [1, 1] });
});
afterEach(async () => {
  await store.stop();
});

function age(days: number): void {
  const kept = store.objects.get(key);
  if (kept !== undefined) kept.putMs = Date.now() - days * DAY_MS;
}

async function failed(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('it did not fail');
  return error;
}

test('an artifact is an object named by its hash; the same again is not written again while it is young', async () => {
  expect(await artifacts.put('rows')).toEqual({ hash, bytes: 4 });
  expect([...store.objects.keys()]).toEqual([key]);
  expect(artifacts.where(hash)).toBe(`s3://audit/${key}`);
  store.asked.length = 0;
  await artifacts.put('rows');
  expect(store.asked).toEqual([`HEAD ${key}`]);
  expect((await artifacts.get(hash)).toString()).toBe('rows');
  expect([await artifacts.has(hash), await artifacts.has(sha256('other'))]).toEqual([true, false]);
  expect((await failed(artifacts.get('../passwd'))).message).toContain('is not the hash of an artifact');
});

test('what is old, damaged or of another size is written anew; what is missing or changed is named', async () => {
  await artifacts.put('rows');
  age(30);
  await artifacts.put('rows');
  expect(Date.now() - (store.objects.get(key)?.putMs ?? 0)).toBeLessThan(DAY_MS);
  store.objects.set(key, { body: Buffer.from('swor'), putMs: Date.now() });
  const changed = await failed(artifacts.get(hash));
  expect(changed).toBeInstanceOf(ArtifactDamaged);
  expect(changed.message).toContain('its bytes have another hash');
  await artifacts.put('rows');
  expect((await artifacts.get(hash)).toString()).toBe('rows');
  expect((await failed(artifacts.get(sha256('other')))).message).toMatch(/is missing .*s3:\/\/audit\/kept\//);
});

test('a purge lists all pages and removes what nobody has put since', async () => {
  for (const text of ['a', 'b', 'c', 'd', 'rows']) await artifacts.put(text);
  age(60);
  store.objects.set(`kept/aa/.purge-${'a'.repeat(64)}`, {
    body: Buffer.from('.'),
    putMs: Date.now() - DAY_MS,
  });
  const files: string[] = [];
  for await (const file of artifacts.files()) files.push(file.hash);
  expect(files.sort()).toEqual(['a', 'b', 'c', 'd', 'rows'].map(sha256).sort());
  expect(store.objects.size).toBe(5);
  const cutoff = Date.now() - 14 * DAY_MS;
  expect(await artifacts.remove(sha256('a'), cutoff)).toBe('put again');
  expect(await artifacts.remove(hash, cutoff)).toBe('removed');
  expect(await artifacts.remove(hash, cutoff)).toBe('gone');
  expect([...store.objects.keys()].some((name) => name.includes('.purge-'))).toBe(false);
});

test('whoever puts an old artifact while a purge removes it has it afterwards, in any order of the requests', async () => {
  const random = createPrng('objects', 'race');
  store.pauseMs = () => random.integer(0, 4);
  for (let round = 0; round < 20; round += 1) {
    store.objects.set(key, { body: Buffer.from('rows'), putMs: Date.now() - 60 * DAY_MS });
    await Promise.all([artifacts.put('rows'), artifacts.remove(hash, Date.now() - 14 * DAY_MS)]);
    expect(store.objects.has(key)).toBe(true);
  }
});

test('trouble that passes is waited out; what stays is the place’s, in one sentence without a secret', async () => {
  let left = 2;
  store.fault = () => (left-- > 0 ? { status: 503, code: 'SlowDown' } : null);
  await artifacts.put('rows');
  left = 1;
  store.fault = () => (left-- > 0 ? 'drop' : null);
  expect((await artifacts.get(hash)).toString()).toBe('rows');
  const where = `The object store at ${new URL(store.place.endpoint).host} (bucket audit) cannot be used:`;
  for (const [fault, said] of [
    [
      { status: 500, code: 'InternalError' },
      'status 500 InternalError to GET. See the log of the object store.',
    ],
    [
      { status: 403, code: 'SignatureDoesNotMatch' },
      'status 403 SignatureDoesNotMatch to GET. Check AWS_ACCESS_KEY_ID,',
    ],
    [{ status: 404, code: 'NoSuchBucket' }, 'status 404 NoSuchBucket to GET. Make the bucket,'],
    [{ status: 507 }, 'status 507 Wrong to GET. Make room in it.'],
  ] as const) {
    store.fault = () => fault;
    const error = await failed(artifacts.get(hash));
    expect(error).toBeInstanceOf(ArtifactsUnavailable);
    expect(error.message).toContain(`${where} ${said}`);
    expect(error.message).not.toContain('sesame');
  }
});

test('a store that hangs, or is not there, is given up', async () => {
  store.fault = () => 'hang';
  const hasty = createObjectArtifacts(store.place, { readMs: 50, writeMs: 50, pausesMs: [] });
  expect((await failed(hasty.probe())).message).toContain(
    'no answer in time. Start it, or correct AWS_ENDPOINT_URL_S3.',
  );
  await store.stop();
  expect((await failed(artifacts.has(hash))).message).toMatch(/cannot be used: .*ECONNREFUSED.* Start it,/);
});
