import type { EntityName, StoredEntity } from '../../audit/contract.ts';
import { money, type Money } from '../../audit/decimal.ts';
import type { ApiCall } from './api-call.ts';
import type { DemoExchangeState } from './exchange-state.ts';
import type { AlertFact, FailedEntry, Incident, TransferFact } from './incident-facts.ts';
import { incidentsOf } from './incidents.ts';
import type { Venue } from './instruments.ts';
import { createMarket, type Market } from './market.ts';
import { HOUR_MS, shiftsOf, WARM_UP_MS, WORLD_MS, type Shift } from './shifts.ts';
import { subscriptionsOf, type Outage, type Silent, type Subscription } from './streams.ts';
import { closedAt, openedAt, type Trade } from './trade.ts';
import { trade } from './trading.ts';

export type Cell = string | number | boolean | null | Readonly<Record<string, string | number>>;
export type DemoRow = Record<string, Cell>;
/** Rows by contract entity; their keys are the contract's columns. */
export type DemoRows = Record<Exclude<EntityName, StoredEntity>, DemoRow[]>;

/** What happened, once. All tables and snapshots are projections of it, so that they agree to the cent. */
export interface World {
  readonly asOf: number;
  /** Start of the history: 24 hours before `asOf`. */
  readonly from: number;
  readonly shifts: readonly Shift[];
  readonly market: Market;
  trades: Trade[];
  failedEntries: FailedEntry[];
  incidents: Incident[];
  alerts: AlertFact[];
  /** Calls to an exchange beside those that polls and trades make. */
  readonly calls: ApiCall[];
  readonly transfers: TransferFact[];
  readonly subscriptions: readonly Subscription[];
  /** Times in which a stream was lost, or open and silent. */
  readonly outages: Outage[];
  readonly silentStreams: Silent[];
  /** Money that leaves a wallet and that no row explains. */
  readonly leaks: { readonly venue: Venue; readonly at: number; readonly amount: Money }[];
  /** Stretches in which a writer wrote nothing. */
  readonly silences: {
    readonly entity: 'heartbeat' | 'event' | 'snapshot';
    readonly from: number;
    readonly to: number;
  }[];
  /** What a writer got wrong: applied to the finished rows, in order. */
  readonly rowEdits: ((rows: DemoRows) => void)[];
  readonly snapshotEdits: ((rows: DemoSnapshot[]) => void)[];
  /** What the exchange has otherwise than the bot. */
  readonly exchangeEdits: ((states: readonly DemoExchangeState[]) => void)[];
  /** Entities whose table the audit's role may not read. */
  readonly denied: (keyof DemoRows)[];
  /** Tables that have lost their keys, so that a row can be there twice. */
  readonly keyless: (keyof DemoRows)[];
}

/** One monitoring snapshot: the contract's columns; counters are of the 60 s before `slot`, gauges at `slot`. */
export interface DemoSnapshot {
  at: string;
  readonly slot: string;
  total: number;
  by_exchange: Record<string, number>;
  unprotected: number;
  new_opened: number;
  prices_updated: number;
  ts_activated: number;
  sl_updates: number;
  closed: number;
  aged: number;
  zombies: number;
  emergency: number;
  errors: number;
  ws_reconnects: number;
}

/** The full hour of the oldest entry: positions open at the history's start were entered before it. */
export function firstHour({ from, trades }: World): number {
  const oldest = trades.reduce((least, made) => Math.min(least, openedAt(made)), from);
  return Math.floor(oldest / HOUR_MS) * HOUR_MS;
}

/** Chosen so that each shift is an ordinary one: 55 to 58 % winners, a profit, no large drawdown. */
export const DEMO_SEED = 'demo-bot';

/** The clean world that ends at `asOf` (a shift boundary, milliseconds). The same for every `asOf`, only moved in time. */
export function createWorld(asOf: number, seed: string = DEMO_SEED): World {
  const from = asOf - WORLD_MS;
  const market = createMarket(seed, from - WARM_UP_MS, asOf);
  const shifts = shiftsOf(asOf);
  return {
    asOf,
    from,
    shifts,
    market,
    trades: trade(market, seed).filter((made) => (closedAt(made) ?? Infinity) > from),
    ...incidentsOf(market, shifts, seed),
    transfers: [
      { at: from + 11.3 * 3_600_000, venue: 'binance', amount: money('2500'), kind: 'deposit' },
      { at: from + 19.7 * 3_600_000, venue: 'bybit', amount: money('-750'), kind: 'withdrawal' },
    ],
    calls: [],
    subscriptions: subscriptionsOf(shifts, seed),
    outages: [],
    silentStreams: [],
    leaks: [],
    silences: [],
    rowEdits: [],
    snapshotEdits: [],
    exchangeEdits: [],
    denied: [],
    keyless: [],
  };
}
