import { expect, test } from '@jest/globals';
import { insteadOf } from '../../config/nearest.ts';

test.each<[word: string, names: readonly string[], sentence: string]>([
  ['dmo', ['demo'], ' Did you mean "demo"? The only bot is demo.'],
  ['x', ['demo'], ' The only bot is demo.'],
  ['beta', ['alpha', 'beta2'], ' Did you mean "beta2"? There are alpha and beta2.'],
  ['x', ['alpha', 'beta', 'gamma'], ' There are alpha, beta and gamma.'],
  ['x', [], ' There is no bot at all.'],
])('what to write in place of %s with %j', (word, names, sentence) => {
  expect(insteadOf('bot', word, names)).toBe(sentence);
});
