import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { createPalette } from '../../cli/ansi.ts';
import { createComponentPrinter } from '../../local/component-lines.ts';
import type { StackProgress } from '../../local/component.ts';

const growing = (doneMb: number, name = 'Temporal'): StackProgress => ({
  type: 'growing',
  name,
  doneMb,
  totalMb: 44,
});

/** What is printed when the updates come a second apart. */
function printed(columns: number | undefined, ...updates: readonly StackProgress[]): readonly string[] {
  let text = '';
  let seconds = 0;
  const stream = { write: (part: string) => (text += part), isTTY: columns !== undefined, columns };
  const printer = createComponentPrinter(stream, createPalette(false), {
    isLive: stream.isTTY,
    now: () => seconds * 1000,
  });
  for (const update of updates) {
    printer.update(update);
    seconds += 1;
  }
  printer.done();
  return stripVTControlCharacters(text)
    .split(/[\r\n]/)
    .filter((line) => line !== '');
}

test('a download is a bar with megabytes in a terminal, and its unpacking never counts backwards', () => {
  const lines = printed(
    80,
    { type: 'starting', name: 'worker' },
    { type: 'starting', name: 'Temporal' },
    growing(22),
    growing(90),
    growing(0),
  );
  expect(lines.slice(-3)).toEqual([
    '  starting: Temporal ████░░░░ 22 of 44 MB, worker 2 s',
    '  starting: Temporal ████████ unpacking, worker 3 s',
    '  starting: Temporal ████████ unpacking, worker 4 s',
  ]);
});

test.each([
  ['narrow', 40, 36],
  ['of an unknown size', 0, 76],
])('a terminal that is %s gets a line that does not wrap', (_what, columns, longest) => {
  const names = ['PostgreSQL', 'Temporal', 'mail catcher', 'Chromium', 'demo bot', 'worker'];
  const lines = printed(columns, ...names.map((name) => ({ type: 'starting' as const, name })));
  const lengths = lines.map((line) => Array.from(line.trimStart()).length);
  expect(Math.max(...lengths)).toBe(longest);
});

test('without a terminal a download is a line every five seconds, and nothing else', () => {
  const updates = Array.from({ length: 12 }, (_, index) => growing(index * 4));
  expect(printed(undefined, { type: 'starting', name: 'Temporal' }, ...updates)).toEqual([
    '  Temporal            16 of 44 MB                                        5.0 s',
    '  Temporal            36 of 44 MB                                         10 s',
  ]);
});
