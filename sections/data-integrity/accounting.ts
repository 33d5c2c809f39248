import { money, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { netOf } from '../shared/facts/position-money.ts';
import { decimalOrNull, groupBy, moveOf, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';
import type { Settings } from './settings.ts';

/** A number that the bot stores beside the one computed here. */
export interface Disagreement {
  readonly what: 'realized_pnl' | 'unrealized_pnl' | 'fee';
  readonly id: string;
  readonly symbol: string;
  readonly venue: string;
  readonly stored: Money;
  readonly computed: Money;
}

export interface Compared {
  readonly compared: number;
  readonly disagreements: readonly Disagreement[];
}

/** Stored results against computed ones (catalogue DI13). */
export function accountingOf(positions: readonly PositionFact[], input: Input) {
  const closed = positions.filter(({ closedAt }) => closedAt !== null);
  const stored = closed.map(({ row }) => decimalOrNull(row.realized_pnl));
  const storedZero = stored.filter((value) => value?.isZero() === true).length;
  const isSeen = (fact: PositionFact): boolean => !isLater(fact, input);
  // Of rows that were closed or priced after the window nothing of the window is left to compare.
  const later = positions.filter((fact) => fact.closedAt === null && isLater(fact, input));
  const fills = input.rows.fills.ok ? input.rows.fills.rows : [];
  return {
    realized: {
      ...compare(closed.flatMap(realizedPair), input),
      closedRows: closed.length,
      storedZero,
      isOnlyZero: storedZero > 0 && storedZero === closed.length,
    },
    unrealized: {
      ...compare(positions.filter(isSeen).flatMap(unrealizedPair), input),
      later: later.flatMap(unrealizedPair).length,
    },
    fees: compare(feePairs(fills, input), input),
  };
}

/** By how much two of them may differ: `0.01 and 1 %`. */
export function agreement({ agreementMoney, agreementPercent }: Settings): string {
  return `${agreementMoney} and ${String(agreementPercent)} %`;
}

function compare(pairs: readonly Disagreement[], { settings }: Input): Compared {
  const disagreements = pairs.filter(({ stored, computed }) => {
    const off = stored.minus(computed).abs();
    const share = computed.abs().times(settings.agreementPercent).div(100);
    return off.greaterThan(settings.agreementMoney) && off.greaterThan(share);
  });
  return { compared: pairs.length, disagreements };
}

/** Only where gross, fees and funding were computed without the stored result itself. */
function realizedPair(fact: PositionFact): readonly Disagreement[] {
  const { id, symbol, venue, row, gross, fees, funding } = fact;
  const stored = decimalOrNull(row.realized_pnl);
  const net = netOf(gross, fees, funding);
  if (stored === null || !isKnown(net)) return [];
  return [{ what: 'realized_pnl', id, symbol, venue, stored, computed: money(net.value) }];
}

/** A row is read as it stands now: closed it has nothing unrealised, and a later price is not one of the window. */
function isLater({ row }: PositionFact, { window }: Input): boolean {
  const priced = timeOrNull(row.current_price_at);
  return row.status === 'closed' || row.closed_at !== null || (priced !== null && priced > ms(window.to));
}

/** side x (price - entry) x quantity from the row's own columns: they should at least agree with each other. */
function unrealizedPair({ id, symbol, venue, side, row }: PositionFact): readonly Disagreement[] {
  const stored = decimalOrNull(row.unrealized_pnl);
  const [price, entry, quantity] = [row.current_price, row.entry_price, row.quantity].map(positiveOrNull);
  if (stored === null || !price || !entry || !quantity || side === 'unknown') return [];
  const computed = moveOf(side, entry, price).times(quantity);
  return [{ what: 'unrealized_pnl', id, symbol, venue, stored, computed }];
}

/** Each fee against the usual rate of its exchange and role: a fee 100 times too large stands out, a tier does not. */
function feePairs(fills: readonly FillRow[], { bot, settings }: Input): readonly Disagreement[] {
  const quote = bot.quoteCurrency;
  const rated = fills.flatMap((fill) => {
    const fee = decimalOrNull(fill.fee);
    const [price, quantity] = [fill.price, fill.quantity].map(positiveOrNull);
    const isQuote = (fill.fee_currency ?? quote).toUpperCase() === quote.toUpperCase();
    if (!fee || !price || !quantity || !isQuote) return [];
    const value = price.times(quantity);
    return [{ fill, fee, value, rate: fee.div(value) }];
  });
  const byRole = groupBy(rated, ({ fill }) => `${venueOf(fill.exchange)} ${String(fill.is_maker)}`);
  return [...byRole.values()].flatMap((group) => {
    if (group.length < settings.feeMinFills) return [];
    const rates = group.map(({ rate }) => rate).sort((a, b) => a.comparedTo(b));
    const [q1, usual, q3] = [0.25, 0.5, 0.75].map((p) => rates[Math.floor(p * (rates.length - 1))]);
    if (!q1 || !usual || !q3) return [];
    // Without one usual rate (tiers change, or discounts by symbol) there is nothing to compare a fee with.
    if (q3.minus(q1).greaterThan(usual.abs().times(settings.feeSpreadPercent).div(100))) return [];
    return group.map(({ fill, fee, value }): Disagreement => ({
      what: 'fee',
      id: fill.id,
      symbol: fill.symbol ?? '',
      venue: venueOf(fill.exchange),
      stored: fee,
      computed: value.times(usual),
    }));
  });
}
