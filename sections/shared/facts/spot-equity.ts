import { sum, type Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { EquityRow } from '../queries/trading-rows.ts';
import { decimalOrNull, groupBy, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** What values the assets of spot accounts. */
export interface SpotValues {
  readonly bot: Pick<BotFacts, 'accounts' | 'quoteCurrency' | 'atPar'>;
  readonly priceAt: (venue: string, symbol: string, at: number) => Money | null;
}

/** In a spot account cash that became an asset is no loss, so the cash alone is no equity. */
export function isSpot({ exchange, account }: EquityRow, { accounts }: SpotValues['bot']): boolean {
  return account?.toLowerCase() === 'spot' || accounts?.[venueOf(exchange)]?.type === 'spot';
}

/** All that a spot account holds at a time, in quote currency; null where a price or a balance of it is not known. */
export function spotEquity(rows: readonly EquityRow[], staleMs: number, { bot, priceAt }: SpotValues) {
  const quote = bot.quoteCurrency.toUpperCase();
  const assets = [...groupBy(rows, ({ currency }) => currency.toUpperCase())].map(([currency, own]) => ({
    currency,
    venue: venueOf(own[0]?.exchange ?? null),
    points: own
      .flatMap((row) => {
        const [at, total] = [timeOrNull(row.at), decimalOrNull(row.total)];
        return at === null || total === null ? [] : [{ at, total }];
      })
      .toSorted((a, b) => a.at - b.at),
  }));
  return (at: number): Money | null => {
    const values = assets.map(({ currency, venue, points }) => {
      const held = points.findLast((point) => point.at <= at);
      if (held === undefined || at - held.at > staleMs) return null;
      if (held.total.isZero() || currency === quote || bot.atPar?.includes(currency) === true)
        return held.total;
      return priceAt(venue, `${currency}${quote}`, at)?.times(held.total) ?? null;
    });
    const known = values.filter((value) => value !== null);
    return known.length === 0 || known.length < values.length ? null : sum(known);
  };
}
