import { describe, expect, test } from '@jest/globals';
import { createEvidenceScrubber, createScrubber } from '../../audit/scrub.ts';
import { findings } from '../secrets/haystack.ts';

const USER = 'reporter-7';
const PASSWORD = 'c4n/ry+07=9f"8&<ü\\7d';
const URL_OF_MAIL = `smtp://${USER}:${encodeURIComponent(PASSWORD)}@mail.test:587`;
const scrub = createScrubber([URL_OF_MAIL, encodeURIComponent(PASSWORD), PASSWORD]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const bytes = (mark: string): string =>
  [...Buffer.from(PASSWORD)].map((byte) => `${mark}${byte.toString(16).padStart(2, '0')}`).join('');

/** No eight characters in a row of what base64 holds may be left, decoded at any place. */
function readable(text: string): string {
  const decoded = [...text.matchAll(/[\w+/-]{4,}/g)].flatMap(({ 0: run }) =>
    [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), 'base64').toString('utf8')),
  );
  return [text, ...decoded].join('\n');
}

const PLAIN = base64(`\0${USER}\0${PASSWORD}`);
test.each([
  ['AUTH PLAIN', `535 5.7.8 AUTH PLAIN ${PLAIN} refused`],
  ['AUTH PLAIN with an identity', `535 ${base64(`me\0${USER}\0${PASSWORD}`)}`],
  ['AUTH PLAIN, identity one longer', `535 ${base64(`you2\0${USER}\0${PASSWORD}`)}`],
  ['AUTH LOGIN, both', `535 got ${base64(USER)} and ${base64(PASSWORD)}`],
  ['CRAM-MD5', `535 ${base64(`${USER} 0123456789abcdef0123456789abcdef`)}`],
  ['Basic', `authorization: basic ${base64(`${USER}:${PASSWORD}`)}`],
  ['base64 for URLs', `535 ${Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64url')}`],
  ['base64 in a URL', `?auth=${encodeURIComponent(PLAIN)}`],
  ['base64 glued to a word', `535 AUTH=${PLAIN}/refused`],
  [
    'over the lines of an answer',
    `535-5.7.8 ${PLAIN.slice(0, 9)}\r\n535-5.7.8 ${PLAIN.slice(9, 20)}\r\n535 5.7.8 ${PLAIN.slice(20)}`,
  ],
  ['over lines that became spaces', `535 ${PLAIN.slice(0, 11)} 535 ${PLAIN.slice(11)}`],
  ['as it is', `535 wrong: ${PASSWORD}`],
  ['in a URL', `535 ${encodeURIComponent(PASSWORD)}`],
  ['in a URL with small digits', encodeURIComponent(PASSWORD).replaceAll(/%../g, (hex) => hex.toLowerCase())],
  ['in a URL in a URL', encodeURIComponent(encodeURIComponent(PASSWORD))],
  ['every byte of a URL', bytes('%')],
  ['as JSON', JSON.stringify({ said: PASSWORD })],
  ['as JSON in JSON', JSON.stringify(JSON.stringify({ said: PASSWORD }))],
  ['as JSON with escaped slashes', JSON.stringify(PASSWORD).replaceAll('/', '\\/')],
  ['as JSON in ASCII', JSON.stringify(PASSWORD).replaceAll('ü', '\\u00fc')],
  [
    'as JSON for HTML',
    JSON.stringify(PASSWORD).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('ü', 'ü'),
  ],
  ['in hexadecimal digits', `x${bytes('')}`],
  ['in large hexadecimal digits', bytes('').toUpperCase()],
  ['as escaped bytes', bytes('\\x')],
  ['in quoted-printable', 'c4n/ry+07=3D9f"8&<=C3=BC\\7d'],
  ['in base64 of a URL', base64(`postgres://u:${encodeURIComponent(PASSWORD)}@h/d`)],
  ['in base64 of JSON', base64(JSON.stringify({ password: PASSWORD }))],
  ['as JSON three deep', JSON.stringify(JSON.stringify(JSON.stringify(PASSWORD)))],
  ['quoted for a shell', PASSWORD.replaceAll(/[^\w/]/g, '\\$&')],
  ['in a connection string', `password='${PASSWORD.replaceAll(/['\\]/g, '\\$&')}'`],
  ['in a CSV', PASSWORD.replaceAll('"', '""')],
  ['as HTML without its quotes', PASSWORD.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
  ['as HTML in HTML', PASSWORD.replaceAll('&', '&amp;amp;').replaceAll('<', '&amp;lt;')],
  ['as JSON in HTML', JSON.stringify(PASSWORD).replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ['as a buffer', JSON.stringify({ body: Buffer.from(`x ${PASSWORD}`) })],
  ['as a buffer over lines', JSON.stringify({ body: Buffer.from(PASSWORD) }, null, 1)],
  ['in xtext', 'c4n/ry+2B07+3D9f"8&<+C3+BC\\7d'],
])('credentials are not readable: %s', (_how, said) => {
  const clean = readable(scrub(said));
  expect(clean).toContain('[secret]');
  expect(findings(new Map([['text', clean]]), { password: PASSWORD })).toEqual([]);
  expect(clean).not.toContain(USER);
  expect(clean).not.toMatch(/c4n|9f"8|7d$/);
});

test('a secret with blanks goes where a line broke it too', () => {
  const phrase = 'four plain english words';
  expect(createScrubber([phrase])(`x four plain\n   english\u200b words y`)).toBe('x [secret] y');
});

test('a finished line of a log stays JSON', () => {
  const line = JSON.stringify({ detail: `535 5.7.8\n${PLAIN}\n535 ${base64(PASSWORD)}\tend`, level: 'warn' });
  const { detail, level } = JSON.parse(scrub(line)) as Record<string, string>;
  expect(level).toBe('warn');
  expect(detail).toMatch(/^535 5\.7\.8\n\[secret\]\n535 \[secret\]\tend$/);
});

describe('a word that is not a secret stays', () => {
  test.each([
    '535 5.7.8 Authentication failed: wrong user or password',
    `message ${base64('an ordinary text of some length')} was kept`,
    'report 0123456789abcdef0123456789abcdef of bot demo',
    `the user ${USER} is known`,
  ])('%s', (text) => {
    expect(scrub(text)).toBe(text);
  });
});

test('a short secret goes in base64 too, out of AUTH PLAIN even three characters', () => {
  expect(createScrubber(['tiger'])(`x ${base64('scott/tiger')} y`)).toBe('x [secret] y');
  const said = `535 ${base64('\0scott\0abc')} no`;
  expect(createScrubber(['smtp://scott:abc@mail.test', 'abc'])(said)).toBe('535 [secret] no');
});

test('in evidence, only secrets of eight characters, in any spelling', () => {
  const inEvidence = createEvidenceScrubber(['reader', 'p4ssw0rd-long']);
  expect(inEvidence(`${base64('xp4ssw0rd-long')} of a reader, ${base64('reader')}`)).toBe(
    `[secret] of a reader, ${base64('reader')}`,
  );
});

test('five thousand secrets cost no more per text than three', () => {
  const many = createScrubber(Array.from({ length: 5_000 }, (_, index) => `secret-number-${String(index)}!`));
  const text = 'a line of a log without any of them. '.repeat(200);
  for (let round = 0; round < 50; round += 1) expect(many(text)).toBe(text);
  expect(many(`${text} secret-number-4999! ${base64('secret-number-3107!')}`)).toBe(
    `${text} [secret] [secret]`,
  );
});

test('a text that holds the beginning of ten thousand secrets again and again costs no more', () => {
  const urls = Array.from({ length: 10_000 }, (_, index) => `postgres://reader@db-${String(index)}.test/bot`);
  const many = createScrubber(urls);
  const text = 'no answer from postgres://db.test/bot. '.repeat(2_000);
  expect(many(text)).toBe(text);
  const before = process.cpuUsage();
  expect(many(`${text} ${urls[7_337] ?? ''}`)).toBe(`${text} [secret]`);
  // Gone through one by one, it was ten seconds and more.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3);
});
