import { duration } from '../../audit/format.ts';
import { median, nearestRank } from '../../audit/statistics.ts';
import { iso, ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** Fewer balances tell no pace. */
const ROWS_NEEDED = 30;
/** Nine of ten intervals this near to the usual one are those of a clock. */
const EVEN_RATIO = 1.5;
const PAUSE_RATIO = 5;
const PAUSE_MS = 600_000;
/** A silence of the bot itself has a finding of its own. */
const SILENCE_MS = 300_000;

/** Times of the window without a balance of an account that otherwise has one as by a clock, while the bot was alive. */
export function balancePauses({ rows }: Pick<Input, 'rows'>): readonly string[] {
  const series = groupBy(rowsOf(rows.series), ({ exchange, account, currency }) =>
    [venueOf(exchange), account ?? '', currency].filter((part) => part !== '').join(' '),
  );
  return [...series].flatMap(([name, own]) => {
    const times = own.map(({ at }) => ms(at)).sort((a, b) => a - b);
    const gaps = times.slice(1).map((at, index) => ({ from: times[index] ?? at, to: at }));
    const lengths = gaps.map(({ from, to }) => to - from).sort((a, b) => a - b);
    const [usual, most] = [median(lengths) ?? 0, nearestRank(lengths, 0.9) ?? 0];
    if (times.length < ROWS_NEEDED || most > EVEN_RATIO * usual) return [];
    const isPause = ({ from, to }: (typeof gaps)[number]): boolean =>
      to - from > Math.max(PAUSE_MS, PAUSE_RATIO * usual) && !wasSilent(rows, from, to);
    return gaps
      .filter(isPause)
      .map(
        ({ from, to }) =>
          `${name} has no balance between ${iso(from)} and ${iso(to)}, and one every ${duration(usual / 1000)} otherwise`,
      );
  });
}

function wasSilent({ heartbeats }: Input['rows'], from: number, to: number): boolean {
  return rowsOf(heartbeats).some(
    ({ gap_from: start, gap_to: end }) =>
      Math.min(ms(end), to) - Math.max(ms(start), from) > Math.max(SILENCE_MS, (to - from) / 2),
  );
}
