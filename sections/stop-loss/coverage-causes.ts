import type { Hypothesis } from '../../audit/root-cause.ts';
import { growthsOf, type CoverageFault, type Uncovered } from './coverage.ts';

interface FaultWords {
  readonly cause: string;
  /** Stands behind "positions". */
  readonly title: string;
  readonly advice: string;
  /** What the order shows about how it was made. */
  readonly sent: string;
  readonly risk: string;
}

export const FAULTS: Readonly<Record<CoverageFault, FaultWords>> = {
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
};

/** Why stops have one of the faults; a fault of the stop itself says it all. */
export function coverageHypotheses(
  fault: CoverageFault,
  found: readonly Uncovered[],
  byOrders: boolean,
): readonly Hypothesis[] {
  return fault === 'quantity' ? quantityHypotheses(found) : [faultHypothesis(fault, byOrders)];
}

function faultHypothesis(fault: CoverageFault, byOrders: boolean): Hypothesis {
  const { cause, sent } = FAULTS[fault];
  return {
    id: cause,
    text: [
      byOrders
        ? sent
        : 'The stop price in the row lies past the entry: it was computed for the other side, or written to the wrong position.',
    ],
    recorded: true,
    predicates: byOrders ? [] : [{ text: 'the stop at the exchange has the same trigger', held: null }],
  };
}

function quantityHypotheses(found: readonly Uncovered[]): readonly Hypothesis[] {
  const grew = found.map(({ position, from }) => growthsOf(position.fact).some(({ at }) => at <= from));
  return [
    {
      id: 'scale-in-without-resize',
      text: ['The position grew by further fills, and the stop was not resized.'],
      predicates: [
        { text: 'each position grew before the time of the worst coverage', held: !grew.includes(false) },
      ],
    },
    {
      id: 'placed-too-small',
      text: ['The stop was placed for less than the position held at that time.'],
      predicates: [
        { text: 'no position grew before the time of the worst coverage', held: !grew.includes(true) },
      ],
    },
  ];
}
