import type { Column, Dataset } from '../../audit/block.ts';
import { amount, sum } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import { fundingQuery, pricesQuery } from '../shared/queries/trading.ts';
import { venueFigures, type VenueSpec } from '../shared/vocabulary/venue-figures.ts';
import { AGES, type Facts, type Input, type JudgedPosition } from './facts.ts';
import { sumKnown } from './open-positions.ts';

/** Statistics by venue and total; the table finds them again by name and labels. */
export function defineFigures(facts: Facts, input: Input, out: Output): void {
  const { source, venues, open } = facts;
  const basis = source.ok ? source.basis : 'positions';
  const queries = source.ok ? source.queries : ['positions'];
  const shared = { basis, queries };
  const of = (venue: string | null): readonly JudgedPosition[] =>
    open.filter(({ fact }) => venue === null || fact.venue === venue);
  const value = (compute: () => string | number): Value => (source.ok ? known(compute()) : why(source));
  const figures = (spec: VenueSpec, compute: (venue: string | null) => Value): readonly string[] =>
    venueFigures(out, venues, { ...shared, ...spec }, (venue) => ({ value: compute(venue) }));
  const money = { unit: 'money' as const, currency: input.bot.quoteCurrency };
  out.figure({
    name: 'age_limit',
    value: known(facts.limitH),
    unit: 'h',
    id: 'AG1',
    title: 'Age limit',
    basis: facts.limitBy,
    formula: 'limits.maxAgeH, else the bot’s own limit, else policy aged-positions.agedH',
  });
  for (const { id, title, from, to } of AGES) {
    figures(
      {
        name: 'open_by_age',
        labels: { age: id },
        unit: 'count',
        id: 'AG1',
        title: `Open positions, ${title.toLowerCase()} old`,
        formula: `open at the end with age in [${String(from)}, ${to === Infinity ? 'inf' : String(to)}) h`,
      },
      (venue) => value(() => of(venue).filter(({ ageH }) => ageH >= from && ageH < to).length),
    );
  }
  figures(
    {
      name: 'open_by_age',
      labels: { age: 'unknown' },
      unit: 'count',
      id: 'AG1',
      title: 'Open positions of unknown age',
      formula: 'open rows without a usable opening time; not split by exchange',
    },
    (venue) =>
      venue === null ? value(() => facts.unknownAge) : missing('not_applicable', 'not split by exchange'),
  );
  figures(
    {
      name: 'open_at_end',
      unit: 'count',
      id: 'AG1',
      title: 'Open at the end',
      formula: 'sum of the age buckets',
    },
    (venue) => value(() => of(venue).length + (venue === null ? facts.unknownAge : 0)),
  );
  for (const [ageH, list] of facts.crossed) {
    figures(
      {
        name: 'crossed_age',
        labels: { age: `${String(ageH)}h` },
        unit: 'count',
        id: 'AG1',
        title: `Positions that became ${String(ageH)} h old in the window`,
        formula: `opened + ${String(ageH)} h lies in the window and the position was still open then`,
      },
      (venue) => value(() => list.filter((fact) => venue === null || fact.venue === venue).length),
    );
  }
  figures(
    {
      name: 'aged_positions',
      unit: 'count',
      id: 'AG1',
      title: 'Aged positions',
      formula: 'open at the end and older than the age limit',
    },
    (venue) => value(() => agedOf(facts, venue).length),
  );
  figures(
    {
      ...money,
      name: 'aged_notional',
      id: 'AG1',
      title: 'Notional of aged positions',
      formula: 'sum of entry price x open quantity',
    },
    (venue) => value(() => amount(sum(agedOf(facts, venue).map(({ notional }) => notional)))),
  );
  figures(
    {
      ...money,
      name: 'aged_result',
      id: 'AG2',
      title: 'Unrealised result of aged positions',
      queries: [...queries, pricesQuery.id],
      formula:
        'sum of side x (mark - entry) x quantity - fees + funding so far; without costs where they are unknown',
    },
    (venue) => {
      const list = agedOf(facts, venue);
      const unseen = list.filter(({ result }) => result === null).length;
      if (unseen > 0)
        return missing('no_data', `no price for ${String(unseen)} of ${String(list.length)} positions`);
      return value(() => amount(sumKnown(list.map(({ result }) => known(result ?? '0')))));
    },
  );
  figures(
    {
      ...money,
      name: 'aged_funding',
      id: 'AG4',
      title: 'Funding of aged positions since they were opened',
      queries: [...queries, fundingQuery.id],
      formula: 'sum of funding since the opening, received positive',
    },
    (venue) => {
      const gap = agedOf(facts, venue).find(({ funding }) => !isKnown(funding))?.funding;
      if (gap && !isKnown(gap)) return why(gap);
      return value(() => amount(sumKnown(agedOf(facts, venue).map(({ funding }) => funding))));
    },
  );
}

export function agedOf({ aged }: Facts, venue: string | null): readonly JudgedPosition[] {
  return aged.filter(({ fact }) => venue === null || fact.venue === venue);
}

const column = (key: string, title: string, unit: Column['unit']): Column => ({ key, title, unit });

export function defineDatasets(facts: Facts, input: Input, out: Output): void {
  out.dataset(
    positionTable({ id: 'aged-positions.open', title: 'Open positions by age' }, facts.open, facts, input),
  );
}

/** Open positions with what concerns them, the oldest first. */
export function positionTable(
  head: Pick<Dataset, 'id' | 'title'>,
  positions: readonly JudgedPosition[],
  facts: Facts,
  input: Input,
): Dataset {
  const currency = input.bot.quoteCurrency;
  const money = (key: string, title: string): Column => ({
    key,
    title: `${title} (${currency})`,
    unit: 'money',
    currency,
  });
  const to = Date.parse(input.window.to);
  return {
    ...head,
    columns: [
      column('symbol', 'Symbol', 'text'),
      column('exchange', 'Exchange', 'text'),
      column('age', 'Age (h)', 'h'),
      money('result', 'Unrealised'),
      column('status', 'Status', 'text'),
      column('concern', 'Concern', 'text'),
      money('notional', 'Notional'),
      money('funding', 'Funding'),
      column('side', 'Side', 'text'),
      column('entry', 'Entry', 'price'),
      column('mark', 'Mark', 'price'),
      column('mark_at', 'Mark time', 'time'),
      column('percentile', 'Age percentile', 'percent'),
      column('position', 'Position', 'text'),
      column('opened', 'Opened', 'time'),
    ],
    rows: [...positions]
      .sort((a, b) => b.ageH - a.ageH || (a.fact.id < b.fact.id ? -1 : 1))
      .map((position) => {
        const { fact, mark } = position;
        const stale = mark?.at != null && to - mark.at > input.settings.staleMarkS * 1000;
        return [
          fact.symbol,
          fact.venue,
          position.ageH,
          position.result,
          [
            fact.row.status ?? 'open',
            position.beforeCosts ? 'before costs' : '',
            stale ? 'old mark' : '',
            mark?.basis === 'position row' ? 'bot’s mark' : '',
          ]
            .filter((word) => word !== '')
            .join(', '),
          position.concerns.join(', '),
          amount(position.notional),
          isKnown(position.funding) ? position.funding.value : null,
          fact.side,
          amount(fact.entryPrice),
          mark ? amount(mark.price) : null,
          mark?.at == null ? null : iso(mark.at),
          position.agePercentile,
          fact.id,
          iso(fact.openedAt),
        ];
      }),
    queries: [...(facts.source.ok ? facts.source.queries : []), pricesQuery.id, fundingQuery.id],
  };
}
