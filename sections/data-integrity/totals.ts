import type { Block } from '../../audit/block.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { col, table, tableBlock } from '../shared/vocabulary/table.ts';
import type { Facts, Input } from './facts.ts';
import { disagreeing, type OwnTotal } from './own-totals.ts';
import { ownTotalsQuery, totalFillsQuery, totalPositionsQuery } from './queries-totals.ts';
import type { Settings } from './settings.ts';

export const TOTALS_DATASET = 'pnl.own-totals';
export const TOTALS_FROM = {
  basis: 'own totals against rows',
  queries: [ownTotalsQuery.id, totalPositionsQuery.id, totalFillsQuery.id],
};

/** The head of what disagrees with the rows: totals, and the results of closed rows. */
export const OWN_TOTALS = {
  id: 'DQ-04',
  title: 'Own totals disagree with rows',
  dimension: 'integrity',
  condition: ({ storedOffPercent }: Settings) =>
    `one of the bot’s own totals differs from the rows of the time that it covers, or over ${String(storedOffPercent)} % of the stored results of closed rows from the computed ones`,
} as const;

/** The self-check against the bot's own bookkeeping: rows say this, its totals say that. */
export function totalsStatistics({ ownTotals }: Facts, { bot }: Input): Lines {
  const count = { unit: 'count', row: true } as const;
  return lines({
    ...TOTALS_FROM,
    columns: WHOLE_BOT,
    currency: bot.quoteCurrency,
    unseen: reasonOf(ownTotals),
    lines: [
      {
        ...count,
        name: 'own_totals_compared',
        title: 'Own totals compared',
        formula: 'totals of a known name whose time ends in the window and whose rows can be read',
        of: () => (ownTotals.ok ? ownTotals.rows.filter(({ agrees }) => agrees !== null).length : 0),
      },
      {
        ...count,
        name: 'own_totals_differ',
        title: 'Own totals that disagree',
        formula: 'totals off their rows by more than lies within 5 s of the edges, money by 0.01 more',
        of: () => disagreeing(ownTotals).length,
        note: 'self-check, must not disagree',
      },
    ],
  });
}

const totals = table<OwnTotal>({
  total: col.text('Total', ({ name }) => name),
  scope: col.text('Scope', ({ scope }) => scope),
  from: col.time('From', ({ from }) => from),
  to: col.time('To', ({ to }) => to),
  stored: col.quantity('The bot says', ({ stored }) => stored),
  rows: col.quantity('The rows say', ({ counted }) => counted.value),
  difference: col.quantity('Difference', ({ difference }) => difference),
  basis: col.text('Compared with', ({ counted }) =>
    counted.value === null ? formatReason(counted.reason, counted.detail) : counted.basis,
  ),
});

export function defineTotals({ ownTotals }: Facts, out: Output): void {
  const { queries } = TOTALS_FROM;
  const head = { id: TOTALS_DATASET, title: 'The bot’s own totals and what its rows say', queries };
  out.dataset(totals.of(head, ownTotals.ok ? ownTotals.rows : []));
}

export function totalsBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const rows = tableBlock(TOTALS_DATASET, 10, 'The bot wrote no total for this window.', 'Totals and rows');
  return [
    totalsStatistics(facts, input).block(out, { reasons: true }),
    ...(facts.ownTotals.ok ? [rows] : []),
  ];
}
