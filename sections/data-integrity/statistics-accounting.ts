import type { Block } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import { lines, shown, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { col, table, tableBlock } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { agreement, type Compared, type Disagreement } from './accounting.ts';
import type { Facts, Input } from './facts.ts';

type Side = 'compared' | 'differ';

/** How many stored numbers have a computed one beside them, and how many of those disagree with it. */
function pair(
  name: string,
  row: string,
  note: string,
  { compared, disagreements }: Compared,
  formula: Readonly<Record<Side, string>>,
): Line<Side> {
  return {
    name: (side) => `${name}_${side}`,
    id: 'DI13',
    unit: 'count',
    title: (side) => `${row} ${side === 'compared' ? 'compared' : 'that disagree'}`,
    formula: (side) => formula[side],
    of: (side) => (side === 'compared' ? compared : disagreements.length),
    row,
    note,
  };
}

/** What the bot stores against what was computed (catalogue DI13), and what could not be compared or proves nothing. */
export function accountingStatistics({ source, accounting }: Facts, input: Input): readonly Lines[] {
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
      pair('stored_results', 'Stored results', 'realized_pnl against gross - fees + funding', realized, {
        compared: 'closed positions with a stored and a computed result',
        differ: `realized_pnl off gross - fees + funding ${off}`,
      }),
      pair(
        'stored_unrealised',
        'Stored unrealised results',
        'against side x (price - entry) x quantity',
        unrealized,
        {
          compared:
            'open rows with unrealized_pnl, current_price, entry_price and quantity, priced by the end of the window',
          differ: `unrealized_pnl off side x (current_price - entry_price) x quantity ${off}`,
        },
      ),
      {
        ...pair('fees', 'Fees', 'against the usual rate', fees, {
          compared: 'fills of an exchange and role with one usual fee rate',
          differ: `fee off value x median rate of its exchange and role ${off}`,
        }),
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
      {
        ...shown('DI13', 'count', 'stored_results_zero', 'Closed rows with a stored result of 0'),
        formula: 'closed positions whose realized_pnl is 0',
        ...(!input.has('position', 'realized_pnl') && {
          unseen: missing('missing_column', 'position.realized_pnl'),
        }),
        of: () => ({ value: { value: realized.storedZero }, n: realized.closedRows }),
      },
      {
        ...shown('DI13', 'count', 'stored_unrealised_later', 'Stored unrealised results not compared'),
        formula:
          'rows open at the end of the window that are closed now, or whose current_price_at is after it',
        of: () => unrealized.later,
        row: 'Unrealised results not compared',
        note: 'rows closed or priced after the window',
      },
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

/** Every stored number that disagrees with the computed one. */
const disagreementsOf = ({ accounting: { realized, unrealized, fees } }: Facts) =>
  [realized, unrealized, fees].flatMap(({ disagreements }) => disagreements);

export function defineDisagreements(facts: Facts, out: Output): void {
  const title = 'Stored numbers that disagree with computed ones';
  const head = { id: 'pnl.disagreements', title, queries: [positionsQuery.id, fillsQuery.id] };
  out.dataset(disagreementTable.of(head, disagreementsOf(facts)));
}

export function accountingBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
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
