import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codePoint, hexCodePoint } from '../../audit/visible-text.ts';

const require = createRequire(import.meta.url);

/** A part of a font that is embedded only when the report has one of its characters. */
interface Subset {
  readonly file: string;
  readonly has: (character: number) => boolean;
}

/** Fonts in files whose packages say in unicode.json which has which characters; `only` what that is true of. */
const SPLIT = [
  { package: '@fontsource/inter', file: 'inter-*-400-normal.woff2', only: /[\u0370-\u1fff]/ },
  { package: '@fontsource-variable/noto-emoji', file: 'noto-emoji-*-wght-normal.woff2', only: /./u },
  {
    package: '@fontsource-variable/noto-sans-sc',
    file: 'noto-sans-sc-*-wght-normal.woff2',
    only: /[\u3000-\u30ff\u3105-\u312f\u3400-\u4db5\u4e00-\u9fef\uff00-\uffef\u{20000}-\u{3ffff}]/u,
  },
] as const;
/** One glyph for each assigned character of the Basic Multilingual Plane: plain, but no name is lost. */
const UNIFONT = '@fontsource/unifont/files/unifont-latin-400-normal.woff2';
/** What no font can draw: private, unassigned, half of a pair. */
const UNDRAWABLE = /\p{Co}|\p{Cn}|\p{Cs}/u;
/** All faces of it are of one weight range: the browser chooses a weight first and a character only of its faces. */
const FAMILY = 'Report Fallback';

let known: readonly Subset[] | undefined;

/**
 * A page whose every character is drawn: the report's own fonts and those for what is beyond Latin are put into its style, and a
 * character that no font draws stands as its code point. `[U+F8FF]` is ugly; a name that vanished would be wrong.
 */
export function withEveryCharacter(html: string, ownFonts = ''): string {
  const byFile = new Map<Subset, Set<number>>();
  const page = html.replaceAll(/[^\p{ASCII}]/gu, (character) => {
    if (OWN.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    const subset = subsetOf(code);
    if (subset === undefined) return codePoint(character);
    byFile.set(subset, (byFile.get(subset) ?? new Set()).add(code));
    return character;
  });
  withBases(page, byFile);
  const faces = [...byFile].map(([subset, drawn]) =>
    face(
      subset,
      [...drawn].sort((a, b) => a - b),
    ),
  );
  const css = [...faces, ownFonts].filter((rules) => rules !== '').join('\n');
  return css === '' ? page : page.replace('<style>', () => `<style>${css}\n`);
}

/** A letter is drawn with its marks by one font or not at all; a browser takes some letters apart to draw them. */
function withBases(page: string, byFile: ReadonlyMap<Subset, Set<number>>): void {
  for (const [cluster] of page.matchAll(/\P{M}\p{M}+|[\u0e33\u0eb3]/gu)) {
    const parts = Array.from(
      cluster + cluster.normalize('NFC') + cluster.normalize('NFKD'),
      (part) => part.codePointAt(0) ?? 0,
    );
    for (const drawn of byFile.values())
      if (parts.some((part) => drawn.has(part))) for (const part of parts) drawn.add(part);
  }
}

function face({ file }: Subset, drawn: readonly number[]): string {
  const data = readFileSync(file).toString('base64');
  const range = drawn.map((character) => `U+${hexCodePoint(character)}`).join(',');
  return `@font-face{font-family:"${FAMILY}";font-weight:100 900;font-style:normal;src:url("data:font/woff2;base64,${data}") format("woff2");unicode-range:${range}}`;
}

/** What the report's own two fonts draw of the ranges that their subsets claim; spaces are made of any font's. */
const OWN =
  /[\u00a0-\u0148\u014a-\u017f\u2000-\u200a\u202f\u205f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020\u2022\u2026\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2191\u2193\u2212]/u;

function subsetOf(character: number): Subset | undefined {
  known ??= [...SPLIT.flatMap(subsetsOf), unifont()];
  return known.find(({ has }) => has(character));
}

function subsetsOf({ package: name, file, only }: (typeof SPLIT)[number]): readonly Subset[] {
  const folder = dirname(require.resolve(`${name}/package.json`));
  const parts = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>;
  return Object.entries(parts).map(([part, ranges]) => {
    const has = within(ranges);
    return {
      file: join(folder, 'files', file.replace('*', part.replace(/[[\]]/g, ''))),
      has: (character) => only.test(String.fromCodePoint(character)) && has(character),
    };
  });
}

function unifont(): Subset {
  return {
    file: require.resolve(UNIFONT),
    has: (character) => character <= 0xffff && !UNDRAWABLE.test(String.fromCodePoint(character)),
  };
}

/** `U+4e00-4e8f,U+5b89` as a question. */
function within(ranges: string): (character: number) => boolean {
  const bounds = ranges.split(',').map((range) => {
    const [first = '', last = first] = range.replace(/^U\+/i, '').split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const;
  });
  return (character) => bounds.some(([first, last]) => character >= first && character <= last);
}
