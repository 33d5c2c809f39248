import { duration } from '../../audit/format.ts';
import { median, nearestRank } from '../../audit/statistics.ts';
import { iso, ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** Fewer rows tell no pace. */
const ROWS_NEEDED = 30;
/** Nine of ten intervals this near to the usual one are those of a clock. */
const EVEN_RATIO = 1.5;
const PAUSE_RATIO = 5;
const PAUSE_MS = 600_000;
/** A silence of the bot itself has a finding of its own. */
const SILENCE_MS = 300_000;

interface Span {
  readonly from: number;
  readonly to: number;
}
interface Held {
  readonly venue: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

/** Times of the window without a balance of an account that otherwise has one as by a clock, while the bot was alive. */
export function balancePauses({ rows }: Pick<Input, 'rows'>): readonly string[] {
  const series = groupBy(rowsOf(rows.series), ({ exchange, account, currency }) =>
    [venueOf(exchange), account ?? '', currency].filter((part) => part !== '').join(' '),
  );
  return [...series].flatMap(([name, own]) => {
    const times = own.map(({ at }) => ms(at));
    return clockPauses(times, rows, null).map((pause) => words(name, 'balance', pause));
  });
}

/** The same of the prices of an exchange, while a position was held there; to the edges of the window. */
export function pricePauses(
  { rows, window }: Pick<Input, 'rows' | 'window'>,
  positions: readonly Held[],
): readonly string[] {
  const edges = { from: ms(window.from), to: ms(window.to) };
  return [...groupBy(rowsOf(rows.prices), ({ exchange }) => venueOf(exchange))].flatMap(([venue, own]) => {
    const isHeld = ({ from, to }: Span): boolean =>
      positions.some(
        (fact) =>
          fact.venue === venue && fact.openedAt < to && (fact.closedAt === null || fact.closedAt > from),
      );
    const times = [...new Set(own.map(({ at }) => ms(at)))];
    return clockPauses(times, rows, edges)
      .filter(isHeld)
      .map((pause) => words(venue, 'price', pause));
  });
}

type Pause = Span & { readonly usual: number };

const words = (name: string, what: string, { from, to, usual }: Pause): string =>
  `${name} has no ${what} between ${iso(from)} and ${iso(to)}, and one every ${duration(usual / 1000)} otherwise`;

/** Where a series that comes by a clock has no row; `edges` count as rows of it. */
function clockPauses(
  unsorted: readonly number[],
  { heartbeats }: Pick<Input['rows'], 'heartbeats'>,
  edges: Span | null,
): readonly Pause[] {
  const times = unsorted.toSorted((a, b) => a - b);
  const gapsIn = (all: readonly number[]): readonly Span[] =>
    all.slice(1).map((to, index) => ({ from: all[index] ?? to, to }));
  const lengths = gapsIn(times)
    .map(({ from, to }) => to - from)
    .sort((a, b) => a - b);
  const [usual, most] = [median(lengths) ?? 0, nearestRank(lengths, 0.9) ?? 0];
  if (times.length < ROWS_NEEDED || most > EVEN_RATIO * usual) return [];
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const whole = edges === null ? times : [Math.min(edges.from, first), ...times, Math.max(edges.to, last)];
  return gapsIn(whole)
    .filter(({ from, to }) => to - from > Math.max(PAUSE_MS, PAUSE_RATIO * usual))
    .filter(({ from, to }) => !wasSilent(heartbeats, from, to))
    .map((gap) => ({ ...gap, usual }));
}

/** Whether the bot itself was silent for most of that time. */
export function wasSilent(heartbeats: Input['rows']['heartbeats'], from: number, to: number): boolean {
  return rowsOf(heartbeats).some(
    ({ gap_from: start, gap_to: end }) =>
      Math.min(ms(end), to) - Math.max(ms(start), from) > Math.max(SILENCE_MS, (to - from) / 2),
  );
}
