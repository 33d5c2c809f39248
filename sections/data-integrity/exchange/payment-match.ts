import { sum, type Money } from '../../../audit/decimal.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { decimalOrNull, groupBy, timeOrNull } from '../../shared/facts/row-values.ts';
import { canonicalSymbol, venueOf } from '../../shared/facts/symbols.ts';
import type { VenueState } from '../../shared/facts/venue-states.ts';
import type { ExchangePayment } from '../../shared/queries/exchange.ts';
import type { Rows } from '../../../audit/section.ts';
import type { Input } from '../input.ts';
import { toleranceOf } from './balance-match.ts';
import { flowUnseen } from '../unread-flows.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';

export type PaymentKind = ExchangePayment['kind'];

/** A payment of funding, or a transfer, that is not the same on both sides (catalogue DI6, PN12). */
export interface PaymentDifference {
  readonly kind: PaymentKind;
  readonly what: 'not-stored' | 'not-there' | 'amount';
  readonly venue: string;
  /** Symbol of funding, currency of a transfer. */
  readonly name: string;
  /** Without their signs, which differ between exchanges. */
  readonly held: Money | null;
  readonly there: Money | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A settlement is booked within seconds, and each side may write its own time. */
const NEAR_MS = 60_000;

interface Paid {
  readonly name: string;
  readonly at: number;
  readonly amount: Money;
}

/**
 * Payments of one kind of the window that only one side has, or that differ in size. The exchange's list reaches from its
 * first payment of a name to its last: of what lies outside of that it says nothing.
 */
export function paymentsAt(
  kind: PaymentKind,
  venue: string,
  state: VenueState,
  input: Input,
): readonly PaymentDifference[] | Missing {
  const list = kind === 'funding' ? state.funding : state.transfers;
  const asked = kind === 'funding' ? 'payments of funding' : 'ledger';
  if (list === null) return missing('no_data', `${capitalised(venue)} was not asked for its ${asked}`);
  const own = kind === 'funding' ? ownFunding(venue, input) : ownTransfers(venue, input);
  if ('value' in own) return own;
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const isInside = ({ at }: Paid, first: number, last: number): boolean => at >= first && at < last;
  const here = groupBy(own, ({ name }) => name);
  return [...groupBy(list.map(paidOf), ({ name }) => name)].flatMap(([name, all]) => {
    const times = all.map(({ at }) => at);
    const about = { kind, venue, name };
    const mine = here.get(name) ?? [];
    const settled = settlementsOf(all).filter((one) => isInside(one, from, to - NEAR_MS));
    const [first, last] = [Math.max(from, Math.min(...times)), Math.min(to, Math.max(...times))];
    return [
      ...settled.flatMap(({ at, amount: there }): readonly PaymentDifference[] => {
        const near = mine.filter((one) => Math.abs(one.at - at) <= NEAR_MS);
        if (near.length === 0) return [{ ...about, what: 'not-stored', held: null, there: there.abs(), at }];
        const held = sum(near.map(({ amount }) => amount)).abs();
        return held.minus(there.abs()).abs().lessThanOrEqualTo(toleranceOf(name, input))
          ? []
          : [{ ...about, what: 'amount', held, there: there.abs(), at }];
      }),
      ...mine
        .filter((one) => isInside(one, first + NEAR_MS, last - NEAR_MS))
        .filter(({ at }) => !all.some((one) => Math.abs(one.at - at) <= NEAR_MS))
        .map(({ at, amount }): PaymentDifference => ({
          ...about,
          what: 'not-there',
          held: amount.abs(),
          there: null,
          at,
        })),
    ];
  });
}

const paidOf = ({ kind, name, amount, at }: ExchangePayment): Paid => ({
  name: kind === 'funding' ? canonicalSymbol(name) : name,
  at: ms(at),
  amount: decimalOrNull(amount) ?? sum([]),
});

/** What is paid for one name within a minute is one settlement: a bot may keep it by position. */
function settlementsOf(paid: readonly Paid[]): readonly Paid[] {
  const groups: { first: Paid; amounts: Money[] }[] = [];
  for (const one of paid.toSorted((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last !== undefined && one.at - last.first.at <= NEAR_MS) last.amounts.push(one.amount);
    else groups.push({ first: one, amounts: [one.amount] });
  }
  return groups.map(({ first, amounts }) => ({ ...first, amount: sum(amounts) }));
}

function ownFunding(venue: string, { rows, window }: Input): readonly Paid[] | Missing {
  // The minute before the window is in both lists.
  const { funding: all, edgeFunding } = rows;
  const funding = all.ok
    ? { ...all, rows: all.rows.filter(({ at }) => at === null || ms(at) >= ms(window.from)) }
    : all;
  return own([funding, edgeFunding], venue, ({ symbol }) => canonicalSymbol(symbol ?? ''));
}

function ownTransfers(venue: string, { rows: { transfers } }: Input): readonly Paid[] | Missing {
  return own([transfers], venue, ({ currency }) => currency.toUpperCase());
}

interface Payment {
  readonly exchange: string | null;
  readonly at: string | null;
  readonly amount: string | null;
}

/** A payment without a size or time leaves nothing to compare. */
function own<R extends Payment>(
  lists: readonly Rows<R>[],
  venue: string,
  nameOf: (row: R) => string,
): readonly Paid[] | Missing {
  const unseen = lists.map(flowUnseen).find((why) => why !== null);
  if (unseen != null) return unseen;
  const rows = lists.flatMap((list) => (list.ok ? list.rows : []));
  const paid = rows
    .filter((row) => venueOf(row.exchange) === venue)
    .map((row) => ({ name: nameOf(row), at: timeOrNull(row.at), amount: decimalOrNull(row.amount) }));
  const read = paid.flatMap(({ name, at, amount }) =>
    at === null || amount === null ? [] : [{ name, at, amount }],
  );
  return read.length < paid.length
    ? missing('inadequate_basis', 'a payment without a usable size or time')
    : read;
}
