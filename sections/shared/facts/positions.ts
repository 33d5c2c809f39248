import type { Rows } from '../../../audit/input.ts';
import { ms } from '../../../audit/time.ts';
import type { Missing } from '../../../audit/value.ts';
import { formatReason } from '../../../audit/format.ts';
import { fillsQuery, fundingQuery, positionsQuery } from '../queries/trading.ts';
import type { FillRow, FundingRow, InstrumentRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import type { Thresholds } from '../settings.ts';
import { assignFills } from './assign-fills.ts';
import { contradictedUnits, type Measured } from './contradicted-units.ts';
import type { Rates } from './fees.ts';
import { BASE_UNITS, contractsOf, isContract, resultOf, valueAt, type Contract } from './instruments.ts';
import { isReadable, ledgerOf, type Ledger } from './ledger.ts';
import type { PositionFacts, PositionInput } from './position-facts.ts';
import { positionMoney, type Unpaid } from './position-money.ts';
import { endOfRow, GRACE_MS, isOpenAndClosed, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';
import { instrumentKey, isOtherName, venueOf } from './symbols.ts';
import type { OrderClock } from './order-clocks.ts';
import { placedFills } from './placed-fills.ts';

/** A row with the fills that belong to it. */
interface Draft {
  readonly row: PositionRow;
  readonly fills: readonly FillRow[];
  readonly ledger: Ledger | null;
  readonly unit: Contract | Missing;
}

/**
 * The positions of the window, from fills where they add up, else from the bot's own rows. On the fills' rung a single
 * position whose fills are incomplete falls back to its row and says so in `openedBy` and `closedBy`.
 * PnL as catalogue 3.0: gross by average cost, fees cost positive, funding received positive, net = gross - fees + funding.
 */
export function positionFacts(
  sources: {
    positions: Rows<PositionRow>;
    fills: Rows<FillRow>;
    orders: Rows<OrderRow>;
    funding: Rows<FundingRow>;
    instruments?: Rows<InstrumentRow>;
  },
  rates: Rates,
  input: PositionInput,
  thresholds: Pick<Thresholds, 'adequateSharePct'>,
  clocks: ReadonlyMap<string, OrderClock> = new Map(),
): PositionFacts {
  const { positions: rows, fills, orders, funding, instruments } = sources;
  if (!rows.ok) return rows;
  const placed = placedFills(rows.rows, fills.ok ? fills.rows : [], orders.ok ? orders.rows : []);
  const assigned = assignFills(rows.rows, placed, orders);
  const unitOf = contractsOf(instruments, input.bot, input.window.to);
  const drafts = rows.rows.map((row): Draft => {
    const own = assigned.byPosition.get(row.id) ?? [];
    const unit = unitOf(row.exchange, row.symbol);
    return { row, fills: own, ledger: ledgerOf(row, own, isContract(unit) ? unit : BASE_UNITS), unit };
  });
  const why = fills.ok
    ? (otherTime([...clocks.values()]) ??
      inadequacy(drafts, assigned.stray.length, fills.rows.length, input, thresholds))
    : `fills: ${formatReason(fills.reason, fills.detail)}`;
  const used =
    why === null ? drafts : drafts.map(({ row, unit }): Draft => ({ row, fills: [], ledger: null, unit }));
  const failed = used.filter(({ row, ledger }) => row.status === 'failed' && ledger === null);
  // Without a fill, a row that waits for its entry holds nothing; on the bot's own word alone it is taken as open.
  const waiting =
    why === null ? used.filter(({ row, ledger }) => row.status === 'transient' && ledger === null) : [];
  const left = new Set([...failed, ...waiting]);
  const candidates = used
    .filter((draft) => !left.has(draft))
    .map((draft) => ({ draft, dated: dateOf(draft, input) }));
  const present = candidates
    .flatMap(({ dated }) => (dated === null ? [] : [dated]))
    .filter(({ fact }) => overlaps(fact, input));
  const contradicted = contradictedUnits(present.flatMap(measuredOf));
  const sized = present.map(({ fact, ...rest }) => {
    const why = contradicted.get(instrumentKey(fact.row.exchange, fact.row.symbol));
    return { ...rest, fact: why === undefined ? fact : { ...fact, unsized: why } };
  });
  const { moneyOf, feeSigns } = positionMoney(sized, funding, rates, assigned.feeSigns, input);
  const positions = sized.map((position) => ({ ...position.fact, ...moneyOf(position) }));
  const partial = positions.some(
    ({ openedBy, closedBy }) => openedBy === 'row' || (closedBy !== null && closedBy !== 'fills'),
  );
  const isInWindow = ({ at }: FillRow): boolean => (timeOrNull(at) ?? 0) >= ms(input.window.from);
  return {
    ok: true,
    positions: positions.sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)),
    rung: why === null ? 'fills' : 'bot',
    basis: why !== null ? 'bot-reported positions' : partial ? 'fills, some from position rows' : 'fills',
    why,
    queries: [
      positionsQuery.id,
      ...(why === null ? [fillsQuery.id] : []),
      ...(funding.ok ? [fundingQuery.id] : []),
    ],
    failedRows: failed.map(({ row }) => row),
    unusableRows: candidates.filter(({ dated }) => dated === null).map(({ draft }) => draft.row),
    strayFills: why === null ? assigned.stray.filter(isInWindow) : [],
    feeSigns,
    contradicted,
    surplus: why === null ? assigned.surplus.filter(({ fill }) => isInWindow(fill)) : [],
  };
}

/** Why the fills do not say when anything happened; null where they do. */
export function otherTime(clocks: readonly OrderClock[]): string | null {
  const off = clocks.find(({ of }) => of === 'fills');
  if (off === undefined) return null;
  const minutes = (Math.abs(off.laterMs) / 60_000).toFixed(0);
  return `the fills at ${off.venue} lie ${minutes} min ${off.laterMs < 0 ? 'after' : 'before'} their orders and positions`;
}

/** Why fills cannot speak for this window, or null when they can. */
function inadequacy(
  drafts: readonly Draft[],
  stray: number,
  fills: number,
  input: PositionInput,
  { adequateSharePct }: Pick<Thresholds, 'adequateSharePct'>,
): string | null {
  const awaited = drafts.filter(({ row }) => row.status !== 'failed' && row.status !== 'transient');
  if (fills === 0) return awaited.length === 0 ? null : 'no fills in the window';
  const isShort = (part: number, whole: number): boolean => part * 100 < whole * adequateSharePct;
  const expected = awaited.filter(({ fills: own }) => own.every(isReadable));
  if (isShort(expected.length, awaited.length))
    return `${String(awaited.length - expected.length)} of ${String(awaited.length)} positions have fills whose time, side, price or quantity is not read`;
  const entered = expected.filter(({ ledger }) => ledger !== null);
  const closed = entered.filter(({ row }) => {
    const end = endOfRow(row);
    return end !== null && end.at >= ms(input.window.from) && end.at < ms(input.window.to);
  });
  const left = closed.filter(({ ledger }) => ledger?.flatAt !== null);
  if (closed.length > 0 && left.length === 0)
    return `fills hold entries but no exits: none of ${String(closed.length)} closed positions with an entry fill has an exit fill`;
  if (isShort(entered.length, expected.length)) {
    return `only ${String(entered.length)} of ${String(expected.length)} positions have entry fills`;
  }
  if (isShort(left.length, closed.length)) {
    return `only ${String(left.length)} of ${String(closed.length)} closes have exit fills`;
  }
  if (isShort(fills - stray, fills))
    return `${String(stray)} of ${String(fills)} fills belong to no position`;
  return null;
}

/** A position of a derivative, with what its quantity gives. */
function measuredOf({ fact, fills }: Unpaid): readonly Measured[] {
  const { contract, unsized, closedAt, side, exitPrice, quantity, entryPrice, ledger, row } = fact;
  if (contract.kind === 'spot' || unsized !== null) return [];
  const about = { row, fills, worth: fact.notional, size: contract.isAssumed ? null : contract.size };
  if (closedAt === null) return [{ ...about, gross: null }];
  if (ledger !== null && ledger.flatAt !== null) return [{ ...about, gross: ledger.gross }];
  if (side === 'unknown' || exitPrice === null) return [{ ...about, gross: null }];
  const worth = fact.notional.plus(valueAt(contract, quantity, exitPrice));
  return [{ ...about, worth, gross: resultOf(contract, side, quantity, entryPrice, exitPrice) }];
}

/** When and how much, from the fills or else the row; null when neither says it. */
function dateOf({ row, fills, ledger, unit }: Draft, input: PositionInput): Unpaid | null {
  const openedAt = ledger?.openedAt ?? timeOrNull(row.opened_at);
  const quantity = ledger?.peakQuantity ?? positiveOrNull(row.quantity);
  const entryPrice = ledger?.entryPrice ?? positiveOrNull(row.entry_price);
  if (openedAt === null || quantity === null || entryPrice === null || row.symbol === null) return null;
  const end = endOfRow(row);
  const flatAt = ledger?.flatAt ?? null;
  // A row that closes just before the end has its exit fill just after it: the next window has the fill, and counts it.
  const lastEnd = ms(input.window.to) - (ledger !== null && flatAt === null ? GRACE_MS : 0);
  // What says that it is open is never taken for flat, whatever time it has beside that.
  const isOver = end !== null && end.at < lastEnd && (flatAt !== null || !isOpenAndClosed(row));
  const rowEnd = isOver ? end : null;
  const contract = isContract(unit) ? unit : BASE_UNITS;
  return {
    fact: {
      id: row.id,
      symbol: row.symbol,
      otherNames: otherNamesOf(row.symbol, fills),
      otherVenues: [...new Set(fills.flatMap(({ saidExchange }) => saidExchange ?? []))],
      venue: venueOf(row.exchange),
      strategy: row.strategy,
      side: ledger?.side ?? sideOf(row.side),
      quantity,
      entryPrice,
      openedAt,
      closedAt: flatAt ?? rowEnd?.at ?? null,
      exitPrice: flatAt !== null ? (ledger?.exitPrice ?? null) : positiveOrNull(row.exit_price),
      exitReason: row.exit_reason,
      notional: valueAt(contract, quantity, entryPrice),
      contract,
      unsized: isContract(unit) ? null : unit,
      steps: ledger?.steps ?? [{ at: openedAt, quantity }],
      openedBy: ledger === null ? 'row' : 'fills',
      closedBy: flatAt !== null ? 'fills' : (rowEnd?.by ?? null),
      ledger,
      unreadFills: fills.filter((fill) => !isReadable(fill)),
      row,
      isWrittenLater: isWrittenLater(row, input),
    },
    fills,
  };
}

/** A write after the moment of reading is read as missing; it was no earlier one. */
function isWrittenLater({ updated_at: updated }: PositionRow, { window, entities }: PositionInput): boolean {
  const written = timeOrNull(updated);
  if (written !== null) return written >= ms(window.to);
  const position = entities.find(({ entity }) => entity === 'position');
  return position?.ahead?.some(({ column }) => column === 'updated_at') === true;
}

function overlaps(fact: { openedAt: number; closedAt: number | null }, input: PositionInput): boolean {
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  return fact.openedAt < to && (fact.closedAt === null || fact.closedAt >= from);
}

function otherNamesOf(symbol: string, fills: readonly FillRow[]): readonly string[] {
  return [...new Set(fills.flatMap((fill) => (isOtherName(fill.symbol, symbol) ? (fill.symbol ?? []) : [])))];
}
