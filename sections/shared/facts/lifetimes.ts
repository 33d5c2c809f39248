import { bisector } from 'd3-array';
import type { PositionRow } from '../queries/trading-rows.ts';
import { endOfRow, GRACE_MS, timeOrNull } from './row-values.ts';

interface Life {
  readonly row: PositionRow;
  readonly from: number;
  readonly to: number;
}

const byStart = bisector<Life, number>(({ from }) => from);

/** The rows that lived at a time, give or take the grace: found by halves, so that many rows cost their logarithm. */
export function lifetimes(rows: readonly PositionRow[]): (at: number) => readonly PositionRow[] {
  const lives = rows
    .flatMap((row): Life[] => {
      const opened = timeOrNull(row.opened_at);
      const end = endOfRow(row)?.at ?? Infinity;
      return opened === null ? [] : [{ row, from: opened - GRACE_MS, to: end + GRACE_MS }];
    })
    .sort((a, b) => a.from - b.from);
  /** Latest end of each half, of each of its halves and so on. */
  const latest = new Map<number, number>();
  const build = (node: number, low: number, high: number): number => {
    if (high - low === 1) return lives[low]?.to ?? -Infinity;
    const middle = (low + high) >> 1;
    const end = Math.max(build(2 * node, low, middle), build(2 * node + 1, middle, high));
    latest.set(node, end);
    return end;
  };
  if (lives.length > 0) build(1, 0, lives.length);
  return (at) => {
    const begun = byStart.right(lives, at);
    const found: PositionRow[] = [];
    const search = (node: number, low: number, high: number): void => {
      if (low >= begun || (latest.get(node) ?? Infinity) < at) return;
      if (high - low > 1) {
        const middle = (low + high) >> 1;
        search(2 * node, low, middle);
        search(2 * node + 1, middle, high);
        return;
      }
      const life = lives[low];
      if (life && life.to >= at) found.push(life.row);
    };
    if (lives.length > 0) search(1, 0, lives.length);
    return found;
  };
}
