import type { Money } from '../../../audit/decimal.ts';
import type { Rung, Surroundings } from '../../../audit/input.ts';
import type { Missing, Value } from '../../../audit/value.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import type { FeeSign } from './fee-signs.ts';
import type { Contract } from './instruments.ts';
import type { Ledger, QuantityStep } from './ledger.ts';
import type { Surplus } from './surplus.ts';

/** What positions are judged in beside their rows. */
export type PositionInput = Pick<Surroundings, 'window' | 'has' | 'bot' | 'entities'>;

/** One position that overlapped the window; times in milliseconds since the epoch, money in quote currency. */
export interface PositionFact {
  readonly id: string;
  readonly symbol: string;
  /** Other symbols under which its own fills stand; none in nearly all. */
  readonly otherNames: readonly string[];
  /** Other exchanges that its own fills name, in lower case. */
  readonly otherVenues: readonly string[];
  /** Exchange in lower case; `unknown` when the mapping has none. */
  readonly venue: string;
  readonly strategy: string | null;
  readonly side: 'long' | 'short' | 'unknown';
  /** Largest quantity held, in units of `contract`. */
  readonly quantity: Money;
  readonly entryPrice: Money;
  readonly openedAt: number;
  /** Null: still open when the window ended. */
  readonly closedAt: number | null;
  readonly exitPrice: Money | null;
  readonly exitReason: string | null;
  /** Of positions closed in the window: gross - fees + funding = net, each a value or a reason. */
  readonly gross: Value<string>;
  readonly fees: Value<string>;
  readonly funding: Value<string>;
  readonly net: Value<string>;
  /** What `quantity` is worth at `entryPrice`. */
  readonly notional: Money;
  /** What a unit of `quantity` is; base units where `unsized` says why nobody knows. */
  readonly contract: Contract;
  readonly unsized: Missing | null;
  /** What was held when, by fills; one step at the opening where there are none. */
  readonly steps: readonly QuantityStep[];
  readonly openedBy: 'fills' | 'row';
  /** `last-update`: the row is closed without a time, and its last update stands in. */
  readonly closedBy: 'fills' | 'row' | 'last-update' | null;
  /** What its own fills say; null on the bot's word alone. */
  readonly ledger: Ledger | null;
  /** Own fills whose time, side, price or quantity is not known: with one of them the row stands alone. */
  readonly unreadFills: readonly FillRow[];
  /** The bot's own row, for what only it knows. */
  readonly row: PositionRow;
  /** Columns are overwritten: of a row that was written after the window nobody knows what it said in it. */
  readonly isWrittenLater: boolean;
}

export type PositionMoney = Pick<PositionFact, 'gross' | 'fees' | 'funding' | 'net'>;
/** Of which its money is not computed yet. */
export type UnpaidFact = Omit<PositionFact, keyof PositionMoney>;

/** All positions of a window from the best rung that passed its adequacy test, with the reason why not a better one. */
export type PositionFacts =
  | {
      readonly ok: true;
      /** By opening time, then id. */
      readonly positions: readonly PositionFact[];
      readonly rung: Rung;
      /** `fills` or `bot-reported positions`, printed beside every figure. */
      readonly basis: string;
      /** Why a better rung was not used; null on the best one available to us. */
      readonly why: string | null;
      readonly queries: readonly string[];
      /** Rows whose status says that they never became a position. */
      readonly failedRows: readonly PositionRow[];
      /** Rows without a usable time, quantity or price: counted, not guessed. */
      readonly unusableRows: readonly PositionRow[];
      /** Fills of the window that no position claims; empty on the bot's rung. */
      readonly strayFills: readonly FillRow[];
      /** Of the window: beyond what their order filled or their position held. Not believed anywhere. */
      readonly surplus: readonly Surplus[];
      /** By instrument: why its quantities are no base units, and nobody says what they are. */
      readonly contradicted: ReadonlyMap<string, Missing>;
      /** Exchanges whose costs are stored negative; every fee here is turned. */
      readonly feeSigns: readonly FeeSign[];
    }
  | ({ readonly ok: false } & Missing);
