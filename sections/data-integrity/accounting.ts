import type { Block } from '../../audit/block.ts';
import { money, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, missing } from '../../audit/value.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { netOf } from '../shared/facts/position-money.ts';
import { decimalOrNull, groupBy, moveOf, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import { lines, shown, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { col, table, tableBlock } from '../shared/vocabulary/table.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input, Settings } from './input.ts';

interface Disagreement {
  readonly what: 'realized_pnl' | 'unrealized_pnl' | 'fee';
  readonly id: string;
  readonly symbol: string;
  readonly venue: string;
  readonly stored: Money;
  readonly computed: Money;
}

/** Stored results against computed ones (catalogue DI13). */
export function accountingOf(positions: readonly PositionFact[], input: Input) {
  const closed = positions.filter(({ closedAt }) => closedAt !== null);
  const stored = closed.map(({ row }) => decimalOrNull(row.realized_pnl));
  const storedZero = stored.filter((value) => value?.isZero() === true).length;
  const isSeen = (fact: PositionFact): boolean => !isLater(fact, input);
  // Of rows that were closed or priced after the window nothing of the window is left to compare.
  const later = positions.filter((fact) => fact.closedAt === null && isLater(fact, input));
  const fills = rowsOf(input.rows.fills);
  return {
    realized: {
      ...compare(closed.flatMap(realizedPair), input),
      closedRows: closed.length,
      storedZero,
      isOnlyZero: storedZero > 0 && storedZero === stored.filter((value) => value !== null).length,
    },
    unrealized: {
      ...compare(positions.filter(isSeen).flatMap(unrealizedPair), input),
      later: later.flatMap(unrealizedPair).length,
    },
    fees: compare(feePairs(fills, input), input),
  };
}

/** By how much two of them may differ: `0.01 and 1 %`. */
export const agreement = ({ agreementMoney, agreementPercent }: Settings): string =>
  `${agreementMoney} and ${String(agreementPercent)} %`;

function compare(pairs: readonly Disagreement[], { settings }: Input) {
  const disagreements = pairs.filter(({ stored, computed }) => isOffBy(stored, computed, settings));
  return { compared: pairs.length, disagreements };
}

/** A stored number may differ from the computed one by a cent, and by a share of it. */
export function isOffBy(stored: Money, computed: Money, settings: Settings): boolean {
  const off = stored.minus(computed).abs();
  const share = computed.abs().times(settings.agreementPercent).div(100);
  return off.greaterThan(settings.agreementMoney) && off.greaterThan(share);
}

/** Off by half of what it is: another sign or unit, and no rounding. */
export const isFarOff = ({ stored, computed }: Readonly<Record<'stored' | 'computed', Money>>): boolean =>
  stored.minus(computed).abs().greaterThan(computed.abs().div(2));

/** So few are off that only one far off is told, and is no more than LOW. */
export const areFewOff = (off: number, compared: number, { storedOffPercent }: Settings): boolean =>
  100 * off <= storedOffPercent * compared;

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

interface Seen {
  readonly source: PositionFacts;
  readonly accounting: ReturnType<typeof accountingOf>;
}
type Side = 'compared' | 'differ';

const pair = (
  name: string,
  row: string,
  note: string,
  { compared, disagreements }: ReturnType<typeof compare>,
  [ofCompared, ofDiffering]: readonly [compared: string, differ: string],
): Line<Side> => ({
  id: 'DI13',
  unit: 'count',
  row,
  note,
  name: (side) => `${name}_${side}`,
  title: (side) => `${row} ${side === 'compared' ? 'compared' : 'that disagree'}`,
  formula: (side) => (side === 'compared' ? ofCompared : ofDiffering),
  of: (side) => (side === 'compared' ? compared : disagreements.length),
});

/** What the bot stores against what was computed (catalogue DI13), and what could not be compared or proves nothing. */
export function accountingStatistics({ source, accounting }: Seen, input: Input): readonly Lines[] {
  const { realized, unrealized, fees } = accounting;
  const off = `by more than ${agreement(input.settings)}`;
  const fromRows = {
    basis: 'position rows',
    queries: [positionsQuery.id],
    currency: input.bot.quoteCurrency,
    unseen: source.ok ? null : source,
  };
  const compared = lines<Side>({
    ...fromRows,
    columns: [
      { is: 'compared', title: 'Compared', labels: {} },
      { is: 'differ', title: 'Disagree', labels: {} },
    ],
    lines: [
      pair('stored_results', 'Stored results', 'realized_pnl against gross - fees + funding', realized, [
        'closed positions with a stored and a computed result',
        `realized_pnl off gross - fees + funding ${off}`,
      ]),
      pair(
        'stored_unrealised',
        'Stored unrealised results',
        'against side x (price - entry) x quantity',
        unrealized,
        [
          'open rows with unrealized_pnl, current_price, entry_price and quantity, priced by the end of the window',
          `unrealized_pnl off side x (current_price - entry_price) x quantity ${off}`,
        ],
      ),
      {
        ...pair('fees', 'Fees', 'against the usual rate', fees, [
          'fills of an exchange and role with one usual fee rate',
          `fee off value x median rate of its exchange and role ${off}`,
        ]),
        basis: 'fills',
        queries: [fillsQuery.id],
        unseen: reasonOf(input.rows.fills),
      },
    ],
  });
  const uncompared = lines({
    ...fromRows,
    columns: WHOLE_BOT,
    lines: [
      shown('DI13', 'count', 'stored_results_zero', 'Closed rows with a stored result of 0', {
        formula: 'closed positions whose realized_pnl is 0',
        ...(!input.has('position', 'realized_pnl') && {
          unseen: missing('missing_column', 'position.realized_pnl'),
        }),
        of: () => ({ value: { value: realized.storedZero }, n: realized.closedRows }),
      }),
      shown('DI13', 'count', 'stored_unrealised_later', 'Stored unrealised results not compared', {
        formula:
          'rows open at the end of the window that are closed now, or whose current_price_at is after it',
        of: () => unrealized.later,
        row: 'Unrealised results not compared',
        note: 'rows closed or priced after the window',
      }),
    ],
  });
  return [compared, uncompared];
}

const disagreementTable = table<Disagreement>({
  what: col.text('Column', ({ what }) => what),
  id: col.text('Row', ({ id }) => id),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  exchange: col.text('Exchange', ({ venue }) => venue),
  stored: col.money('Stored', ({ stored }) => stored),
  computed: col.money('Computed', ({ computed }) => computed),
});

const disagreementsOf = ({ accounting: { realized, unrealized, fees } }: Seen) =>
  [realized, unrealized, fees].flatMap(({ disagreements }) => disagreements);

export function defineDisagreements(facts: Seen, out: Output): void {
  const title = 'Stored numbers that disagree with computed ones';
  const head = { id: 'pnl.disagreements', title, queries: [positionsQuery.id, fillsQuery.id] };
  out.dataset(disagreementTable.of(head, disagreementsOf(facts)));
}

export function accountingBlocks(facts: Seen, input: Input, out: Output): readonly Block[] {
  const { closedRows, isOnlyZero } = facts.accounting.realized;
  const placeholder: Block = {
    type: 'note',
    tone: 'warning',
    text: text`${fig('stored_results_zero')} of ${String(closedRows)} closed rows store a result of 0; that is a placeholder and no evidence.`,
  };
  const isWrong = disagreementsOf(facts).length > 0;
  return [
    ...(isOnlyZero ? [placeholder] : []),
    ...accountingStatistics(facts, input).map((each) => each.block(out)),
    ...(isWrong ? [tableBlock('pnl.disagreements', 8, 'All stored numbers agree.', 'Disagreements')] : []),
  ];
}
