import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { CLONE } from '../../local/paths.ts';

const FOLDERS = [
  ...['activities', 'audit', 'cli', 'config', 'delivery', 'local', 'report', 'sections', 'server', 'sources'],
  ...['store', 'workflows'],
];
/** Each pattern of the program, and where it stands. */
const patterns = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(CLONE, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => patternsOf(join(folder, name))),
  ),
);

function patternsOf(file: string): (readonly [string, string])[] {
  const found: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push([node.text, file]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(CLONE, file), 'utf8'), ts.ScriptTarget.Latest));
  return found;
}

/** Long runs of what patterns repeat, each with an end that makes a greedy one go back. */
const RUNS = [
  'a',
  '0',
  ' ',
  '-',
  '.',
  'a ',
  '0-',
  'a.',
  '0.',
  '"',
  '\\',
  '/',
  '(',
  '[',
  '{{',
  '\n',
  'é',
  '@',
  'a@',
  ',',
  "'",
  '_',
  '=',
  '<',
];
const hostile = RUNS.flatMap((run) => ['!', '\u0000', ''].map((end) => run.repeat(2_000 / run.length) + end));
/** For all of these texts; what is quadratic in a text of this length is still quick. */
const LIMIT_MS = 3_000;
const context = createContext({ hostile });

function slow(pattern: string, timeout = LIMIT_MS): string | null {
  try {
    runInContext(`for (const text of hostile) text.replace(${pattern}, '')`, context, { timeout });
    return null;
  } catch (error) {
    return `${pattern}: ${String(error)}`;
  }
}

test('no pattern of the program takes long over a text made against it', () => {
  expect(patterns.size).toBeGreaterThan(200);
  expect([...patterns].flatMap(([pattern, file]) => slow(pattern)?.concat(` (${file})`) ?? [])).toEqual([]);
}, 300_000);

test('a pattern that does is found', () => {
  expect(slow('/^(\\w+\\s?)*$/', 300)).toMatch(/timed out/);
}, 60_000);
