import { amount, money, sum } from '../../audit/decimal.ts';
import type { FindingDraft, Severity } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { isKnown, known } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { fundingQuery, positionsQuery } from '../shared/queries/trading.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { positionTable } from './figures.ts';
import { isDrag, type Facts, type Input, type JudgedPosition } from './facts.ts';

function symbolsOf(list: readonly JudgedPosition[]): string {
  const symbols = [...new Set(list.map(({ fact }) => fact.symbol))];
  return symbols.length > 4 ? `${symbols.slice(0, 4).join(', ')} and others` : symbols.join(', ');
}

/** SQL strings of ids; they are data, so quotes are doubled, and only the first twenty are printed. */
function idList(list: readonly JudgedPosition[]): string {
  return list
    .slice(0, 20)
    .map(({ fact }) => `'${fact.id.replaceAll("'", "''")}'`)
    .join(', ');
}

/** AG-01: open at the end and older than the limit; one finding an exchange and cause. */
export function agedPosition(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  return [...groupBy(facts.aged, ({ fact }) => fact.venue)].map(([venue, list]) =>
    oneVenue(venue, list, facts, input, out),
  );
}

function oneVenue(
  venue: string,
  list: readonly JudgedPosition[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const figure = figureGroup(out, {
    basis: facts.source.ok ? facts.source.basis : 'positions',
    queries: facts.source.ok ? facts.source.queries : [],
    labels: { rule: 'AG-01', exchange: venue },
  });
  const count = figure({
    name: 'aged_count',
    value: known(list.length),
    unit: 'count',
    title: 'Aged positions',
    formula: 'open at the end and older than the limit',
  });
  const oldest = figure({
    name: 'oldest_age',
    value: known(Math.max(...list.map(({ ageH }) => ageH))),
    unit: 'h',
    title: 'Oldest age',
    formula: 'end of the window - opening',
  });
  const losing = list.filter(({ result }) => result?.startsWith('-') === true);
  const losers = figure({
    name: 'aged_losing',
    value: known(losing.length),
    unit: 'count',
    title: 'Aged and losing',
    formula: 'aged positions with a negative unrealised result',
  });
  const loss = figure({
    name: 'aged_loss',
    value: known(amount(sum(losing.map(({ result }) => money(result ?? '0'))))),
    unit: 'money',
    currency: input.bot.quoteCurrency,
    title: 'Unrealised loss of aged positions',
    formula: 'sum of the negative unrealised results',
  });
  const notional = figure({
    name: 'aged_notional_at_stake',
    value: known(amount(sum(list.map((position) => position.notional)))),
    unit: 'money',
    currency: input.bot.quoteCurrency,
    title: 'Notional of aged positions',
    formula: 'sum of entry price x open quantity',
  });
  return {
    venue,
    cause: rootCause(hypotheses(list, input), ['What kept the positions open is not recorded.']),
    severity: severityOf(list, input),
    title: text`${fig(count)} ${noun(list.length, 'position')} on ${capitalised(venue)} older than ${fig('age_limit')}`,
    description: text`${symbolsOf(list)}: the oldest is open for ${fig(oldest)}, the limit is ${fig('age_limit')}; ${fig(losers)} of ${fig(count)} ${noun(losing.length, 'loses', 'lose')}, together ${fig(loss)}.`,
    occurrences: list.map(({ fact }) => ({
      subject: fact.symbol,
      at: iso(fact.openedAt + facts.limitH * 3_600_000),
      until: input.window.to,
    })),
    frequency: list.length,
    evidence: out.dataset(
      positionTable(
        { id: `aged-positions.aged.${venueSlug(venue)}`, title: `Aged positions, ${capitalised(venue)}` },
        list,
        facts,
        input,
      ),
    ),
    atStake: notional,
    impact: {
      financial: text`${fig(notional)} are bound, and ${fig(loss)} of it is lost at the last price.`,
      operational: ['Each of them holds a slot that a new position could use.'],
      risk: ['A position that outlives its signal is carried by chance, and pays funding meanwhile.'],
    },
    detection: ['No alert is known to have fired for the age of a position.'],
    recommendation: [
      'Decide on each of these positions today, and give every strategy a longest holding time after which it exits at market.',
    ],
    verification: text`No position older than ${fig('age_limit')} at the end of the next window.`,
    see: {
      language: 'sql',
      text: `select id, symbol, side, quantity, entry_price, opened_at from position where id in (${idList(list)}) order by opened_at`,
    },
    effort: 'low',
  };
}

/** LOW; MEDIUM when one loses; HIGH when one loses for over a day or is near its liquidation (catalogue 4.7). */
function severityOf(list: readonly JudgedPosition[], { settings }: Input): Severity {
  const loses = ({ result }: JudgedPosition): boolean => result?.startsWith('-') === true;
  if (
    list.some(
      (one) => one.concerns.includes('Near liquidation') || (loses(one) && one.ageH > settings.severeAgeH),
    )
  )
    return 'HIGH';
  return list.some(loses) ? 'MEDIUM' : 'LOW';
}

function hypotheses(list: readonly JudgedPosition[], input: Input): Parameters<typeof rootCause>[0] {
  const { orders } = input.rows;
  const ids = new Set(list.map(({ fact }) => fact.id));
  const exits = orders.ok
    ? orders.rows.filter(({ position_id: id, role }) => id !== null && ids.has(id) && role === 'exit')
    : null;
  const waiting = exits?.filter(({ status }) => status === 'new' || status === 'partially_filled') ?? null;
  const evaluated = list.map(({ fact }) => timeOrNull(fact.row.last_evaluated_at));
  const dated = evaluated.filter((at) => at !== null);
  const limit = ms(input.window.to) - input.settings.evaluatedMin * 60_000;
  const known = dated.length === list.length && input.has('position', 'last_evaluated_at');
  return [
    {
      id: 'exit-unfilled',
      text: ['The exit order was placed and is not filled.'],
      predicates: [
        {
          text: 'an exit order of each position is open',
          held: waiting === null ? null : waiting.length >= list.length,
        },
      ],
    },
    {
      id: 'strategy-off',
      text: ['The strategy no longer looks at these positions.'],
      predicates: [
        {
          text: `none was evaluated in the last ${String(input.settings.evaluatedMin)} minutes`,
          held: known ? dated.every((at) => at < limit) : null,
        },
      ],
    },
    {
      id: 'exit-never-met',
      text: ['The exit signal was never met: the strategy evaluates the positions and holds them.'],
      predicates: [
        { text: 'no exit order was ever placed', held: exits === null ? null : exits.length === 0 },
        {
          text: `each was evaluated in the last ${String(input.settings.evaluatedMin)} minutes`,
          held: known ? dated.every((at) => at >= limit) : null,
        },
      ],
    },
  ];
}

/** AG-02: funding eats an open position. */
export function fundingDrag(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { settings } = input;
  const dragged = facts.open.filter((position) => isDrag(position, settings));
  return [...groupBy(dragged, ({ fact }) => fact.venue)].map(([venue, list]): FindingDraft => {
    const figure = figureGroup(out, {
      basis: 'funding payments',
      queries: [fundingQuery.id, positionsQuery.id],
      labels: { rule: 'AG-02', exchange: venue },
    });
    const payments = list.map(({ funding }) => money(isKnown(funding) ? funding.value : '0').abs());
    const notional = sum(list.map((position) => position.notional));
    const count = figure({
      name: 'funding_drag_positions',
      value: known(list.length),
      unit: 'count',
      title: 'Positions with funding drag',
      formula: 'open positions whose funding paid is over the limit',
    });
    const paid = figure({
      name: 'funding_drag_paid',
      value: known(amount(sum(payments))),
      unit: 'money',
      currency: input.bot.quoteCurrency,
      title: 'Funding paid by them',
      formula: 'sum of funding since the opening, as a cost',
    });
    const share = figure({
      name: 'funding_drag_share',
      value: known(sum(payments).div(notional).times(100).toNumber()),
      unit: 'percent',
      title: 'Funding paid of notional',
      formula: '100 x funding paid / notional',
    });
    const limit = figure({
      name: 'funding_drag_limit',
      value: known(settings.fundingPercent),
      unit: 'percent',
      title: 'Limit of funding paid',
      formula: 'policy aged-positions.fundingPercent',
    });
    const settlements = (input.rows.funding.ok ? input.rows.funding.rows : []).filter(({ position_id: id }) =>
      list.some(({ fact }) => fact.id === id),
    ).length;
    return {
      venue,
      cause: rootCause(
        [
          {
            id: 'held-over-settlements',
            text: ['The positions were held over many settlements.'],
            predicates: [
              {
                text: 'each paid at least three settlements',
                held: settlements === 0 ? null : settlements >= 3 * list.length,
              },
            ],
          },
          {
            id: 'high-rate',
            text: ['The funding rate was high.'],
            predicates: [
              {
                text: 'fewer than three settlements made the cost',
                held: settlements === 0 ? null : settlements < 3 * list.length,
              },
            ],
          },
        ],
        ['Which settlements made the cost is not recorded by position.'],
      ),
      severity: 'MEDIUM',
      title: text`Funding eats ${fig(count)} open ${noun(list.length, 'position')} on ${capitalised(venue)}`,
      description: text`${symbolsOf(list)} paid ${fig(paid)} of funding, ${fig(share)} of their notional; the limit is ${fig(limit)}.`,
      occurrences: list.map(({ fact }) => ({
        subject: fact.symbol,
        at: iso(fact.openedAt),
        until: input.window.to,
      })),
      frequency: list.length,
      evidence: out.dataset(
        positionTable(
          { id: `aged-positions.drag.${venueSlug(venue)}`, title: `Funding drag, ${capitalised(venue)}` },
          list,
          facts,
          input,
        ),
      ),
      atStake: paid,
      impact: {
        financial: text`${fig(paid)} were paid so far, and each settlement adds to it.`,
        operational: ['None.'],
        risk: ['The result of these positions depends on the rate more than on the price.'],
      },
      detection: ['No alert is known to have fired for funding.'],
      recommendation: [
        'Give the strategy a longest holding time, or refuse entries against a high funding rate.',
      ],
      verification: text`No open position with funding over ${fig(limit)} of its notional at the end of the next window.`,
      see: {
        language: 'sql',
        text: `select symbol, sum(amount) as received, count(*) from funding where position_id in (${idList(list)}) group by 1`,
      },
      effort: 'low',
    };
  });
}
