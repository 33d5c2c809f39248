import type { FindingDraft } from '../../audit/finding.ts';
import { amount } from '../../audit/decimal.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { laterFillsQuery } from '../shared/queries/trading.ts';
import { noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { Contradiction } from './contradictions.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

const WORDS = {
  quantity: 'quantity',
  exits: 'exits beyond what was held',
  'entry-price': 'entry price',
} as const;

/** PM-06: a row that no state of its own fills explains, or exits that took more than was held (CRITICAL); per exchange. */
export function rowsContradicted(
  { source, contradictions, venues }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  if (!source.ok || contradictions === null) return [];
  return venues.flatMap((venue): FindingDraft[] => {
    const found = contradictions.found.filter(({ fact }) => fact.venue === venue);
    return found.length === 0
      ? []
      : [draftOf(venue, found, [...source.queries, laterFillsQuery.id], input, out)];
  });
}

function draftOf(
  venue: string,
  found: readonly Contradiction[],
  queries: readonly string[],
  { rows, settings, bot, shared }: Input,
  out: Output,
): FindingDraft {
  const figure = ruleFigures(out, {
    rule: 'PM-06',
    exchange: venue,
    basis: 'fills against position rows',
    queries,
    currency: bot.quoteCurrency,
  });
  const ids = [...new Set(found.map(({ fact }) => fact.id))];
  const n = figure(
    'contradicted',
    ids.length,
    'count',
    'Positions whose row or exits contradict their fills',
    'quantity, entry price or exits differ by more than the tolerance',
  );
  const quantityLimit = figure(
    'quantity_tolerance',
    settings.rowQuantityTolerancePct,
    'percent',
    'Tolerance of the quantity',
    'policy data-integrity.rowQuantityTolerancePct',
  );
  const priceLimit = figure(
    'price_tolerance',
    settings.rowPriceTolerancePct,
    'percent',
    'Tolerance of the entry price',
    'policy data-integrity.rowPriceTolerancePct',
  );
  const evidence = out.dataset({
    id: `position-management.contradictions.${venueSlug(venue)}`,
    title: `Positions that contradict their fills, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'opened', title: 'Opened', unit: 'time' },
      { key: 'what', title: 'What differs', unit: 'text' },
      { key: 'row', title: 'The row, or most held', unit: 'ratio' },
      { key: 'fills', title: 'The fills', unit: 'ratio' },
    ],
    rows: found.map(({ fact, what, row, fills }) => [
      fact.id,
      fact.symbol,
      iso(fact.openedAt),
      WORDS[what],
      amount(row),
      amount(fills),
    ]),
    queries,
  });
  const every = (what: Contradiction['what']): boolean => found.every((one) => one.what === what);
  const overExited = found.some(({ what }) => what === 'exits');
  const occurrences = found.map(({ fact }) => ({ subject: fact.symbol, at: iso(fact.openedAt) }));
  return {
    venue: venue === 'unknown' ? null : venue,
    // The account may have turned: what is held has another side than the rows (catalogue DI-03).
    severity: overExited ? 'CRITICAL' : every('entry-price') ? 'MEDIUM' : 'HIGH',
    cause: rootCause(
      [
        {
          id: 'closed-twice',
          text: text`Two orders closed the same position, or an exit fill is stored twice.`,
          predicates: [{ text: 'in every case the exits exceed what was held', held: every('exits') }],
        },
        {
          id: 'quantity-not-updated',
          text: text`The bot writes the quantity that it ordered, or a wrong one, and not what was filled.`,
          predicates: [{ text: 'in every case the quantity differs', held: every('quantity') }],
        },
        {
          id: 'price-of-signal',
          text: text`The bot writes the price of the signal or of the order as the entry price, and not the mean of the fills.`,
          predicates: [{ text: 'in every case only the entry price differs', held: every('entry-price') }],
        },
      ],
      text`Several kinds of contradiction come together; no single cause explains all of them.`,
    ),
    title: text`${n} ${noun(ids.length, 'position contradicts its', 'positions contradict their')} own fills at ${capitalised(venue)}`,
    description: text`Row and fills of ${n} ${noun(ids.length, 'position')} differ by more than ${quantityLimit} in quantity or ${priceLimit} in entry price, or the exits exceed what was held. Results here are computed from the fills.`,
    occurrences,
    evidence,
    impact: {
      financial: text`Whatever the bot itself computes from these rows, such as results, sizes and limits, is wrong by the difference.`,
      operational: text`The rows cannot be used to check the exchange.`,
      risk: overExited
        ? text`More was closed than was held, so the opposite side may be open at the exchange without a row and without a stop.`
        : text`Stops and exits sized by the row leave a part open, or turn the position round.`,
    },
    detection: detectionOf({ rows, shared }, occurrences),
    recommendation: text`${overExited ? 'Look at the exchange now for an opposite position. ' : ''}Compare quantity and entry price of these positions with the exchange, correct the rows, and write them from the fills.`,
    verification: text`No row contradicts its fills in the next windows.`,
    see: seeFillsOf(ids),
    effort: 'medium',
  };
}
