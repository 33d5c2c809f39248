import type { Block, Tone } from '../../audit/block.ts';
import { ZERO, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Point } from '../shared/facts/market.ts';
import { equityQuery, transfersQuery } from '../shared/queries/trading.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { cumulative } from '../shared/facts/result-summary.ts';

const TONES: readonly Tone[] = ['first', 'second', 'warning'];
/** Points of a line; enough for the width of a page. */
const STEPS = 480;

/** Cumulative net PnL from 0 at the window's start, by exchange and in total; nothing without results. */
export function cumulativeChart(
  { closed, byVenue, from }: Facts,
  input: Input,
  out: Output,
): readonly Block[] {
  if (closed.gap || closed.results.length === 0) return [];
  const groups = [...byVenue.filter(({ results }) => results.length > 0), closed];
  const series = groups.map(({ venue, results }, index) => ({
    id: out.series({
      id: `pnl.net.${venue ?? 'total'}`,
      title: venue === null ? 'Total' : capitalised(venue),
      unit: 'money',
      currency: input.bot.quoteCurrency,
      queries: from.queries,
      points: sampled(cumulative(results, { at: ms(input.window.from), value: ZERO }), input),
    }),
    tone: (venue === null ? undefined : TONES[index]) ?? ('neutral' as const),
    step: true,
  }));
  return [
    {
      type: 'chart',
      title: 'Cumulative net PnL',
      subtitle: text`from ${fig('positions_closed')} closed positions, ${from.basis}`,
      window: input.window,
      gaps: [],
      chart: { kind: 'line', series },
      alt: 'Net PnL of closed positions added up over the window, by exchange and in total.',
    },
  ];
}

/** How far equity lies under its highest so far; nothing where equity is not known, or never fell. */
export function drawdownChart(
  { equity, equityDrawdown }: Facts,
  input: Input,
  out: Output,
): readonly Block[] {
  const peak = equity?.[0]?.value;
  if (!equity || peak === undefined || equityDrawdown?.absolute.isZero() !== false) return [];
  const id = out.series({
    id: 'pnl.drawdown',
    title: 'Total',
    unit: 'money',
    currency: input.bot.quoteCurrency,
    queries: [equityQuery.id, transfersQuery.id],
    points: sampled(underPeak(equity, peak), input),
  });
  return [
    {
      type: 'chart',
      title: 'Drawdown',
      subtitle: ['equity under its highest since the start, by the balances, without transfers'],
      window: input.window,
      gaps: [],
      chart: { kind: 'line', series: [{ id, tone: 'neutral', step: true }] },
      alt: 'Equity less its highest so far over the window: 0 at a new high, below it after a fall.',
    },
  ];
}

function underPeak(curve: readonly Point[], start: Money): readonly Point[] {
  let peak = start;
  return curve.map(({ at, value }) => {
    if (value.greaterThan(peak)) peak = value;
    return { at, value: value.minus(peak) };
  });
}

/** A line is drawn on a fixed grid; its last point is the last of the curve. Only charts use floating point. */
function sampled(curve: readonly Point[], { window }: Input): { at: string; value: number }[] {
  const [from, to] = [ms(window.from), ms(window.to)];
  let next = 0;
  let value = ZERO;
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const at = from + Math.round(((to - from) * step) / STEPS);
    for (let point = curve[next]; point && (point.at <= at || step === STEPS); point = curve[next]) {
      value = point.value;
      next += 1;
    }
    return { at: iso(at), value: value.toNumber() };
  });
}
