import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { rowsById } from '../shared/facts/ids.ts';
import { isTarget } from '../shared/facts/order-roles.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import {
  decimalOrNull,
  GRACE_MS,
  groupBy,
  positiveOrNull,
  sideOf,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { isOffBy } from './accounting.ts';
import type { Input } from './input.ts';
import { changesOf } from './stop-changes.ts';

type StoredColumn = 'fees' | 'funding' | 'fill-results' | 'stop-price' | 'target-price' | 'change-price';

/** What a position's rows store beside what was recorded one by one. */
export interface StoredPair {
  readonly fact: PositionFact;
  readonly stored: Money;
  readonly recorded: Money;
}

/** One column of the bot: how many positions have it beside a record, and where the two are not the same. */
export interface StoredColumnFact {
  readonly column: StoredColumn;
  readonly compared: number;
  readonly off: readonly StoredPair[];
}

/** Fees and funding of position rows, results of fills, and stop prices of rows, of positions that fills closed or stops kept. */
export function storedColumnsOf(source: PositionFacts, input: Input): readonly StoredColumnFact[] {
  if (!source.ok) return [];
  const closed = source.positions.filter(
    ({ closedBy, ledger }) => closedBy === 'fills' && ledger?.flatAt != null,
  );
  const isOff = ({ stored, recorded }: StoredPair): boolean => isOffBy(stored, recorded, input.settings);
  const of = (column: StoredColumn, pairs: readonly StoredPair[], off = pairs.filter(isOff)) => ({
    column,
    compared: pairs.length,
    off,
  });
  const results = closed.flatMap((fact) => resultPair(fact) ?? []);
  const priced = {
    'stop-price': stopPairs(input),
    'target-price': targetPairs(source.positions, input),
    'change-price': changePairs(input),
  };
  return [
    of('fees', feePairs(closed, source, input)),
    of('funding', fundingPairs(closed, input)),
    of(
      'fill-results',
      results,
      results.filter((pair) => isOff(pair) && !isNet(pair, isOff)),
    ),
    ...(['stop-price', 'target-price', 'change-price'] as const).map((column) =>
      of(
        column,
        priced[column].map(({ pair }) => pair),
        priced[column].flatMap(({ pair, isNear }) => (isNear ? [] : [pair])),
      ),
    ),
  ];
}

/** Of fees in the quote currency alone: at which price the bot valued another is not recorded. */
function feePairs(
  closed: readonly PositionFact[],
  { feeSigns }: Extract<PositionFacts, { ok: true }>,
  { bot }: Input,
): readonly StoredPair[] {
  const turned = new Set(feeSigns.map(({ venue }) => venue));
  const quote = bot.quoteCurrency.toUpperCase();
  return closed.flatMap((fact) => {
    const stored = decimalOrNull(fact.row.fees);
    const isQuote = fact.ledger?.fills.every(
      ({ fee, fee_currency: currency }) => fee !== null && (currency ?? quote).toUpperCase() === quote,
    );
    if (stored === null || isQuote !== true || !isKnown(fact.fees)) return [];
    return [
      { fact, stored: turned.has(fact.venue) ? stored.neg() : stored, recorded: money(fact.fees.value) },
    ];
  });
}

/** Only where each payment names its position: what is shared out by time is an estimate. */
function fundingPairs(closed: readonly PositionFact[], { rows }: Input): readonly StoredPair[] {
  const paid = rowsOf(rows.funding);
  if (paid.length === 0 || paid.some(({ position_id: id, amount }) => id === null || amount === null))
    return [];
  const byPosition = rowsById(paid, ({ position_id: id }) => id);
  return closed.flatMap((fact) => {
    const stored = decimalOrNull(fact.row.funding);
    const own = byPosition(fact.id);
    return stored === null
      ? []
      : [{ fact, stored, recorded: sum(own.map(({ amount }) => decimalOrNull(amount) ?? ZERO)) }];
  });
}

/** What its exits say that they earned, where each says it; an entry that turned another position earned for that one. */
function resultPair(fact: PositionFact): StoredPair | null {
  const fills = fact.ledger?.fills ?? [];
  const exits = fills.filter(({ side }) => sideOf(side) !== fact.side);
  const isSaid = exits.length > 0 && exits.every(({ realized_pnl: result }) => result !== null);
  if (!isSaid || !isKnown(fact.gross)) return null;
  const stored = sum(exits.map(({ realized_pnl: result }) => decimalOrNull(result) ?? ZERO));
  return { fact, stored, recorded: money(fact.gross.value) };
}

/** Some exchanges take the fees of the exit, or of both, from what a fill earned. */
function isNet({ fact, stored, recorded }: StoredPair, isOff: (pair: StoredPair) => boolean): boolean {
  if (!isKnown(fact.fees)) return false;
  const net = recorded.minus(fact.fees.value);
  const [least, most] = net.lessThan(recorded) ? [net, recorded] : [recorded, net];
  return (
    (stored.greaterThanOrEqualTo(least) && stored.lessThanOrEqualTo(most)) ||
    !isOff({ fact, stored, recorded: net })
  );
}

/**
 * The stop price of a row against every trigger that its stops are known to have had: a row may keep the first one. Not
 * where an earlier trigger is unknown, a stop is not stored, the venue moves it, or the row may have been written after the window.
 */
function stopPairs({ shared: { protection }, settings, window }: Input) {
  if (!protection.ok || protection.evidence !== 'orders') return [];
  return protection.positions.flatMap(({ fact, stops, lost }) => {
    const stored = decimalOrNull(fact.row.stop_loss_price);
    const levels = stops.flatMap(({ triggers }) => triggers);
    const known = levels.flatMap(({ value }) => value ?? []);
    const last = known.at(-1);
    const isMoved = stops.some(({ type, doubt }) => type === 'trailing_stop' || doubt !== null);
    const written = timeOrNull(fact.row.updated_at) ?? fact.closedAt;
    if (written === null || written >= ms(window.to)) return [];
    if (stored === null || last === undefined || isMoved || lost.length > 0 || known.length < levels.length)
      return [];
    return [{ pair: { fact, stored, recorded: last }, isNear: isNearAny(stored, known, settings) }];
  });
}

const isNearAny = (stored: Money, known: readonly Money[], { rowPriceFarPct }: Input['settings']): boolean =>
  known.some((price) => price.minus(stored).abs().lessThanOrEqualTo(price.times(rowPriceFarPct).div(100)));

/** The target of a row against the prices of its target orders, where none of them was rewritten while it worked. */
function targetPairs(positions: readonly PositionFact[], { rows, settings, window }: Input) {
  const targets = rowsById(rowsOf(rows.orders).filter(isTarget), ({ position_id: id }) => id);
  return positions.flatMap((fact) => {
    const own = targets(fact.id);
    const stored = decimalOrNull(fact.row.take_profit_price);
    const known = own.flatMap(({ trigger_price: trigger, price }) => positiveOrNull(trigger ?? price) ?? []);
    const last = known.at(-1);
    if (stored === null || last === undefined || known.length < own.length) return [];
    const written = timeOrNull(fact.row.updated_at) ?? fact.closedAt;
    if (written === null || written >= ms(window.to) || own.some(isRewritten)) return [];
    return [{ pair: { fact, stored, recorded: last }, isNear: isNearAny(stored, known, settings) }];
  });
}

/** What a change says that a stop came from and went to; an order that several changes name has had other triggers. */
function changePairs(input: Input) {
  const byId = new Map(rowsOf(input.rows.orders).map((order) => [order.id, order]));
  const { protection } = input.shared;
  const all = (protection.ok ? protection.positions : []).flatMap(({ changes }) => changes);
  const named = groupBy(all, ({ order_id: id }) => id ?? '');
  return changesOf(input).flatMap(({ fact, change, order }) => {
    const before = byId.get(order?.parent_id ?? '');
    const of = (price: string | null, one: OrderRow | undefined) => {
      const [stored, trigger] = [decimalOrNull(price), positiveOrNull(one?.trigger_price ?? null)];
      if (
        stored === null ||
        trigger === null ||
        one === undefined ||
        (named.get(one.id) ?? []).length > 1 ||
        isRewritten(one)
      )
        return [];
      return [
        { pair: { fact, stored, recorded: trigger }, isNear: isNearAny(stored, [trigger], input.settings) },
      ];
    };
    return [...of(change.old_price, before), ...of(change.new_price, order)];
  });
}

/** Written at another time than it was asked for, answered or ended: its price may have been another one before. */
function isRewritten(order: OrderRow): boolean {
  const written = timeOrNull(order.updated_at);
  const times = [order.created_at, order.venue_at, order.triggered_at, order.filled_at, order.cancelled_at];
  return !times.some((time) => {
    const at = timeOrNull(time);
    return at !== null && written !== null && Math.abs(written - at) <= GRACE_MS;
  });
}
