import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const css = (name: string): string =>
  readFileSync(new URL(`../../templates/${name}.css`, import.meta.url), 'utf8');
const dark = css('screen');
const SCHEMES = {
  light: tokens(css('base')),
  dark: new Map([...tokens(css('base')), ...tokens(dark.slice(dark.indexOf('prefers-color-scheme: dark')))]),
};

function tokens(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, deep = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (deep + 0.05);
}

/** Colours that words are set in, and what they are set on. */
const PAIRS: readonly (readonly [word: string, ground: string])[] = [
  ...['ink', 'muted', 'faint', 'blue', 'orange', 'neutral', 'critical', 'high', 'medium', 'low', 'good'].map(
    (word) => [word, 'paper'] as const,
  ),
  ...['bad-ground', 'warning-ground', 'good-ground', 'ground'].flatMap((ground) => [
    ['ink', ground] as const,
    ['muted', ground] as const,
  ]),
  ['critical', 'bad-ground'],
  ['medium', 'warning-ground'],
  ['good', 'good-ground'],
];

describe.each(['light', 'dark'] as const)('colours, %s', (scheme) => {
  test.each(PAIRS)('%s on %s can be read', (word, ground) => {
    const [front, back] = [SCHEMES[scheme].get(word), SCHEMES[scheme].get(ground)];
    expect([front, back]).toEqual([expect.stringMatching(/^#/), expect.stringMatching(/^#/)]);
    expect(contrast(front ?? '', back ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
