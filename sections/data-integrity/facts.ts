import { missing } from '../../audit/value.ts';
import { closedOf, type Closed } from '../shared/facts/closed-results.ts';
import { entryOrders } from '../shared/facts/entry-orders.ts';
import { createMarket } from '../shared/facts/market.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { venuesOf } from '../shared/vocabulary/venue-figures.ts';
import { accountingOf, type Accounting } from './accounting.ts';
import { contradictionsOf, type Contradictions } from './contradictions.ts';
import { countIdentities } from './identity.ts';
import type { Input } from './input.ts';
import { ownTotalsOf, type OwnTotals } from './own-totals.ts';
import { walletsOf, type Wallets } from './wallet.ts';

export interface Facts {
  /** Of the configuration, of the positions and of the orders that were to open one. */
  readonly venues: readonly string[];
  readonly source: PositionFacts;
  /** Empty when `source` is not ok; figures ask `source` first. */
  readonly positions: readonly PositionFact[];
  readonly closed: Closed;
  /** Null without fills beside the rows. */
  readonly identity: ReturnType<typeof countIdentities>;
  /** Null when rows and fills cannot be compared. */
  readonly contradictions: Contradictions | null;
  readonly wallets: Wallets;
  readonly accounting: Accounting;
  readonly ownTotals: OwnTotals;
}

export function factsOf(input: Input): Facts {
  const { rows, window, settings, bot, shared } = input;
  const source = positionFacts(rows, input, shared.thresholds);
  const positions = source.ok ? source.positions : [];
  const entries = entryOrders(rows.orders, source, input);
  // A foreign asset is worth its price; equity is not asked here.
  const market = createMarket(
    rows.prices,
    { ok: false, ...missing('not_applicable') },
    bot.quoteCurrency,
    shared.thresholds,
  );
  return {
    venues: venuesOf(bot.exchanges, [
      ...positions.map(({ venue }) => venue),
      ...(entries.ok ? entries.orders.map(({ venue }) => venue) : []),
    ]),
    source,
    positions,
    closed: closedOf(positions),
    identity: countIdentities(source, rows.leftBehind, window, settings.rowQuantityTolerancePct),
    contradictions: contradictionsOf(source, rows.laterFills, window.to, settings),
    wallets: walletsOf(source, market, input),
    accounting: accountingOf(positions, rows.fills.ok ? rows.fills.rows : null, input),
    ownTotals: ownTotalsOf(source, input),
  };
}
