import { amount } from '../../audit/decimal.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Compared } from '../shared/facts/traded-prices.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { exchangeOfKey, instrumentKey } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { fillHead, type BetweenRows } from './linked-rows.ts';

const percent = (share: number): string => `${String(Number((share * 100).toPrecision(2)))} %`;

/** Prices, fills and fees of the window that are not believed, because others exclude them. */
export function marketContradictions({ shared: { traded }, rows, window }: Input): readonly BetweenRows[] {
  const from = ms(window.from);
  const apart = (what: 'far-fill' | 'off-market', all: Iterable<Compared>): readonly BetweenRows[] =>
    [...all]
      .filter(({ at }) => at >= from)
      .map(({ fill, price, least, most }) => ({
        ...fillHead(fill),
        what,
        one: `a price of ${amount(price)}`,
        other: `${fill.symbol ?? 'its instrument'} was worth ${amount(least)} to ${amount(most)} at its moment`,
      }));
  const nameOf = (key: string): string =>
    rowsOf(rows.prices).find((row) => instrumentKey(row.exchange, row.symbol) === key)?.symbol ?? key;
  return [
    ...apart('far-fill', traded.far.values()),
    ...[...traded.fees.values()]
      .filter(({ fill }) => (timeOrNull(fill.at) ?? 0) >= from)
      .map(({ fill, share, usual }): BetweenRows => ({
        ...fillHead(fill),
        what: 'far-fee',
        one: `a fee of ${fill.fee ?? ''} ${fill.fee_currency ?? ''}`.trim(),
        other: `${percent(share)} of price and quantity, and ${percent(usual)} is usual for ${fill.symbol ?? 'its instrument'}`,
      })),
    ...apart('off-market', [...traded.off.values()].flat()),
    ...[...traded.still].flatMap(([key, spans]) => {
      const symbol = nameOf(key);
      return spans.map((span): BetweenRows => ({
        entity: 'price',
        id: symbol,
        symbol,
        what: 'still-price',
        at: Math.max(span.from, from),
        one: `${amount(span.price)} in every row`,
        other: `from ${iso(span.from)} to ${iso(span.to)}`,
      }));
    }),
  ];
}

/** Exchanges whose prices stood still: what they were meanwhile is missing. */
export function stillExchanges({ shared: { traded } }: Input): readonly string[] {
  return [...groupBy([...traded.still], ([key]) => exchangeOfKey(key))].map(([venue, own]) => {
    const spans = own.flatMap(([, all]) => all);
    const edges = [Math.min(...spans.map(({ from }) => from)), Math.max(...spans.map(({ to }) => to))];
    return `the prices of ${String(own.length)} instruments of ${venue} stood still between ${edges.map(iso).join(' and ')}`;
  });
}
