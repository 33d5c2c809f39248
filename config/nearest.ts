import { knownNames } from '../audit/known-names.ts';

/** Number of single-character edits and swaps of neighbours between two words (optimal string alignment); above `limit`, no matter how many. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(before, j - 2) + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

/** Known names closest to a mistyped one, best first; case and separators count little. */
export function nearestNames(word: string, names: Iterable<string>, count = 1): readonly string[] {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[_\-. ]/g, '');
  const wanted = plain(word);
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  return [...names]
    .map((name) => ({ name, distance: editDistance(wanted, plain(name), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name, 'en'))
    .slice(0, count)
    .map(({ name }) => name);
}

/** ` Did you mean "demo"? The only bot is demo.`: what to write in place of a name that does not exist. */
export function insteadOf(kind: string, word: string, names: readonly string[]): string {
  return `${didYouMean(word, names)} ${knownNames(kind, names)}`;
}

/** `snapshots` for `snapshotsDays`: a name without its end, such as a unit. */
function onlyLonger(word: string, names: readonly string[]): string | undefined {
  const longer =
    word.length < 4 ? [] : names.filter((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  return longer.length === 1 ? longer[0] : undefined;
}

/** ` Did you mean "timeZone"?`, or nothing when no known name is near, nor the only one that begins like this. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const known = [...names];
  const [name = onlyLonger(word, known)] = nearestNames(word, known);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
