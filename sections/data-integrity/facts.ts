import type { Rows } from '../../audit/section.ts';
import { closedOf, type Closed } from '../shared/facts/closed-results.ts';
import { entryOrders } from '../shared/facts/entry-orders.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import { accountingOf, type Accounting } from './accounting.ts';
import { contradictionsOf, type Contradictions } from './contradictions.ts';
import { countIdentities } from './identity.ts';
import type { Input } from './input.ts';
import { ownTotalsOf, type OwnTotal } from './own-totals.ts';
import { walletsOf, type Wallets } from './wallet.ts';

export type { Input } from './input.ts';

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
  readonly ownTotals: Rows<OwnTotal>;
}

export function factsOf(input: Input): Facts {
  const { rows, shared, window, settings, bot } = input;
  const source = shared.positions;
  const positions = source.ok ? source.positions : [];
  const entries = entryOrders(rows.orders, source, input);
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
    wallets: walletsOf(source, shared.market, input),
    accounting: accountingOf(positions, rows.fills.ok ? rows.fills.rows : null, input),
    ownTotals: ownTotalsOf(source, input),
  };
}
