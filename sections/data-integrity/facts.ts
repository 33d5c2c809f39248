import { closedOf } from '../shared/facts/closed-results.ts';
import { againstExchange } from './exchange/facts.ts';
import { entryOrders } from '../shared/facts/entry-orders.ts';
import { venueOf, venuesOf } from '../shared/facts/symbols.ts';
import { accountingOf } from './accounting.ts';
import { contradictionsOf, countIdentities } from './identity.ts';
import type { Input } from './input.ts';
import { orderFillsOf } from './order-fills.ts';
import { ownTotalsOf } from './own-totals.ts';
import { ownContradictions } from './own-contradictions.ts';
import { betweenRows } from './between-rows.ts';
import { contradictedExecutions } from './links/contradicted-executions.ts';
import { contradictedLinks } from './links/contradicted-links.ts';
import { otherSides } from './other-sides.ts';
import { storedColumnsOf } from './stored-columns.ts';
import { elsewhereInTime } from './told.ts';
import { unsetValues } from './required-values.ts';
import { unknownPositions } from './unknown-positions.ts';
import { walletsOf } from './wallet-identity.ts';

export type { Input } from './input.ts';
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, shared, bot } = input;
  const source = shared.positions;
  const positions = source.ok ? source.positions : [];
  const entries = entryOrders(rows.orders, source, input);
  const accounting = accountingOf(positions, input);
  const venues = venuesOf(bot.exchanges, [
    ...positions.map(({ venue }) => venue),
    ...(entries.ok ? entries.orders.map(({ venue }) => venue) : []),
    ...unknownPositions(input).map(({ exchange }) => venueOf(exchange)),
  ]);
  const orderFills = orderFillsOf(source, input);
  return {
    venues,
    source,
    queries: source.ok ? source.queries : [],
    /** Empty when `source` is not ok; figures ask `source` first. */
    positions,
    closed: closedOf(positions),
    identity: countIdentities(source, input, orderFills),
    contradictions: contradictionsOf(source, input),
    orderFills,
    ownContradictions: ownContradictions(input, accounting),
    betweenRows: betweenRows(source, input),
    links: [...contradictedLinks(input), ...contradictedExecutions(input)],
    otherSides: otherSides(source, input),
    unset: unsetValues(input),
    elsewhere: elsewhereInTime(source, input),
    exchange: againstExchange(venues, input),
    wallets: walletsOf(input),
    accounting,
    storedColumns: storedColumnsOf(source, input),
    ownTotals: ownTotalsOf(source, input),
  };
}
