import { expect, test } from '@jest/globals';
import { createFinder } from '../../audit/text-finder.ts';

const find = createFinder(['abcdef', 'cdefgh', 'abcd', 'ü字𝄞x'].map((text) => ({ text, inBase64: false })));

test.each<[string, string, readonly (readonly [number, number])[]]>([
  ['the longest of two that begin alike', 'abcdef', [[0, 6]]],
  ['the shorter where the longer ends otherwise', 'abcdeg', [[0, 4]]],
  ['at the end, after its own beginning', 'abcabcd', [[3, 7]]],
  ['no overlap: what was found is not looked at again', 'abcdefgh', [[0, 6]]],
  [
    'one after the other',
    'abcdcdefgh',
    [
      [0, 4],
      [4, 10],
    ],
  ],
  ['characters of two units', 'xxü字𝄞xx', [[2, 7]]],
  ['nothing in what is shorter than any', 'abc', []],
  ['nothing in nothing', '', []],
])('%s', (_what, text, spans) => {
  expect(find(text)).toEqual(spans);
});
