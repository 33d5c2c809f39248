import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CLONE } from '../../local/paths.ts';

const FOLDER = join(CLONE, 'templates');
const templates = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.hbs'))
  .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);

/** What escaping does not stop, as it would stand in a template. */
const UNSAFE: readonly (readonly [string, RegExp])[] = [
  ['text that is not escaped', /\{\{\{|\{\{&|\{\{~?\s*&/],
  ['an attribute without quotes', /[\w-]=\{\{/],
  ['a script or a handler', /<script|\son\w+\s*=/i],
  ['a value as the scheme of a link', /(?:src|action|formaction|xlink:href)="\{\{/i],
  ['a helper that looks up by name', /\{\{~?#?\s*(?:lookup|log|with)\b/],
];

test.each(UNSAFE)('no template has %s', (_what, pattern) => {
  expect(templates.length).toBeGreaterThan(20);
  expect(templates.filter(([, text]) => pattern.test(text)).map(([name]) => name)).toEqual([]);
});

test('the values in CSS are our own numbers, tones and files, never a text of the data', () => {
  const inCss = templates.flatMap(([, text]) =>
    [...text.matchAll(/<style[^>]*>([^<]*)|style="([^"]*)"/gi)].flatMap(
      ([, sheet = '', style = '']) => `${sheet}${style}`.match(/\{\{[^}]*\}\}/g) ?? [],
    ),
  );
  expect([...new Set(inCss)].sort()).toEqual([
    '{{accent}}',
    '{{badge}}',
    '{{css}}',
    '{{imageHeight}}',
    '{{percent}}',
  ]);
});

test('what a template may not have is found', () => {
  const bad = ['{{{x}}}', '<a class={{x}}>', '<a onclick="x">', '<img src="{{x}}">', '{{lookup a b}}'];
  for (const text of bad)
    expect([text, UNSAFE.some(([, pattern]) => pattern.test(text))]).toEqual([text, true]);
});
