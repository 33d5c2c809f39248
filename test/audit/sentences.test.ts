import { expect, test } from '@jest/globals';
import { sentence } from '../../audit/text.ts';
import { names } from '../../sections/shared/vocabulary/words.ts';

test.each([
  ['the server is gone', 'the server is gone.'],
  ['the server is gone. ', 'the server is gone.'],
  ['GET /v5/position/…', 'GET /v5/position/…'],
  ['GET /v5/position/….', 'GET /v5/position/…'],
])('%j as a sentence', (text, right) => {
  expect(sentence(text)).toBe(right);
});

test('names are cut where their reader says', () => {
  const signature = 'HTTP 503 Service Unavailable from GET /v5/position/list';
  expect(names([signature])).toMatch(/^.{39}…$/);
  expect(names([signature], 120)).toBe(signature);
});
