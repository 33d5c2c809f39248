import { text } from '../../audit/text.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { canonicalSymbol } from '../shared/facts/symbols.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised, names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';

const QUOTES = ['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USD', 'EUR', 'BTC', 'ETH'];
const quoteOf = (symbol: string): string | undefined =>
  QUOTES.find((quote) => canonicalSymbol(symbol).endsWith(quote));

/** Paid in another currency it is another instrument, however it is spelled. */
function isOtherQuote({ symbol, otherNames: others }: PositionFact): boolean {
  const quote = quoteOf(symbol);
  return others.some((other) => quote !== undefined && (quoteOf(other) ?? quote) !== quote);
}

const namesOf = ({ otherNames: others, otherVenues }: PositionFact): readonly string[] => [
  ...others,
  ...otherVenues.map(capitalised),
];

/** Nothing is renamed to what something else is renamed to as well. */
function areOneName(found: readonly PositionFact[]): boolean {
  const names = new Map<string, Set<string>>();
  for (const { symbol, otherNames: others } of found)
    for (const other of others)
      names.set(other, new Set([...(names.get(other) ?? []), canonicalSymbol(symbol)]));
  return [...names.values()].some(({ size }) => size > 1);
}

/** Ids say that these fills are the position's, and its row has another name for the instrument; about the name only. */
export const otherNames = rule<Facts, Input>()({
  id: 'PM-06',
  title: 'Position row contradicts its fills',
  dimension: 'integrity',
  condition:
    'fills have another symbol or exchange than the position that they name (LOW; HIGH where it ends in another currency, or several instruments have it)',
  effort: 'low',
  find: ({ positions }) =>
    groupsByVenue(
      positions.filter((fact) => namesOf(fact).length > 0),
      ({ venue }) => venue,
      () => ({ kind: 'names' }),
    ).map((group) => ({ ...group, kind: 'names' })),
  from: ({ queries }) => ({ basis: 'fills against position rows', queries }),
  numbers: ({ found }) => ({
    renamed: num.count('Positions whose fills have another name', found.length, {
      formula: 'positions whose symbol or exchange differs from that of fills which name them by id',
    }),
  }),
  severity: ({ found }) => (found.some(isOtherQuote) || areOneName(found) ? 'HIGH' : 'LOW'),
  causes: () => [],
  otherwise: 'It was renamed while it was held, or two parts of the bot write it differently.',
  occurrence: ({ symbol, openedAt }) => ({ subject: symbol, at: openedAt }),
  evidence: {
    id: 'position-management.other-names',
    title: 'Positions whose fills have another name',
    table: table<PositionFact>({
      position: col.text('Position', ({ id }) => id),
      symbol: col.text('The row says', (fact) => fact.symbol),
      fills: col.text('The fills say', (fact) => namesOf(fact).join(', ')),
      opened: col.time('Opened', ({ openedAt }) => openedAt),
    }),
  },
  see: ({ found }) => seeFillsOf(found.map(({ id }) => id)),
  words: (n, { found, place }) => {
    const pairs = names(found.map((fact) => `${fact.symbol} (${namesOf(fact).join(', ')})`));
    return {
      title: text`${n.renamed} ${noun(found.length, 'position has', 'positions have')} fills under another name at ${place}`,
      description: text`Fills of ${pairs} name the position by its id and the instrument or the exchange by another. Ids outrank names: the fills are counted as the position’s.`,
      financial: 'None: result and protection are computed by the ids.',
      operational: 'Whatever joins rows and fills by these names does not find them.',
      risk: 'A stop or an order that is looked up by one of the names is not found by the other.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation:
        'Write one name for one instrument, and the exchange where it is held, in rows, orders and fills.',
      verification: 'No fill has another symbol or exchange than its position in the next window.',
    };
  },
});
