import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** As fontsource states them for its subsets. */
const LATIN =
  'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD';
const LATIN_EXT =
  'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF';

const FACES = [
  { family: 'Inter', package: '@fontsource/inter', file: 'inter', weights: [400, 600, 700] },
  { family: 'IBM Plex Mono', package: '@fontsource/ibm-plex-mono', file: 'ibm-plex-mono', weights: [400] },
] as const;

/**
 * The font has one glyph for it and for U+02BC, and Chromium's PDF then draws it at the start of a wrapped line. Of a face
 * of its own it is a run of its own, and stands where it belongs.
 */
const APOSTROPHE = 'U+2019';

let css: string | undefined;
let onPaper: string | undefined;

/** `@font-face` rules with the fonts inside, so that the report looks alike on every machine and loads nothing. */
export function fontCss(): string {
  css ??= FACES.flatMap((face) =>
    face.weights.flatMap((weight) => [
      rule(face, weight, 'latin', LATIN),
      rule(face, weight, 'latin-ext', LATIN_EXT),
    ]),
  ).join('\n');
  return css;
}

/** More of the same for what is printed. */
export function paperFontCss(): string {
  onPaper ??= FACES.flatMap((face) =>
    face.weights.map((weight) => rule(face, weight, 'latin', APOSTROPHE)),
  ).join('\n');
  return onPaper;
}

function rule(face: (typeof FACES)[number], weight: number, subset: string, range: string): string {
  const path = require.resolve(`${face.package}/files/${face.file}-${subset}-${String(weight)}-normal.woff2`);
  const data = readFileSync(path).toString('base64');
  return `@font-face{font-family:"${face.family}";font-weight:${String(weight)};font-style:normal;src:url("data:font/woff2;base64,${data}") format("woff2");unicode-range:${range}}`;
}
