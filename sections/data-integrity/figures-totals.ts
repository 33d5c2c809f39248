import type { Block, Part } from '../../audit/block.ts';
import { amount } from '../../audit/decimal.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { known, type Value } from '../../audit/value.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import { metricRow } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';
import { disagreeing, type OwnTotal } from './own-totals.ts';
import { ownTotalsQuery, totalFillsQuery, totalPositionsQuery } from './queries-totals.ts';

export const TOTALS_DATASET = 'pnl.own-totals';
export const TOTALS_QUERIES = [ownTotalsQuery.id, totalPositionsQuery.id, totalFillsQuery.id];

/** The self-check against the bot's own bookkeeping: rows say this, its totals say that. */
export function totalFigures({ ownTotals }: Facts, out: Output): void {
  const list = ownTotals.ok ? ownTotals.list : [];
  const figure = figureGroup(out, { basis: 'own totals against rows', queries: TOTALS_QUERIES });
  const of = (value: number): Value => (ownTotals.ok ? known(value) : why(ownTotals));
  figure({
    name: 'own_totals_compared',
    value: of(list.filter(({ agrees }) => agrees !== null).length),
    unit: 'count',
    title: 'Own totals compared',
    formula: 'totals of a known name whose time ends in the window and whose rows can be read',
  });
  figure({
    name: 'own_totals_differ',
    value: of(disagreeing(ownTotals).length),
    unit: 'count',
    title: 'Own totals that disagree',
    formula: 'totals off their rows by more than lies within 5 s of the edges, money by 0.01 more',
  });
  figure({
    name: 'own_totals_not_compared',
    value: of(list.filter(({ agrees }) => agrees === null).length),
    unit: 'count',
    title: 'Own totals that cannot be compared',
    formula: 'totals without comparable rows; the table says why',
  });
  out.dataset({
    id: TOTALS_DATASET,
    title: 'The bot’s own totals and what its rows say',
    columns: [
      { key: 'total', title: 'Total', unit: 'text' },
      { key: 'scope', title: 'Scope', unit: 'text' },
      { key: 'from', title: 'From', unit: 'time' },
      { key: 'to', title: 'To', unit: 'time' },
      { key: 'stored', title: 'The bot says', unit: 'quantity' },
      { key: 'rows', title: 'The rows say', unit: 'quantity' },
      { key: 'difference', title: 'Difference', unit: 'quantity' },
      { key: 'basis', title: 'Compared with', unit: 'text' },
    ],
    rows: list.map(rowOf),
    queries: TOTALS_QUERIES,
  });
}

function rowOf({ name, scope, from, to, stored, counted }: OwnTotal): (string | null)[] {
  return [
    name,
    scope,
    from === null ? null : iso(from),
    to === null ? null : iso(to),
    stored && amount(stored),
    counted.ok ? amount(counted.value) : null,
    counted.ok && stored ? amount(stored.minus(counted.value)) : null,
    counted.ok ? counted.basis : formatReason(counted.reason, counted.detail),
  ];
}

export function totalsPart({ ownTotals }: Facts): Part {
  const title = 'The bot’s own totals';
  if (!ownTotals.ok) {
    const text = `The bot’s own totals are not compared with its rows: ${formatReason(ownTotals.reason, ownTotals.detail)}.`;
    return { title, blocks: [{ type: 'note', tone: 'neutral', text: [text] }] };
  }
  const counts: Block = {
    type: 'metrics',
    columns: ['Compared', 'Disagree', 'Not compared'],
    rows: [
      metricRow(
        'Own totals',
        null,
        ['own_totals_compared', 'own_totals_differ', 'own_totals_not_compared'],
        'self-check, must not disagree',
      ),
    ],
  };
  const table: Block = {
    type: 'table',
    title: 'Totals and rows',
    dataset: TOTALS_DATASET,
    limit: 10,
    empty: ['The bot wrote no total for this window.'],
  };
  return { title, blocks: [counts, table] };
}
