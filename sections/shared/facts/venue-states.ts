import { defineFact } from '../../../audit/shared-fact.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import {
  exchangeBalancesQuery,
  exchangeFillsQuery,
  exchangeOrdersQuery,
  exchangePaymentsQuery,
  exchangePositionsQuery,
  exchangeStatesQuery,
  type ExchangeBalance,
  type ExchangeFill,
  type ExchangeOrder,
  type ExchangePayment,
  type ExchangePosition,
} from '../queries/exchange.ts';
import { thresholds } from '../settings.ts';
import { rowsOf } from '../vocabulary/unseen.ts';
import { capitalised } from '../vocabulary/words.ts';
import { canonicalSymbol, venueOf } from './symbols.ts';

/** What one exchange said near the end of the window, of all accounts together; a list that it was not asked is null. */
export interface VenueState {
  /** Milliseconds since the epoch, the earliest of its accounts. */
  readonly at: number;
  readonly positions: readonly ExchangePosition[] | null;
  readonly orders: readonly ExchangeOrder[] | null;
  /** Whether a stop that is not in `orders` is not at the exchange either. */
  readonly hasStops: boolean;
  readonly fills: readonly ExchangeFill[] | null;
  readonly balances: readonly ExchangeBalance[] | null;
  readonly funding: readonly ExchangePayment[] | null;
  readonly transfers: readonly ExchangePayment[] | null;
}

export interface VenueStates {
  /** Why nobody asked any exchange; null when one was. */
  readonly why: Missing | null;
  of(venue: string): VenueState | Missing;
}

/** The exchanges' own states, where they are near enough to the end of the window. */
export const venueStatesFact = defineFact({
  id: 'venue-states',
  queries: {
    states: exchangeStatesQuery,
    positions: exchangePositionsQuery,
    orders: exchangeOrdersQuery,
    fills: exchangeFillsQuery,
    balances: exchangeBalancesQuery,
    payments: exchangePaymentsQuery,
  },
  uses: { thresholds },
  compute({ rows, window, shared }): VenueStates {
    const { states } = rows;
    const to = ms(window.to);
    const withinMs = shared.thresholds.exchangeStateS * 1_000;
    return {
      why: !states.ok
        ? states
        : states.rows.length === 0
          ? missing('no_data', 'no exchange was asked')
          : null,
      of(venue) {
        if (!states.ok) return states;
        const own = states.rows.filter(({ exchange }) => venueOf(exchange) === venue);
        const [first] = own;
        if (first === undefined) return missing('no_data', `no state of ${capitalised(venue)} was imported`);
        const far = own.find(({ at }) => Math.abs(ms(at) - to) > withinMs);
        if (far !== undefined)
          return missing(
            'inadequate_basis',
            `the exchange state of ${capitalised(venue)} is of ${clock(far.at, window.to)}, the window ends ${clock(window.to, window.to)}`,
          );
        const list = <Row extends { readonly exchange: string }>(
          is: Exclude<keyof (typeof own)[number] & `has_${string}`, 'has_stops'>,
          all: readonly Row[],
        ): readonly Row[] | null =>
          own.every((state) => state[is]) ? all.filter(({ exchange }) => venueOf(exchange) === venue) : null;
        const paid = (kind: ExchangePayment['kind']) =>
          rowsOf(rows.payments).filter((payment) => payment.kind === kind);
        return {
          at: Math.min(...own.map(({ at }) => ms(at))),
          // What a spot account holds are assets, and no position.
          positions: own.some((state) => state.is_spot)
            ? null
            : list('has_positions', rowsOf(rows.positions)),
          orders: list('has_orders', rowsOf(rows.orders)),
          hasStops: own.every((state) => state.has_stops),
          fills: list('has_fills', rowsOf(rows.fills)),
          balances: list('has_balances', rowsOf(rows.balances)),
          funding: list('has_funding', paid('funding')),
          transfers: list('has_ledger', paid('transfer')),
        };
      },
    };
  },
});

/** `03:10`, with its day where that is another one. */
function clock(at: string, reference: string): string {
  const iso = new Date(at).toISOString();
  return iso.slice(0, 10) === reference.slice(0, 10) ? iso.slice(11, 16) : iso.slice(0, 16).replace('T', ' ');
}

/** Whether the exchange has a stop of a position: an order against it, or one on the position itself; null where nobody knows. */
export function hasStopAt(
  state: VenueState | Missing,
  { symbol, side }: { readonly symbol: string; readonly side: 'long' | 'short' | 'unknown' },
): boolean | null {
  if ('value' in state || side === 'unknown') return null;
  const isSame = (name: string): boolean => canonicalSymbol(name) === canonicalSymbol(symbol);
  if (state.positions?.some((one) => isSame(one.symbol) && one.side === side && one.has_stop) === true)
    return true;
  const orders = (state.orders ?? []).filter(
    (order) => isSame(order.symbol) && order.side !== null && order.side !== side,
  );
  if (orders.some(({ kind }) => kind === 'stop')) return true;
  // A trigger whose use nobody says may be one.
  if (orders.some(({ kind, reduce_only: reduces }) => kind === 'trigger' && reduces !== false)) return null;
  return state.orders !== null && state.hasStops && state.positions !== null ? false : null;
}
