import { sum } from '../../audit/decimal.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown, known, missing } from '../../audit/value.ts';
import { fundingQuery, pricesQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { AGES, type Facts, type JudgedPosition } from './facts.ts';
import type { Input } from './input.ts';
import { sumKnown } from './open-positions.ts';

/** Figures AG1 to AG4 by exchange and in total. */
export function statistics(facts: Facts, input: Input): Lines {
  const { source, venues } = facts;
  const queries = source.ok ? source.queries : ['positions'];
  const at = <T extends { readonly fact: { readonly venue: string } }>(
    list: readonly T[],
    venue: string | null,
  ) => list.filter(({ fact }) => venue === null || fact.venue === venue);
  const aged = (venue: string | null): readonly JudgedPosition[] => at(facts.aged, venue);
  return lines({
    columns: byExchange(venues),
    basis: source.ok ? source.basis : 'positions',
    queries,
    currency: input.bot.quoteCurrency,
    unseen: source.ok ? null : missing(source.reason, source.detail),
    lines: [
      ...AGES.map(({ id, title, from, to }): Line => ({
        name: 'open_by_age',
        labels: { age: id },
        id: 'AG1',
        unit: 'count',
        title: `Open positions, ${title.toLowerCase()} old`,
        formula: `open at the end with age in [${String(from)}, ${to === Infinity ? 'inf' : String(to)}) h`,
        of: (venue) => at(facts.open, venue).filter(({ ageH }) => ageH >= from && ageH < to).length,
        row: title,
      })),
      {
        name: 'open_by_age',
        labels: { age: 'unknown' },
        id: 'AG1',
        unit: 'count',
        title: 'Open positions of unknown age',
        formula: 'open rows without a usable opening time; not split by exchange',
        of: (venue) =>
          venue === null ? facts.unknownAge : missing('not_applicable', 'not split by exchange'),
        row: 'Unknown age',
        note: 'rows without an opening time',
      },
      {
        name: 'open_at_end',
        id: 'AG1',
        unit: 'count',
        title: 'Open at the end, of unknown age too',
        formula: 'sum of the age buckets',
        of: (venue) => at(facts.open, venue).length + (venue === null ? facts.unknownAge : 0),
        row: 'Open at the end',
        note: 'sum of the above',
      },
      {
        name: 'aged_positions',
        id: 'AG1',
        unit: 'count',
        title: 'Aged positions',
        formula: 'open at the end and older than the age limit',
        of: (venue) => aged(venue).length,
        row: 'Aged',
        note: text`older than ${fig('age_limit')}, by ${facts.limitBy}`,
      },
      {
        name: 'aged_notional',
        id: 'AG1',
        unit: 'money',
        title: 'Notional of aged positions',
        formula: 'sum of entry price x open quantity',
        of: (venue) => sum(aged(venue).map(({ notional }) => notional)),
        row: 'Notional of the aged',
        note: 'at entry price',
      },
      {
        name: 'aged_result',
        id: 'AG2',
        unit: 'money',
        title: 'Unrealised result of aged positions',
        queries: [...queries, pricesQuery.id],
        formula:
          'sum of side x (mark - entry) x quantity - fees + funding so far; without costs where they are unknown',
        of: (venue) => {
          const results = aged(venue).map(({ result }) => result);
          const unseen = results.filter((result) => result === null).length;
          return unseen > 0
            ? missing('no_data', `no price for ${String(unseen)} of ${String(results.length)} positions`)
            : sumKnown(results.map((result) => known(result ?? '0')));
        },
        row: 'Unrealised result of the aged',
        note: 'last price, costs so far',
      },
      {
        name: 'aged_funding',
        id: 'AG4',
        unit: 'money',
        title: 'Funding of aged positions since they were opened',
        queries: [...queries, fundingQuery.id],
        formula: 'sum of funding since the opening, received positive',
        of: (venue) => {
          const funding = aged(venue).map((position) => position.funding);
          return funding.find((value) => !isKnown(value)) ?? sumKnown(funding);
        },
        row: 'Funding of the aged',
        note: 'since the opening',
      },
      ...[...facts.crossed].map(([ageH, list]): Line => ({
        name: 'crossed_age',
        labels: { age: `${String(ageH)}h` },
        id: 'AG1',
        unit: 'count',
        title: `Positions that became ${String(ageH)} h old in the window`,
        formula: `opened + ${String(ageH)} h lies in the window and the position was still open then`,
        of: (venue) => list.filter((fact) => venue === null || fact.venue === venue).length,
        row: `Became ${String(ageH)} hours old`,
        note: 'in the window, closed later or not',
      })),
    ],
  });
}

/** The limit that decides what is aged; known even where no position can be read. */
export function ageLimit({ limitH, limitBy }: Facts, input: Input): Lines {
  return lines({
    columns: WHOLE_BOT,
    basis: limitBy,
    queries: [],
    currency: input.bot.quoteCurrency,
    lines: [
      {
        name: 'age_limit',
        id: 'AG1',
        unit: 'h',
        title: 'Age limit',
        formula: 'limits.maxAgeH, else the bot’s own limit, else policy aged-positions.agedH',
        of: () => limitH,
      },
    ],
  });
}
