import { expect, test } from '@jest/globals';
import { createScrubber } from '../../audit/scrub.ts';

const scrub = createScrubber(['topsecret']);

test.each([
  'for example postgres://reader:${BOT_DB_PASSWORD}@host:5432/bot.',
  'Expected postgres://user:${PASSWORD}@host:port/database.',
  'Expected smtp://user:${PASSWORD}@host:port.',
])('a password that is written as a variable stays: %s', (text) => {
  expect(scrub(text)).toBe(text);
});

test.each([
  ['postgres://user:hunter2@host:5432/bot', 'postgres://[secret]@host:5432/bot'],
  ['postgres://user:${X}hunter2@host/bot', 'postgres://[secret]@host/bot'],
  ['postgres://user:hunter2${X}@host/bot', 'postgres://[secret]@host/bot'],
  ['postgres://user:${X:-hunter2}@host/bot', 'postgres://[secret]@host/bot'],
  ['postgres://user:${topsecret}@host/bot', 'postgres://[secret]@host/bot'],
  ['https://token@host/', 'https://[secret]@host/'],
])('any other goes: %s', (text, clean) => {
  expect(scrub(text)).toBe(clean);
});
