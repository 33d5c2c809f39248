import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { laterFillsQuery } from '../shared/queries/trading.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Contradiction } from './identity.ts';
import type { Facts, Input } from './facts.ts';
import type { Settings } from './input.ts';
import { missing } from '../../audit/value.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

const WORDS = {
  quantity: 'quantity',
  exits: 'exits beyond what was held',
  'entry-price': 'entry price',
  'exit-price': 'exit price',
} as const;

const idsOf = (found: readonly Contradiction[]) => [...new Set(found.map(({ fact }) => fact.id))];
const everyIs = (found: readonly Contradiction[], what: Contradiction['what']) =>
  found.every((one) => one.what === what);
/** The account may have turned: what is held has another side than the rows (catalogue DI-03). */
const isOverExited = (found: readonly Contradiction[]) => found.some(({ what }) => what === 'exits');

/** Another price than any rounding or average makes: stops and results that the bot computes from it are wrong. */
const isFar = ({ row, fills }: Contradiction, { rowPriceFarPct }: Settings) =>
  row.minus(fills).abs().greaterThan(fills.times(rowPriceFarPct).div(100));

export const rowsContradicted = rule<Facts, Input>()({
  id: 'PM-06',
  title: 'Position row contradicts its fills',
  dimension: 'integrity',
  condition:
    'quantity or entry price of a row differ from its fills, or exits exceed what was held (CRITICAL); MEDIUM when only prices differ, by little, or fills add up to more than their own order filled, or an order says something else than its fills (HIGH where one of them is not stored or a filled quantity differs), LOW when only the name of the instrument or exchange differs, else HIGH',
  effort: 'medium',
  find: ({ contradictions }) => groupsByVenue(contradictions?.found ?? [], ({ fact }) => fact.venue),
  unseen: ({ source, contradictions }) =>
    reasonOf(source) ??
    (contradictions ? null : missing('single_source', 'position rows without their fills')),
  from: ({ queries }) => ({
    basis: 'fills against position rows',
    queries: [...queries, laterFillsQuery.id],
  }),
  numbers: ({ found, policy }) => ({
    contradicted: num.count('Positions whose row or exits contradict their fills', idsOf(found).length, {
      formula: 'quantity, entry price or exits differ by more than the tolerance',
    }),
    quantity_tolerance: policy('rowQuantityTolerancePct', 'Tolerance of the quantity'),
    price_tolerance: policy('rowPriceTolerancePct', 'Tolerance of the entry price'),
  }),
  severity: ({ found, input: { settings } }) =>
    isOverExited(found)
      ? 'CRITICAL'
      : everyIs(found, 'entry-price') && !found.some((one) => isFar(one, settings))
        ? 'MEDIUM'
        : 'HIGH',
  causes: ({ found }) => [
    hypothesis('closed-twice', 'Two orders closed the same position, or an exit fill is stored twice.', [
      'in every case the exits exceed what was held',
      everyIs(found, 'exits'),
    ]),
    hypothesis(
      'quantity-not-updated',
      'The bot writes the quantity that it ordered, or a wrong one, and not what was filled.',
      ['in every case the quantity differs', everyIs(found, 'quantity')],
    ),
    hypothesis(
      'price-of-signal',
      'The bot writes the price of the signal or of the order as the entry price, and not the mean of the fills.',
      ['in every case only the entry price differs', everyIs(found, 'entry-price')],
    ),
  ],
  otherwise: 'Several kinds of contradiction come together; no single cause explains all of them.',
  occurrence: ({ fact }) => ({ subject: fact.symbol, at: fact.openedAt }),
  evidence: {
    id: 'position-management.contradictions',
    title: 'Positions that contradict their fills',
    table: table<Contradiction>({
      position: col.text('Position', ({ fact }) => fact.id),
      symbol: col.text('Symbol', ({ fact }) => fact.symbol),
      opened: col.time('Opened', ({ fact }) => fact.openedAt),
      what: col.text('What differs', ({ what }) => WORDS[what]),
      row: col.ratio('The row, or most held', ({ row }) => row),
      fills: col.ratio('The fills', ({ fills }) => fills),
    }),
  },
  see: ({ found }) => seeFillsOf(idsOf(found)),
  words: (n, { found, place, input, occurrences }) => {
    const count = idsOf(found).length;
    return {
      title: text`${n.contradicted} ${noun(count, 'position contradicts its', 'positions contradict their')} own fills at ${place}`,
      description: text`Row and fills of ${n.contradicted} ${noun(count, 'position')} differ by more than ${n.quantity_tolerance} in quantity or ${n.price_tolerance} in entry price, or the exits exceed what was held. Results here are computed from the fills.`,
      financial:
        'Whatever the bot itself computes from these rows, such as results, sizes and limits, is wrong by the difference.',
      operational: 'The rows cannot be used to check the exchange.',
      risk: isOverExited(found)
        ? 'More was closed than was held, so the opposite side may be open at the exchange without a row and without a stop.'
        : 'Stops and exits sized by the row leave a part open, or turn the position round.',
      detection: detectionOf(input, occurrences),
      recommendation: text`${isOverExited(found) ? 'Look at the exchange now for an opposite position. ' : ''}Compare quantity and entry price of ${names(found.map(({ fact }) => fact.symbol))} with ${place}, correct the rows, and write them from the fills.`,
      verification: 'No row contradicts its fills in the next windows.',
    };
  },
});
