import type { Hypothesis } from '../../audit/root-cause.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { growthsOf, type CoverageFault, type Uncovered } from './coverage.ts';

/** `title` stands behind "positions"; `sent` is what the order shows about how it was made. */
export const FAULTS = {
  quantity: {
    cause: 'stop-too-small',
    title: 'whose stop covers only a part',
    advice: 'Resize the stop at every fill, or place stops that close the whole position.',
    sent: 'The stop was sent for too small a quantity.',
    risk: 'After the stop has fired, the rest of the position stays open without one.',
  },
  'wrong-side': {
    cause: 'stop-on-wrong-side',
    title: 'with a stop on the wrong side',
    advice:
      'Replace these stops now: below the market for a long position, above it for a short one. Check the side before sending.',
    sent: 'The stop was sent with a trigger or direction for the other side.',
    risk: 'The stop fires at once or never; the loss of the position has no bound.',
  },
  'not-reduce-only': {
    cause: 'stop-not-reduce-only',
    title: 'with a stop that can open a new position',
    advice: 'Replace these stops by reduce-only ones now, and set reduce-only on every stop.',
    sent: 'The stop was sent without the reduce-only flag.',
    risk: 'A stop that fires after the position is closed opens a new one in the other direction.',
  },
  'beyond-liquidation': {
    cause: 'stop-beyond-liquidation',
    title: 'whose stop lies behind the liquidation price',
    advice: 'Move these stops before the liquidation price or lower the leverage now.',
    sent: 'The stop was computed without regard to the liquidation price.',
    risk: 'The exchange liquidates the position before the stop can fire.',
  },
} as const;

/** Why stops have one of the faults; a fault of the stop itself says it all. */
export function coverageHypotheses(
  fault: CoverageFault,
  found: readonly Uncovered[],
  byOrders: boolean,
): readonly Hypothesis[] {
  if (fault !== 'quantity') {
    const { cause, sent } = FAULTS[fault];
    const shown = byOrders
      ? hypothesis(cause, sent)
      : hypothesis(
          cause,
          'The stop price in the row lies past the entry: it was computed for the other side, or written to the wrong position.',
          ['the stop at the exchange has the same trigger', null],
        );
    return [{ ...shown, recorded: true }];
  }
  const grew = found.map(({ position, from }) => growthsOf(position.fact).some(({ at }) => at <= from));
  return [
    hypothesis(
      'scale-in-without-resize',
      'The position grew by further fills, and the stop was not resized.',
      ['each position grew before the time of the worst coverage', !grew.includes(false)],
    ),
    hypothesis('placed-too-small', 'The stop was placed for less than the position held at that time.', [
      'no position grew before the time of the worst coverage',
      !grew.includes(true),
    ]),
  ];
}
