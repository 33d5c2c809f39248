import { money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import { ms } from '../../../audit/time.ts';
import type { Missing } from '../../../audit/value.ts';
import { valueAt } from '../../shared/facts/instruments.ts';
import type { PositionFact } from '../../shared/facts/position-facts.ts';
import { decimalOrNull, GRACE_MS, groupBy, positiveOrNull } from '../../shared/facts/row-values.ts';
import { canonicalSymbol, instrumentKey, venueOf } from '../../shared/facts/symbols.ts';
import { hasStopAt, type VenueState } from '../../shared/facts/venue-states.ts';
import type { ExchangePosition } from '../../shared/queries/exchange.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';

/** `moving`: traded within seconds of the moment; `unclear`: a row does not say what it holds. Neither accuses. */
export type MatchKind =
  'matched' | 'phantom' | 'untracked' | 'side' | 'quantity' | 'details' | 'moving' | 'unclear';

/** One instrument and side, as the bot has it and as the exchange has it. */
export interface Match {
  readonly kind: MatchKind;
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'long' | 'short' | 'unknown';
  /** Base units, or contracts of an inverse instrument; null where nobody says it. */
  readonly held: Money | null;
  readonly there: Money | null;
  /** What differs, as `leverage 3 and 5`. */
  readonly differs: readonly string[];
  readonly ids: readonly string[];
  readonly notional: Money | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether the exchange has a stop of it. */
  readonly hasStop: boolean | null;
}

interface Side {
  readonly facts: readonly PositionFact[];
  readonly rows: readonly ExchangePosition[];
}

/** Every instrument that the bot or the exchange has open at the moment of its state. */
export function matchesAt(venue: string, state: VenueState, input: Input): readonly Match[] | Missing {
  const { positions: source } = input.shared;
  if (!source.ok) return source;
  const { at } = state;
  if (state.positions === null)
    return {
      value: null,
      reason: 'no_data',
      detail: `${capitalised(venue)} was not asked for its positions`,
    };
  const open = source.positions.filter((fact) => fact.venue === venue && isOpenAt(fact, at));
  const here = groupBy(open, ({ symbol }) => canonicalSymbol(symbol));
  const there = groupBy(state.positions, ({ symbol }) => canonicalSymbol(symbol));
  const near = movements(venue, at, input);
  const unusable = new Set(
    rowsOf(input.rows.positions)
      .filter((row) => row.status !== 'closed' && row.status !== 'failed' && venueOf(row.exchange) === venue)
      .filter(({ id }) => !source.positions.some((fact) => fact.id === id))
      .map(({ symbol }) => canonicalSymbol(symbol ?? '')),
  );
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((key) => {
    const [facts, rows] = [here.get(key) ?? [], there.get(key) ?? []];
    return sidesOf(facts, rows).map((side): Match => {
      const match = matchOf(side, venue, state, input);
      const isWrong = match.kind !== 'matched' && match.kind !== 'unclear';
      if (isWrong && near.has(key)) return { ...match, kind: 'moving' };
      return isWrong && unusable.has(key) ? { ...match, kind: 'unclear' } : match;
    });
  });
}

function isOpenAt({ openedAt, closedAt }: PositionFact, at: number): boolean {
  return openedAt <= at && (closedAt === null || closedAt > at);
}

/** Instruments that were traded within the grace of the moment, or between the window's end and a later one. */
function movements(venue: string, at: number, input: Input): ReadonlySet<string> {
  const { positions: source } = input.shared;
  const isNear = (time: number | null): boolean => time !== null && Math.abs(time - at) <= GRACE_MS;
  const moved = (source.ok ? source.positions : []).filter(
    (fact) =>
      fact.venue === venue &&
      (isNear(fact.openedAt) || isNear(fact.closedAt) || fact.steps.some((step) => isNear(step.at))),
  );
  const later = at > ms(input.window.to) ? rowsOf(input.rows.laterFills) : [];
  return new Set(
    [...moved.map(({ symbol }) => symbol), ...later.flatMap(({ symbol }) => symbol ?? [])].map(
      canonicalSymbol,
    ),
  );
}

/** Long and short apart where the exchange keeps them apart; else what both come to together. */
function sidesOf(facts: readonly PositionFact[], rows: readonly ExchangePosition[]): readonly Side[] {
  const isHedged =
    rows.some(({ hedged }) => hedged === true) || new Set(rows.map(({ side }) => side)).size > 1;
  const sides = new Set(facts.map(({ side }) => side));
  if (!isHedged || sides.has('unknown') || rows.some(({ side }) => side === null)) return [{ facts, rows }];
  return (['long', 'short'] as const)
    .map((side) => ({
      facts: facts.filter((one) => one.side === side),
      rows: rows.filter((one) => one.side === side),
    }))
    .filter((side) => side.facts.length + side.rows.length > 0);
}

function matchOf({ facts, rows }: Side, venue: string, state: VenueState, input: Input): Match {
  const [fact, row] = [facts[0], rows[0]];
  const symbol = fact?.symbol ?? row?.symbol ?? 'unknown';
  const quantities = facts.map((one) => heldAt(one, state.at));
  const signs = facts.map(({ side }) => (side === 'short' ? -1 : 1));
  const held = sum(quantities.map((quantity, index) => quantity.times(signs[index] ?? 1)));
  const there = signedThere(rows);
  const side = fact?.side ?? row?.side ?? 'unknown';
  const about = {
    venue,
    symbol,
    side,
    held: facts.length === 0 ? ZERO : held.abs(),
    there: rows.length === 0 ? ZERO : (there?.abs() ?? null),
    differs: [],
    ids: facts.map(({ id }) => id),
    notional: notionalOf(facts, quantities, rows),
    at: state.at,
    hasStop: hasStopAt(state, { symbol, side }),
  };
  if (rows.length > 0 && there === null) return { ...about, kind: 'unclear' };
  if (facts.some((one) => one.side === 'unknown' || isUnsized(one))) return { ...about, kind: 'unclear' };
  const isNone = held.isZero();
  if (rows.length === 0 || there === null) return { ...about, kind: isNone ? 'matched' : 'phantom' };
  if (facts.length === 0 || isNone) return { ...about, kind: 'untracked' };
  if (held.isNegative() !== there.isNegative()) return { ...about, kind: 'side', differs: ['side'] };
  if (!isSame(held.abs(), rows, facts, input)) return { ...about, kind: 'quantity', differs: ['quantity'] };
  const differs = facts.length === 1 && rows.length === 1 && fact && row ? detailsOf(fact, row, input) : [];
  return { ...about, differs, kind: differs.length > 0 ? 'details' : 'matched' };
}

/** An order of magnitude that nobody knows is no difference. */
const isUnsized = ({ unsized }: PositionFact): boolean => unsized !== null;

function heldAt({ steps, quantity, contract }: PositionFact, at: number): Money {
  const held = steps.findLast((step) => step.at <= at)?.quantity ?? quantity;
  return contract.kind === 'inverse' ? held : held.times(contract.size);
}

/** Null where a row does not say its side or size. */
function signedThere(rows: readonly ExchangePosition[]): Money | null {
  const parts = rows.map((row) => {
    const contracts = decimalOrNull(row.contracts);
    if (contracts === null || row.side === null) return null;
    return contracts.times(decimalOrNull(row.contract_size) ?? 1).times(row.side === 'short' ? -1 : 1);
  });
  return parts.includes(null) ? null : sum(parts.map((part) => part ?? ZERO));
}

/** Within half a lot, or the share that the settings allow; where no instrument says what a unit is, contracts count as such. */
function isSame(
  held: Money,
  rows: readonly ExchangePosition[],
  facts: readonly PositionFact[],
  { rows: { instruments }, settings }: Input,
): boolean {
  const [fact] = facts;
  const there = signedThere(rows)?.abs() ?? ZERO;
  const key = instrumentKey(fact?.venue ?? null, fact?.symbol ?? null);
  const instrument = rowsOf(instruments).find((row) => instrumentKey(row.exchange, row.symbol) === key);
  const halfLot = (positiveOrNull(instrument?.quantity_step ?? null) ?? ZERO)
    .times(fact?.contract.size ?? 1)
    .div(2);
  const share = there.times(settings.rowQuantityTolerancePct).div(100);
  const tolerance = halfLot.greaterThan(share) ? halfLot : share;
  const isWithin = (value: Money): boolean => value.minus(held).abs().lessThanOrEqualTo(tolerance);
  const contracts = sum(rows.map((row) => decimalOrNull(row.contracts) ?? ZERO));
  const isOpen = facts.some(({ contract }) => contract.isAssumed || contract.kind === 'inverse');
  return isWithin(there) || (isOpen && isWithin(contracts));
}

function detailsOf(fact: PositionFact, row: ExchangePosition, { settings }: Input): readonly string[] {
  const [entry, leverage] = [decimalOrNull(row.entry_price), decimalOrNull(row.leverage)];
  const [own, mode] = [positiveOrNull(fact.row.leverage), modeOf(fact.row.margin_mode)];
  const tolerance = fact.entryPrice.times(settings.rowPriceTolerancePct).div(100);
  return [
    ...(entry !== null && entry.minus(fact.entryPrice).abs().greaterThan(tolerance)
      ? [`entry price ${plain(fact.entryPrice)} and ${plain(entry)}`]
      : []),
    ...(leverage !== null && own !== null && !leverage.equals(own)
      ? [`leverage ${plain(own)} and ${plain(leverage)}`]
      : []),
    ...(mode !== null && modeOf(row.margin_mode) !== null && mode !== modeOf(row.margin_mode)
      ? ['margin mode']
      : []),
  ];
}

const plain = (value: Money): string => value.toSignificantDigits(8).toFixed();

function modeOf(word: string | null): 'cross' | 'isolated' | null {
  const lower = word?.toLowerCase() ?? '';
  return lower.startsWith('cross') ? 'cross' : lower.startsWith('isol') ? 'isolated' : null;
}

function notionalOf(
  facts: readonly PositionFact[],
  quantities: readonly Money[],
  rows: readonly ExchangePosition[],
): Money | null {
  if (facts.length > 0)
    return sum(
      facts.map(({ contract, entryPrice }, index) =>
        contract.kind === 'inverse'
          ? valueAt(contract, quantities[index] ?? ZERO, entryPrice)
          : (quantities[index] ?? ZERO).times(entryPrice),
      ),
    );
  const values = rows.map((row) => {
    const [contracts, price] = [decimalOrNull(row.contracts), decimalOrNull(row.entry_price)];
    return contracts === null || price === null
      ? null
      : contracts.times(decimalOrNull(row.contract_size) ?? 1).times(price);
  });
  return values.includes(null) ? null : sum(values.map((value) => value ?? money(0)));
}

export const isOff = ({ kind }: Match): boolean =>
  kind === 'phantom' || kind === 'untracked' || kind === 'side' || kind === 'quantity';
