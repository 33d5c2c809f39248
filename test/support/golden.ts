import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const LINES_SHOWN = 40;
const WIDTH = 400;

/** Compares byte for byte with a committed file below the repository; UPDATE_GOLDENS=1 rewrites it instead. */
export function expectGolden(path: string, text: string): void {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file)) throw new Error(`${path} is missing; npm run golden writes it`);
  const committed = readFileSync(file, 'utf8');
  if (committed === text) return;
  throw new Error(
    `${path} is not what comes out now (- committed, + now):\n${firstLines(lineDifference(committed, text))}\n` +
      'When the change is meant: npm run golden [-- PATTERN of the test files], and say why in the commit.',
  );
}

/** Lines that only one of the texts has, in their order. */
function lineDifference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const [isNew, isGone] = [beyond(old), beyond(now)];
  const gone = old.map((line) => isGone(line));
  const added = now.map((line) => isNew(line));
  const out: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; i += 1, j += 1) {
    for (; gone[i] === true; i += 1) out.push(`- ${old[i] ?? ''}`);
    for (; added[j] === true; j += 1) out.push(`+ ${now[j] ?? ''}`);
  }
  return out.length > 0 ? out : ['  the same lines in another order'];
}

/** Whether a line comes more often than `lines` have it; counts as it is asked. */
function beyond(lines: readonly string[]): (line: string) => boolean {
  const left = new Map<string, number>();
  for (const line of lines) left.set(line, (left.get(line) ?? 0) + 1);
  return (line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  };
}

function firstLines(lines: readonly string[]): string {
  const shown = lines
    .slice(0, LINES_SHOWN)
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}...` : line));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${String(more)} more lines`] : [])].join('\n');
}
