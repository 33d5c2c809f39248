import { resultOf, valueAt } from '../shared/facts/instruments.ts';
import { bisectLeft } from 'd3-array';
import { amount, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import { allocateFunding } from '../shared/facts/allocate-funding.ts';
import { feesOf } from '../shared/facts/fees.ts';
import { limitOf, limitOn, limitsOf } from '../shared/facts/limits.ts';
import { liquidationOf } from '../shared/facts/liquidation.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { netOf } from '../shared/facts/position-money.ts';
import { decimalOrNull, groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { Input } from './input.ts';

/** Age buckets in hours, `[from, to)`; the first makes them add up to the open positions (catalogue AG1). */
export const AGES = [
  { id: '0-3h', title: 'Up to 3 hours', from: 0, to: 3 },
  { id: '3-6h', title: '3 to 6 hours', from: 3, to: 6 },
  { id: '6-12h', title: '6 to 12 hours', from: 6, to: 12 },
  { id: '12h+', title: '12 hours and more', from: 12, to: Infinity },
] as const;

type Concern = 'Old' | 'Losing' | 'Unprotected' | 'Funding drag' | 'Near liquidation';
export type JudgedPosition = ReturnType<typeof judged>;
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { shared, window, settings, bot } = input;
  const source = shared.positions;
  const positions = source.ok ? source.positions : [];
  const set = limitOf('max_age', input);
  const limit = set?.value.toNumber() ?? settings.agedH;
  const { limits, unread } = limitsOf('max_age', input);
  const limitHOf = (fact: PositionFact): number => limitOn(limits, fact)?.value.toNumber() ?? limit;
  const { protection } = shared;
  const bare = new Set(
    (protection.ok ? protection.positions : [])
      .filter(({ gaps }) => gaps?.some(({ atEnd }) => atEnd) === true)
      .map(({ fact }) => fact.id),
  );
  const held = holdingTimes(positions);
  const open = openPositions(positions, input).map((position) =>
    judged(position, limitHOf(position.fact), bare, held, input),
  );
  const seen = open.map(({ fact }) => fact.venue);
  return {
    source,
    venues: venuesOf(bot.exchanges, seen),
    open,
    /** Open rows without a usable opening time. */
    unknownAge: source.ok
      ? source.unusableRows.filter(({ status, opened_at: at }) => status === 'open' && at === null).length
      : 0,
    aged: open.filter(({ ageH, limitH }) => ageH > limitH).sort((a, b) => b.ageH - a.ageH),
    /** Closed in the window after the age that somebody set, and after the time that an exit takes. */
    closedLate:
      set === null && limits.length === 0
        ? []
        : positions.flatMap((fact): ClosedLate[] => {
            const ageH = fact.closedAt === null ? 0 : (fact.closedAt - fact.openedAt) / 3_600_000;
            const limitH = limitHOf(fact);
            return ageH > EXIT_RATIO * limitH ? [{ fact, ageH, limitH }] : [];
          }),
    /** Age from which a position is aged, hours, and who set it. */
    limitH: limit,
    limitBy: set?.by ?? ('policy' as const),
    /** Why a limit of the age could not be compared. */
    unreadLimits: unread,
    crossed: new Map(
      AGES.slice(1).map(({ from }) => [from, positions.filter((fact) => crosses(fact, from, window))]),
    ),
  };
}

/** An exit at the limit is not over at the same second. */
const EXIT_RATIO = 1.05;

export interface ClosedLate {
  readonly fact: PositionFact;
  readonly ageH: number;
  readonly limitH: number;
}

/** Reached the age inside the window while still open, whether or not it was closed later. */
function crosses({ openedAt, closedAt }: PositionFact, ageH: number, window: Input['window']): boolean {
  const at = openedAt + ageH * 3_600_000;
  return at >= ms(window.from) && at < ms(window.to) && (closedAt === null || closedAt > at);
}

function judged(
  position: OpenPosition,
  limitH: number,
  bare: ReadonlySet<string>,
  held: ReadonlyMap<string, readonly number[]>,
  { settings }: Input,
) {
  const { net, gross, fact, notional, liquidationPercent } = position;
  const times = (fact.strategy === null ? undefined : held.get(fact.strategy)) ?? [];
  const result = net.value ?? gross.value;
  const loss = result === null ? null : notional.times(settings.losingPercent).div(100).plus(result);
  const concerns: Concern[] = [];
  if (position.ageH > limitH) concerns.push('Old');
  if (loss?.isNegative() === true && !loss.isZero()) concerns.push('Losing');
  if (bare.has(fact.id)) concerns.push('Unprotected');
  if (isDrag(position, settings)) concerns.push('Funding drag');
  if (liquidationPercent !== null && liquidationPercent < settings.nearLiquidationPercent)
    concerns.push('Near liquidation');
  return {
    ...position,
    concerns,
    /** The strictest that it falls under, hours. */
    limitH,
    /** Net result, or the price's part alone where fees or funding are unknown; null without a price. */
    result,
    beforeCosts: !isKnown(net) && result !== null,
    /** Percent of the strategy's closed holding times that were shorter; null with too few (catalogue AG3). */
    agePercentile:
      times.length < Math.max(1, settings.historyMin)
        ? null
        : (100 * bisectLeft(times, position.ageH)) / times.length,
  };
}

/** Funding paid over 0.1 % of the notional, or over half of the gross result when it is more than noise (AG-02). */
export function isDrag({ funding, gross, notional }: OpenPosition, settings: Input['settings']): boolean {
  if (!isKnown(funding) || !funding.value.startsWith('-') || notional.isZero()) return false;
  const paid = notional.times(0).plus(funding.value).abs();
  const share = paid.div(notional).times(100).toNumber();
  if (share > settings.fundingPercent) return true;
  if (share < settings.fundingFloorPercent || !isKnown(gross)) return false;
  const result = paid.times(0).plus(gross.value).abs();
  return result.isZero() || paid.div(result).times(100).toNumber() > settings.fundingOfGrossPercent;
}

/** How long each strategy's closed positions were held, hours, the shortest first. */
function holdingTimes(positions: readonly PositionFact[]): ReadonlyMap<string, readonly number[]> {
  const closed = positions.flatMap(({ strategy, openedAt, closedAt }) =>
    closedAt === null || strategy === null ? [] : [{ strategy, hours: (closedAt - openedAt) / 3_600_000 }],
  );
  const byStrategy = groupBy(closed, ({ strategy }) => strategy);
  const sorted = (times: typeof closed) => times.map(({ hours }) => hours).sort((a, b) => a - b);
  return new Map([...byStrategy].map(([strategy, times]) => [strategy, sorted(times)]));
}

interface Mark {
  readonly price: Money;
  readonly at: number | null;
  readonly basis: 'price' | 'position row';
}

/** A position that was open when the window ended. */
export type OpenPosition = ReturnType<typeof openPositions>[number];

/** The open positions with their unrealised net result at the window's end. */
export function openPositions(positions: readonly PositionFact[], input: Input) {
  const { rows, shared } = input;
  const to = ms(input.window.to);
  const open = positions.filter(({ closedAt }) => closedAt === null);
  const funding = rows.funding.ok ? allocateFunding(open, rows.funding.rows) : null;
  return open.map((fact) => {
    const quantity = fact.steps.findLast(({ at }) => at < to)?.quantity ?? fact.quantity;
    const mark = markOf(fact, shared.market, to);
    const gross = grossOf(fact, quantity, mark);
    const fees =
      fact.ledger !== null
        ? feesOf(fact.ledger.fills, shared.rates)
        : storedOr(fact.row.fees, missing('missing_column', 'position.fees'));
    const unpaid: Value<string> =
      fact.contract.kind === 'spot' ? known('0') : missing('missing_entity', 'no funding in the mapping');
    const paid = funding?.get(fact.id) ?? storedOr(fact.row.funding, unpaid);
    const liquidation = fact.isWrittenLater ? null : liquidationOf(fact.row, mark?.price ?? null);
    return {
      fact,
      ageH: (to - fact.openedAt) / 3_600_000,
      quantity,
      notional: valueAt(fact.contract, quantity, fact.entryPrice),
      mark,
      /** Result of the price alone. */
      gross,
      fees,
      /** Received positive. */
      funding: paid,
      /** gross - fees + funding, so far (catalogue AG2). */
      net: netOf(gross, fees, paid),
      liquidationPercent:
        mark && liquidation
          ? liquidation.minus(mark.price).abs().div(mark.price).times(100).toNumber()
          : null,
    };
  });
}

/** The last price before the window's end, else the one that the bot keeps in its row when that is from the window. */
function markOf({ venue, symbol, row }: PositionFact, market: Market, to: number): Mark | null {
  const price = market.priceAt(venue, symbol, to);
  if (price !== null) {
    const point = market.pricesIn(venue, symbol, 0, to + 1).findLast(({ at }) => at <= to);
    return { price, at: point?.at ?? null, basis: 'price' };
  }
  const stored = positiveOrNull(row.current_price);
  const at = timeOrNull(row.current_price_at);
  const changed = at ?? timeOrNull(row.updated_at);
  return stored === null || (changed !== null && changed >= to)
    ? null
    : { price: stored, at, basis: 'position row' };
}

function grossOf(
  { side, entryPrice, contract, unsized }: PositionFact,
  quantity: Money,
  mark: Mark | null,
): Value<string> {
  if (mark === null) return missing('no_data', 'no price of the symbol at the end of the window');
  if (side === 'unknown') return missing('inadequate_basis', 'the side of the position is not known');
  if (unsized !== null) return unsized;
  return known(amount(resultOf(contract, side, quantity, entryPrice, mark.price)));
}

/** What the bot's own row says. */
function storedOr(value: string | null, none: Value<string>): Value<string> {
  const stored = decimalOrNull(value);
  return stored === null ? none : known(amount(stored));
}
