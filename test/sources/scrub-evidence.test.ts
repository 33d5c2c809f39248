import { expect, test } from '@jest/globals';
import type { Evidence } from '../../audit/evidence.ts';
import { canonicalJson, sha256 } from '../../audit/hash.ts';
import { createEvidenceScrubber, createScrubber } from '../../audit/scrub.ts';
import { scrubbedEvidence } from '../../sources/scrub-evidence.ts';

const OWN = 'p4ssw0rd-of-the-bot';

/** The rows as they come out, after the bundle was scrubbed. */
function rowsOf(rows: readonly Record<string, unknown>[]): readonly unknown[] {
  const blob = rows.map((row) => `${canonicalJson(row)}\n`).join('');
  const evidence = {
    queries: [{ id: 'events', error: `login with ${OWN} failed`, rows: sha256(blob) }],
    sources: { database: { error: `postgres://bot:${OWN}@db/x` } },
    entities: [{ types: [OWN], unknownSpellings: [{ column: 'status', value: OWN, rows: 1 }] }],
  } as unknown as Evidence;
  const clean = scrubbedEvidence(
    { evidence, blobs: new Map([[sha256(blob), blob]]) },
    createEvidenceScrubber([OWN]),
  );
  expect(JSON.stringify([clean.evidence, [...clean.blobs]])).not.toContain(OWN);
  const text = clean.blobs.get(clean.evidence.queries[0]?.rows ?? '') ?? '';
  expect(sha256(text)).toBe(clean.evidence.queries[0]?.rows);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

test.each([
  [
    'a signed URL',
    'GET https://api.test/order?symbol=BTCUSDT&signature=9f8e7d6c5b4a&recvWindow=5000',
    '9f8e7d6c5b4a',
  ],
  ['a header', 'X-MBX-APIKEY: vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2', 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2'],
  ['a bearer token', 'Authorization: Bearer eyJhbGciOi.J9abcdef', 'eyJhbGciOi'],
  ['a document in a text', '{"apiKey":"k3y-value-1","secret":"s3cret-value"}', 's3cret-value'],
  ['a quoted value with an ampersand and a space', '{"secret":"front&back-half end"}', 'back-half end'],
  ['an escaped document', '{\\"api_key\\":\\"k3y-value-1\\"}', 'k3y-value-1'],
  ['a DSN', 'could not connect to postgres://trader:hunter2@10.0.0.7/bot', 'hunter2'],
  ['a keyword DSN', 'host=10.0.0.7 password=hunter22 dbname=bot', 'hunter22'],
  ['the audit’s own secret', `role bot, ${OWN}`, OWN],
  ['the same, URL-encoded', encodeURIComponent(`x ${OWN}/&`), OWN],
  [
    'the same in base64',
    Buffer.from(OWN).toString('base64'),
    Buffer.from(OWN).toString('base64').slice(0, -2),
  ],
])('%s in a text of the bot goes', (_what, text, secret) => {
  const [row] = rowsOf([{ at: '2026-11-20T00:00:00Z', error_message: text }]) as { error_message: string }[];
  expect(row?.error_message).toContain('[secret]');
  expect(row?.error_message).not.toContain(secret);
});

test('a text under the name of a credential in a document goes, whatever it looks like; its neighbours stay', () => {
  expect(rowsOf([{ payload: { exchange: 'binance', nested: [{ apiSecret: 'ab', retries: 3 }] } }])).toEqual([
    { payload: { exchange: 'binance', nested: [{ apiSecret: '[secret]', retries: 3 }] } },
  ]);
});

test('what is no secret stays as it was, byte for byte', () => {
  const rows = [
    { signature: 'HTTP 503 from # after # ms', events: 12, type: 'api_error' },
    { error_message: 'Order would immediately trigger (signature mismatch, token bucket empty)', id: 'P-1' },
    { by_exchange: { binance: 51, bybit: 18 }, total: 69 },
  ];
  expect(rowsOf(rows)).toEqual(rows);
  const short = createEvidenceScrubber(['USDT']);
  expect(short('BTCUSDT')).toBe('BTCUSDT');
  expect(createScrubber(['USDT'])('BTCUSDT')).toBe('BTC[secret]');
});
