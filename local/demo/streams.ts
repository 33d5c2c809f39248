import { VENUES, type Venue } from './instruments.ts';
import { createPrng } from './prng.ts';
import { MINUTE_MS, type Shift } from './shifts.ts';

export type StreamRole = 'prices' | 'orders';

/** What the bot calls its connections at each exchange. */
export const STREAM_NAMES: Readonly<Record<StreamRole, string>> = {
  prices: 'market-data',
  orders: 'user-data',
};

/** A time without a connection; times in milliseconds. */
export interface Outage {
  readonly venue: Venue;
  readonly role: StreamRole;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** Attempts that failed before it was open again. */
  readonly failures: number;
  /** The bot asks for nothing when it is open again. */
  readonly isUnread?: true;
}

/** A time in which a connection was open and nothing came, until the bot subscribed again. */
export interface Silent {
  readonly venue: Venue;
  readonly role: StreamRole;
  readonly from: number;
  readonly to: number;
}

export interface Subscription {
  readonly venue: Venue;
  readonly at: number;
}

/** The bot writes a loss into its event log only when it lasted so long. */
const LOGGED_FROM_MS = 5_000;

export function isLogged({ from, to }: Outage): boolean {
  return to - from >= LOGGED_FROM_MS;
}

/** When the list of symbols changed, and the price stream subscribed to what is new: a few times in each shift. */
export function subscriptionsOf(shifts: readonly Shift[], seed: string): readonly Subscription[] {
  const prng = createPrng(seed, 'streams');
  return shifts.flatMap((shift) =>
    VENUES.flatMap((venue) =>
      Array.from({ length: prng.integer(2, 4) }, () => ({
        venue,
        at: shift.from + prng.integer(9, 470) * MINUTE_MS + prng.integer(1_000, 57_000),
      })),
    ),
  );
}
