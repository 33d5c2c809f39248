import type { Missing } from '../../../audit/value.ts';
import type { Input } from '../input.ts';
import { balancesAt } from './balance-match.ts';
import { fillOrphans } from './fill-match.ts';
import { orderOrphans } from './order-match.ts';
import { paymentsAt } from './payment-match.ts';
import { matchesAt } from './position-match.ts';

type Found<T> = readonly T[] | Missing;

/** The bot's rows against what the exchanges said, list by list; each by exchange, with why where it was not compared. */
export function againstExchange(venues: readonly string[], input: Input) {
  const { venueStates } = input.shared;
  const per = <T>(
    compare: (venue: string, state: Exclude<ReturnType<typeof venueStates.of>, Missing>) => Found<T>,
  ) =>
    new Map(
      venues.map((venue) => {
        const state = venueStates.of(venue);
        return [venue, 'value' in state ? state : compare(venue, state)] as const;
      }),
    );
  return {
    /** Why nothing at all was compared; null where an exchange was asked. */
    why: venueStates.why,
    positions: per((venue, state) => matchesAt(venue, state, input)),
    orders: per((venue, state) => orderOrphans(venue, state, input)),
    fills: per((venue, state) => fillOrphans(venue, state, input)),
    balances: per((venue, state) => balancesAt(venue, state, input)),
    funding: per((venue, state) => paymentsAt('funding', venue, state, input)),
    transfers: per((venue, state) => paymentsAt('transfer', venue, state, input)),
  };
}
export type AgainstExchange = ReturnType<typeof againstExchange>;

/** What was found at one exchange, or at all of them with null; the reason where one of them was not compared. */
export function foundAt<T>(found: ReadonlyMap<string, Found<T>>, venue: string | null): Found<T> {
  const some = [...found].filter(([name]) => venue === null || name === venue).map(([, list]) => list);
  return some.find(isMissing) ?? allOf(some);
}

/** All that was found, whatever was not compared. */
export function allFound<T>(found: ReadonlyMap<string, Found<T>>): readonly T[] {
  return allOf([...found.values()]);
}

function allOf<T>(lists: readonly Found<T>[]): readonly T[] {
  return lists.flatMap((list) => (isMissing(list) ? [] : list));
}

export function isMissing<T>(found: Found<T>): found is Missing {
  return 'value' in found;
}
