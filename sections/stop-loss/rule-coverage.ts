import { amount, sum, ZERO } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text, type Text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { CoverageFault, Uncovered } from './coverage.ts';
import type { Facts, Input } from './facts.ts';

interface Words {
  readonly cause: string;
  readonly title: string;
  readonly advice: string;
  /** What the order shows about how it was made. */
  readonly sent: string;
}

const FAULTS: Readonly<Record<CoverageFault, Words>> = {
  quantity: {
    cause: 'stop-too-small',
    title: 'whose stop covers only a part',
    advice: 'Resize the stop at every fill, or place stops that close the whole position.',
    sent: 'The stop was sent for too small a quantity.',
  },
  'wrong-side': {
    cause: 'stop-on-wrong-side',
    title: 'with a stop on the wrong side',
    advice:
      'Replace these stops now: below the market for a long position, above it for a short one. Check the side before sending.',
    sent: 'The stop was sent with a trigger or direction for the other side.',
  },
  'not-reduce-only': {
    cause: 'stop-not-reduce-only',
    title: 'with a stop that can open a new position',
    advice: 'Replace these stops by reduce-only ones now, and set reduce-only on every stop.',
    sent: 'The stop was sent without the reduce-only flag.',
  },
  'beyond-liquidation': {
    cause: 'stop-beyond-liquidation',
    title: 'whose stop lies behind the liquidation price',
    advice: 'Move these stops before the liquidation price or lower the leverage now.',
    sent: 'The stop was computed without regard to the liquidation price.',
  },
};

/** SL-03: a stop that does not do its work, one finding per exchange and fault. */
export function stopDoesNotCover(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const short = facts.coverage.filter(
    ({ coveragePct }) => coveragePct < 100 - input.settings.coverageTolerancePct,
  );
  const groups = groupBy(
    [...short, ...facts.faults],
    ({ position, fault }) => `${position.fact.venue}\n${fault}`,
  );
  return [...groups.values()].flatMap((found) =>
    found[0] ? [draftOf(found[0].position.fact.venue, found[0].fault, found, facts, input, out)] : [],
  );
}

function draftOf(
  venue: string,
  fault: CoverageFault,
  found: readonly Uncovered[],
  { protection, market }: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { bot } = input;
  const queries = protection.ok ? protection.queries : [];
  const byOrders = protection.ok && protection.evidence === 'orders';
  const words = FAULTS[fault];
  const figure = ruleFigures(out, {
    rule: 'SL-03',
    exchange: venue,
    cause: words.cause,
    basis: protection.ok ? protection.basis : 'no source',
    queries,
    currency: bot.quoteCurrency,
  });
  const distinct = [...groupBy(found, ({ position }) => position.fact.id).values()].flatMap(
    (own) => own[0] ?? [],
  );
  const n = figure(
    'positions',
    distinct.length,
    'count',
    `Positions ${words.title}`,
    'distinct positions of this finding',
  );
  const uncovered = figure(
    'uncovered',
    amount(
      sum(
        distinct.map(({ position, coveragePct }) => position.fact.notional.times(100 - coveragePct).div(100)),
      ),
    ),
    'money',
    'Notional that no stop covers',
    'sum of entry notional x (100 % - coverage)',
  );
  const worst = figure(
    'worst',
    Math.min(...found.map(({ coveragePct }) => coveragePct)),
    'percent',
    'Worst coverage',
    'min of stop quantity / position quantity',
  );
  const whole = figure('limit', 100, 'percent', 'Coverage that is needed', 'catalogue SL8');
  // Sides, flags and liquidation prices are CRITICAL whatever the exposure; a part without a stop is graded by it.
  const { severity, note } =
    fault === 'quantity'
      ? withExposure(
          'HIGH',
          exposureOf(
            sum(
              found.map(({ position: { fact }, bareQuantityMs }) =>
                notionalMinutes(fact.entryPrice, 1).times(bareQuantityMs ?? ZERO),
              ),
            ),
            market.equityAt(venue, Math.min(...found.map(({ from }) => from))),
          ),
          { lowers: true },
          figure,
        )
      : { severity: 'CRITICAL' as const, note: [] };
  const evidence = out.dataset({
    id: `stop-loss.coverage.${venueSlug(venue)}.${fault}`,
    title: `Positions ${words.title}, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'side', title: 'Side', unit: 'text' },
      { key: 'held', title: 'Held', unit: 'quantity' },
      { key: 'stop', title: 'Stop quantity', unit: 'quantity' },
      { key: 'entry', title: 'Entry', unit: 'price' },
      { key: 'trigger', title: 'Trigger', unit: 'price' },
      { key: 'from', title: 'From', unit: 'time' },
      { key: 'until', title: 'Until', unit: 'time' },
    ],
    rows: found.map(({ position: { fact }, heldQuantity, stopQuantity, trigger, from, to }) => [
      fact.id,
      fact.symbol,
      fact.side,
      heldQuantity.toFixed(),
      stopQuantity?.toFixed() ?? null,
      fact.entryPrice.toFixed(),
      trigger?.toFixed() ?? null,
      iso(from),
      iso(to),
    ]),
    queries,
  });
  const occurrences = found.map(({ position, from, to }) => ({
    subject: position.fact.symbol,
    at: iso(from),
    until: iso(to),
  }));
  const ids = distinct.map(({ position }) => position.fact.id);
  const symbols = names(distinct.map(({ position }) => position.fact.symbol));
  return {
    venue: venue === 'unknown' ? null : venue,
    severity,
    cause: causeOf(fault, found, byOrders),
    title: text`${n} ${noun(distinct.length, 'position')} ${words.title}`,
    description:
      fault === 'quantity'
        ? text`The stops of ${symbols} on ${capitalised(venue)} covered as little as ${worst} of the position; ${whole} is needed.${note}`
        : text`${symbols} on ${capitalised(venue)}: ${n} ${noun(distinct.length, 'position')} ${words.title}${byOrders ? '' : ', by the stop price in the bot\u2019s own rows'}. None is allowed.`,
    occurrences,
    evidence,
    atStake: uncovered.figure,
    impact: {
      financial: text`${uncovered} had no working stop.`,
      operational: text`A stop is counted as placed although it does not protect.`,
      risk: riskOf(fault),
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: text`${words.advice}`,
    verification: text`Every stop covers ${whole} of its position, on the right side, reduce-only and before the liquidation price.`,
    see: byOrders
      ? seeRows(
          'order',
          'position_id, id, side, quantity, trigger_price, reduce_only, status, created_at',
          'position_id',
          ids,
          'position_id, created_at',
        )
      : seeRows(
          'position',
          'id, exchange, symbol, side, entry_price, stop_loss_price, status',
          'id',
          ids,
          'opened_at',
        ),
    effort: 'low',
  };
}

function riskOf(fault: CoverageFault): Text {
  switch (fault) {
    case 'quantity':
      return text`After the stop has fired, the rest of the position stays open without one.`;
    case 'wrong-side':
      return text`The stop fires at once or never; the loss of the position has no bound.`;
    case 'not-reduce-only':
      return text`A stop that fires after the position is closed opens a new one in the other direction.`;
    case 'beyond-liquidation':
      return text`The exchange liquidates the position before the stop can fire.`;
  }
}

function causeOf(
  fault: CoverageFault,
  found: readonly Uncovered[],
  byOrders: boolean,
): FindingDraft['cause'] {
  const unknown = text`The records do not show why the stop was placed like this.`;
  if (fault !== 'quantity') {
    const { cause, sent } = FAULTS[fault];
    return rootCause(
      [
        {
          id: cause,
          text: text`${byOrders ? sent : 'The stop price in the row lies past the entry: it was computed for the other side, or written to the wrong position.'}`,
          predicates: [
            { text: 'the recorded trigger, side or flag of every listed stop shows it', held: true },
            ...(byOrders ? [] : [{ text: 'the stop at the exchange has the same trigger', held: null }]),
          ],
        },
      ],
      unknown,
    );
  }
  const grew = (one: Uncovered): boolean =>
    one.position.fact.steps.some(
      ({ at, quantity }, index, steps) =>
        at <= one.from && index > 0 && quantity.greaterThan(steps[index - 1]?.quantity ?? 0),
    );
  const all = (test: (one: Uncovered) => boolean): boolean => found.every(test);
  return rootCause(
    [
      {
        id: 'scale-in-without-resize',
        text: text`The position grew by further fills, and the stop was not resized.`,
        predicates: [{ text: 'each position grew before the time of the worst coverage', held: all(grew) }],
      },
      {
        id: 'placed-too-small',
        text: text`The stop was placed for less than the position held at that time.`,
        predicates: [
          { text: 'no position grew before the time of the worst coverage', held: all((one) => !grew(one)) },
        ],
      },
    ],
    unknown,
  );
}
