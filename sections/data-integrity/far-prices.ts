import { amount, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy, positiveOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import type { Input } from './input.ts';
import { fewOf, orderHead, type BetweenRows, type Linked } from './linked-rows.ts';

const OF_ROWS = [
  'current_price',
  'stop_loss_price',
  'take_profit_price',
  'trailing_activation_price',
] as const;

interface Priced {
  readonly fact: PositionFact;
  readonly column: string;
  readonly value: Money;
  readonly head: Pick<BetweenRows, 'entity' | 'id' | 'symbol' | 'at'>;
}

/**
 * Prices of position rows and of their triggers that are many times off every price of the instrument, in columns of which
 * few are: of another instrument, or with a digit too many. What an exit or a fill cost is judged by its own rule.
 */
export function farPrices(
  positions: readonly PositionFact[],
  linked: readonly Linked[],
  input: Input,
): readonly BetweenRows[] {
  const ranges = rangesOf(positions, input);
  const isFar = ({ fact, value }: Priced): boolean => {
    const range = ranges.get(fact);
    if (!range) return false;
    const { priceFarTimes: times } = input.settings;
    return value.greaterThan(range.most.times(times)) || value.times(times).lessThan(range.least);
  };
  const priced = [
    ...positions.flatMap((fact) =>
      OF_ROWS.flatMap((column): Priced[] => {
        const value = positiveOrNull(fact.row[column]);
        const head = { entity: 'position', id: fact.id, symbol: fact.symbol, at: fact.openedAt } as const;
        return value === null ? [] : [{ fact, column, value, head }];
      }),
    ),
    ...linked.flatMap(({ order, fact }): Priced[] => {
      const value = positiveOrNull(order.trigger_price);
      return value === null ? [] : [{ fact, column: 'trigger_price', value, head: orderHead(order) }];
    }),
  ];
  return fewOf(priced, ({ fact, column }) => `${fact.venue} ${column}`, isFar).map(
    ({ fact, column, value, head }) => ({
      ...head,
      what: 'far-price',
      one: `${column} ${amount(value)}`,
      other: `${fact.symbol} was worth ${rangeWords(ranges.get(fact))}`,
    }),
  );
}

interface Range {
  readonly least: Money;
  readonly most: Money;
}

/** What the instrument cost in the window, and the position at its own entry, exit and fills. */
function rangesOf(positions: readonly PositionFact[], { shared: { market }, window }: Input) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const markets = new Map(
    [...groupBy(positions, ({ venue, symbol }) => instrumentKey(venue, symbol))].map(([key, [first]]) => [
      key,
      first ? rangeOf(market.pricesIn(first.venue, first.symbol, from, to).map(({ value }) => value)) : null,
    ]),
  );
  return new Map(
    positions.map((fact) => {
      const { venue, symbol, entryPrice, exitPrice, ledger } = fact;
      const known = markets.get(instrumentKey(venue, symbol));
      return [
        fact,
        rangeOf([
          ...(known ? [known.least, known.most] : []),
          ...(ledger?.fills ?? []).flatMap(({ price }) => positiveOrNull(price) ?? []),
          entryPrice,
          ...(exitPrice === null ? [] : [exitPrice]),
        ]),
      ];
    }),
  );
}

function rangeOf(prices: readonly Money[]): Range | null {
  const [first, ...others] = prices.filter((price) => price.isPositive() && !price.isZero());
  if (first === undefined) return null;
  let [least, most] = [first, first];
  for (const price of others) {
    if (price.lessThan(least)) least = price;
    if (price.greaterThan(most)) most = price;
  }
  return { least, most };
}

const rangeWords = (range: Range | null | undefined): string =>
  range ? `between ${amount(range.least)} and ${amount(range.most)}` : '';
