import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { decimalOrNull, groupBy, sideOf, timeOrNull } from '../shared/facts/row-values.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { isOffBy } from './accounting.ts';
import type { Input } from './input.ts';

type StoredColumn = 'fees' | 'funding' | 'fill-results' | 'stop-price';

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
  const stops = stopPairs(input);
  return [
    of('fees', feePairs(closed, source, input)),
    of('funding', fundingPairs(closed, input)),
    of(
      'fill-results',
      results,
      results.filter((pair) => isOff(pair) && !isNet(pair, isOff)),
    ),
    of(
      'stop-price',
      stops.map(({ pair }) => pair),
      stops.flatMap(({ pair, isNear }) => (isNear ? [] : [pair])),
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
  const byPosition = groupBy(paid, ({ position_id: id }) => id ?? '');
  return closed.flatMap((fact) => {
    const stored = decimalOrNull(fact.row.funding);
    const own = byPosition.get(fact.id) ?? [];
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
 * where an earlier trigger is unknown, the venue moves it, or the row may have been written after the window.
 */
function stopPairs({ shared: { protection }, settings, window }: Input) {
  if (!protection.ok || protection.evidence !== 'orders') return [];
  return protection.positions.flatMap(({ fact, stops }) => {
    const stored = decimalOrNull(fact.row.stop_loss_price);
    const levels = stops.flatMap(({ triggers }) => triggers);
    const known = levels.flatMap(({ value }) => value ?? []);
    const last = known.at(-1);
    const isMoved = stops.some(({ type, doubt }) => type === 'trailing_stop' || doubt !== null);
    const written = timeOrNull(fact.row.updated_at) ?? fact.closedAt;
    if (written === null || written >= ms(window.to)) return [];
    if (stored === null || last === undefined || isMoved || known.length < levels.length) return [];
    const isNear = known.some((trigger) =>
      trigger.minus(stored).abs().lessThanOrEqualTo(trigger.times(settings.rowPriceFarPct).div(100)),
    );
    return [{ pair: { fact, stored, recorded: last }, isNear }];
  });
}
