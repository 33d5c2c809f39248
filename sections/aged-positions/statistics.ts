import { amount, money, sum } from '../../audit/decimal.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { firstMissing } from '../shared/facts/row-values.ts';
import { fundingQuery, pricesQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, WHOLE_BOT, type Line } from '../shared/vocabulary/lines.ts';
import type { EvidenceSpec } from '../shared/vocabulary/rule.ts';
import { col, table, type Table } from '../shared/vocabulary/table.ts';
import { AGES, type Facts, type JudgedPosition } from './facts.ts';
import type { Input } from './input.ts';

/** Figures AG1 to AG4 by exchange and in total. */
export function statistics(facts: Facts, input: Input) {
  const { source, venues } = facts;
  const queries = source.ok ? source.queries : ['positions'];
  const at = (list: readonly JudgedPosition[], venue: string | null): readonly JudgedPosition[] =>
    list.filter(({ fact }) => venue === null || fact.venue === venue);
  const aged = (venue: string | null): readonly JudgedPosition[] => at(facts.aged, venue);
  return lines<string | null>({
    columns: byExchange(venues),
    basis: source.ok ? source.basis : 'positions',
    queries,
    currency: input.bot.quoteCurrency,
    unseen: source.ok ? null : source,
    lines: [
      ...AGES.map(({ id, title, from, to }): Line => ({
        ...shown('AG1', 'count', 'open_by_age', `Open positions, ${title.toLowerCase()} old`),
        labels: { age: id },
        formula: `open at the end with age in [${String(from)}, ${to === Infinity ? 'inf' : String(to)}) h`,
        of: (venue) => at(facts.open, venue).filter(({ ageH }) => ageH >= from && ageH < to).length,
        row: title,
      })),
      shown('AG1', 'count', 'open_by_age', 'Open positions of unknown age', {
        labels: { age: 'unknown' },
        formula: 'open rows without a usable opening time; not split by exchange',
        of: (venue) =>
          venue === null ? facts.unknownAge : missing('not_applicable', 'not split by exchange'),
        row: 'Unknown age',
        note: 'rows without an opening time',
      }),
      shown('AG1', 'count', 'open_at_end', 'Open at the end, of unknown age too', {
        formula: 'sum of the age buckets',
        of: (venue) => at(facts.open, venue).length + (venue === null ? facts.unknownAge : 0),
        row: 'Open at the end',
        note: 'sum of the above',
      }),
      shown('AG1', 'count', 'aged_positions', 'Aged positions', {
        formula: 'open at the end and older than the age limit',
        of: (venue) => aged(venue).length,
        row: 'Aged',
        note: text`older than ${fig('age_limit')}, by ${facts.limitBy}`,
      }),
      shown('AG1', 'money', 'aged_notional', 'Notional of aged positions', {
        formula: 'sum of entry price x open quantity',
        of: (venue) => sum(aged(venue).map(({ notional }) => notional)),
        row: 'Notional of the aged',
        note: 'at entry price',
      }),
      shown('AG2', 'money', 'aged_result', 'Unrealised result of aged positions', {
        queries: [...queries, pricesQuery.id],
        formula:
          'sum of side x (mark - entry) x quantity - fees + funding so far; without costs where they are unknown',
        of: (venue) => {
          const results = aged(venue).map(({ result }) => result);
          const unseen = results.filter((result) => result === null).length;
          return unseen > 0
            ? missing('no_data', `no price for ${String(unseen)} of ${String(results.length)} positions`)
            : sum(results.map((result) => money(result ?? 0)));
        },
        row: 'Unrealised result of the aged',
        note: 'last price, costs so far',
      }),
      shown('AG4', 'money', 'aged_funding', 'Funding of aged positions since they were opened', {
        queries: [...queries, fundingQuery.id],
        formula: 'sum of funding since the opening, received positive',
        of: (venue) => {
          const funding = aged(venue).map((position) => position.funding);
          return firstMissing(funding) ?? sum(funding.map(({ value }) => money(value ?? 0)));
        },
        row: 'Funding of the aged',
        note: 'since the opening',
      }),
      ...[...facts.crossed].map(([ageH, list]): Line => ({
        ...shown('AG1', 'count', 'crossed_age', `Positions that became ${String(ageH)} h old in the window`),
        labels: { age: `${String(ageH)}h` },
        formula: `opened + ${String(ageH)} h lies in the window and the position was still open then`,
        of: (venue) => list.filter((fact) => venue === null || fact.venue === venue).length,
        row: `Became ${String(ageH)} hours old`,
        note: 'in the window, closed later or not',
      })),
    ],
  });
}

/** The limit that decides what is aged; known even where no position can be read. */
export function ageLimit({ limitH, limitBy }: Facts, input: Input) {
  return lines({
    columns: WHOLE_BOT,
    basis: limitBy,
    queries: [],
    currency: input.bot.quoteCurrency,
    lines: [
      unshown('AG1', 'h', 'age_limit', 'Age limit', {
        formula: 'limits.maxAgeH, else the bot’s own limit, else policy aged-positions.agedH',
        of: () => limitH,
      }),
    ],
  });
}

/** Open positions with what concerns them. */
export function positionTable(input: Input): Table<JudgedPosition> {
  return table<JudgedPosition>({
    symbol: col.text('Symbol', ({ fact }) => fact.symbol),
    exchange: col.text('Exchange', ({ fact }) => fact.venue),
    age: col.h('Age (h)', ({ ageH }) => ageH),
    result: col.cash('Unrealised', ({ result }) => result),
    status: col.text('Status', (position) => statusOf(position, input)),
    concern: col.text('Concern', ({ concerns }) => concerns.join(', ')),
    notional: col.cash('Entry notional', ({ notional }) => notional),
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
