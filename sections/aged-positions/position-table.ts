import { amount } from '../../audit/decimal.ts';
import { fundingQuery, pricesQuery } from '../shared/queries/trading.ts';
import type { EvidenceSpec } from '../shared/vocabulary/rule.ts';
import { col, table, type Table } from '../shared/vocabulary/table.ts';
import type { Facts, JudgedPosition } from './facts.ts';
import type { Input } from './input.ts';

/** Open positions with what concerns them. */
export function positionTable(input: Input): Table<JudgedPosition> {
  return table<JudgedPosition>({
    symbol: col.text('Symbol', ({ fact }) => fact.symbol),
    exchange: col.text('Exchange', ({ fact }) => fact.venue),
    age: col.h('Age (h)', ({ ageH }) => ageH),
    result: col.cash('Unrealised', ({ result }) => result),
    status: col.text('Status', (position) => statusOf(position, input)),
    concern: col.text('Concern', ({ concerns }) => concerns.join(', ')),
    notional: col.cash('Notional', ({ notional }) => notional),
    funding: col.cash('Funding', ({ funding }) => funding),
    side: col.text('Side', ({ fact }) => fact.side),
    entry: col.price('Entry', ({ fact }) => fact.entryPrice),
    mark: col.price('Mark', ({ mark }) => (mark ? amount(mark.price) : null)),
    mark_at: col.time('Mark time', ({ mark }) => mark?.at ?? null),
    percentile: col.percent('Age percentile', ({ agePercentile }) => agePercentile),
    position: col.text('Position', ({ fact }) => fact.id),
    opened: col.time('Opened', ({ fact }) => fact.openedAt),
  });
}

/** The cases of a rule as such a table. */
export function positionEvidence(id: string, title: string): EvidenceSpec<Facts, Input, JudgedPosition> {
  return {
    id: `aged-positions.${id}`,
    title,
    table: ({ input }) => positionTable(input),
    rows: ({ found }) => oldestFirst(found),
    queries: positionQueries,
  };
}

export function oldestFirst(positions: readonly JudgedPosition[]): readonly JudgedPosition[] {
  return [...positions].sort((a, b) => b.ageH - a.ageH || (a.fact.id < b.fact.id ? -1 : 1));
}

export function positionQueries({ source }: Facts): readonly string[] {
  return [...(source.ok ? source.queries : []), pricesQuery.id, fundingQuery.id];
}

function statusOf({ fact, mark, beforeCosts }: JudgedPosition, { window, settings }: Input): string {
  const stale = mark?.at != null && Date.parse(window.to) - mark.at > settings.staleMarkS * 1000;
  return [
    fact.row.status ?? 'open',
    beforeCosts ? 'before costs' : '',
    stale ? 'old mark' : '',
    mark?.basis === 'position row' ? 'bot’s mark' : '',
  ]
    .filter((word) => word !== '')
    .join(', ');
}
