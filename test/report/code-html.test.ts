import { expect, test } from '@jest/globals';
import { codeHtml } from '../../report/html/inline.ts';

const html = (text: string): string => codeHtml(text).toString();
const whole = (text: string): string => `<span class="whole">${text}</span>`;

test('a time, a quoted text and a word with a hyphen stay in one line, so that what is copied runs', () => {
  expect(html(`where at >= '2026-11-20T00:00:00.000Z' and name = 'o''hara & co' --bot demo`)).toBe(
    `where at &gt;= ${whole('&#39;2026-11-20T00:00:00.000Z&#39;')} and name = ${whole('&#39;o&#39;&#39;hara &amp; co&#39;')} ${whole('--bot')} demo`,
  );
});

test('a text as wide as a column breaks, and one without a blank or hyphen needs no help', () => {
  const long = `'${'a-'.repeat(40)}'`;
  expect(html(`'abc' ${long}`)).not.toContain('span');
});
