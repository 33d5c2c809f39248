import { sum, type Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { EquityRow } from '../queries/trading-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { decimalOrNull, groupBy, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

type Traded = Pick<PositionFact, 'venue' | 'contract' | 'openedAt' | 'closedAt' | 'steps'>;

/** What values the assets of spot accounts. */
export interface SpotValues {
  readonly bot: Pick<BotFacts, 'accounts' | 'quoteCurrency' | 'atPar'>;
  readonly priceAt: (venue: string, symbol: string, at: number) => Money | null;
  /** What was bought for cash: an asset that is held and of which no balance tells leaves the account without an equity. */
  readonly positions: readonly Traded[];
}

/** In a spot account cash that became an asset is no loss, so the cash alone is no equity. */
export function isSpot({ exchange, account }: EquityRow, { accounts }: SpotValues['bot']): boolean {
  return account?.toLowerCase() === 'spot' || accounts?.[venueOf(exchange)]?.type === 'spot';
}

/**
 * All that a spot account holds at a time, in quote currency; null where a price or a balance of it is not known, or is
 * older than a trade that moved it. `told` are the currencies of the exchange of which there are balances.
 */
export function spotEquity(
  rows: readonly EquityRow[],
  told: ReadonlySet<string>,
  staleMs: number,
  { bot, priceAt, positions }: SpotValues,
) {
  const quote = bot.quoteCurrency.toUpperCase();
  const venue = venueOf(rows[0]?.exchange ?? null);
  const here = positions.filter((fact) => fact.venue === venue && fact.contract.pair !== null);
  const untold = here.filter(({ contract: { pair } }) => pair !== null && !told.has(pair.base));
  const assets = [...groupBy(rows, ({ currency }) => currency.toUpperCase())].map(([currency, own]) => ({
    currency,
    moved: here.filter(({ contract: { pair } }) => pair?.base === currency || pair?.quote === currency),
    points: own
      .flatMap((row) => {
        const [at, total] = [timeOrNull(row.at), decimalOrNull(row.total)];
        return at === null || total === null ? [] : [{ at, total }];
      })
      .toSorted((a, b) => a.at - b.at),
  }));
  return (at: number): Money | null => {
    if (untold.some(({ openedAt, closedAt }) => openedAt <= at && (closedAt ?? Infinity) > at)) return null;
    const held = assets.map(({ points }) => points.findLast((point) => point.at <= at));
    const newest = Math.max(...held.map((point) => point?.at ?? 0));
    const values = assets.map(({ currency, moved }, index) => {
      const point = held[index];
      if (point === undefined || at - point.at > staleMs) return null;
      // A balance of before a trade and one of after it are not of one time.
      if (point.at < newest && moved.some((fact) => isMoved(fact, point.at - AROUND_MS, at))) return null;
      if (point.total.isZero() || currency === quote || bot.atPar?.includes(currency) === true)
        return point.total;
      return priceAt(venue, `${currency}${quote}`, at)?.times(point.total) ?? null;
    });
    const known = values.filter((value) => value !== null);
    return known.length === 0 || known.length < values.length ? null : sum(known);
  };
}

/** So long after a trade a balance may still be the one of before it. */
const AROUND_MS = 60_000;

function isMoved({ steps, closedAt }: Traded, after: number, until: number): boolean {
  return [...steps.map(({ at }) => at), closedAt].some((at) => at !== null && at > after && at <= until);
}
