import { amount, sum } from '../../audit/decimal.ts';
import type { FindingDraft, Severity } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import type { Facts, Input } from './facts.ts';
import { dayOf } from './day-loss.ts';
import { deepestLoss, lossUsed } from './limit-use.ts';
import type { LargeLoss } from './losses.ts';
import { partSum } from './results.ts';

/** PN-02: over 75 % of the daily loss limit MEDIUM; over 100 % HIGH, CRITICAL if the bot opened positions after it. */
export function dailyLoss(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { source, earlier, dailyLimit, closed } = facts;
  const used = lossUsed(facts);
  const deepest = deepestLoss(facts);
  if (!source.ok || !earlier.ok || !deepest || !dailyLimit) return [];
  if (!isKnown(used) || used.value <= input.settings.lossWarnPercent) return [];
  const { loss: day, by } = deepest;
  const { breachedAt } = day;
  const byEquity = by === 'equity';
  const after =
    breachedAt === null
      ? []
      : [
          ...new Map(
            [...earlier.positions, ...source.positions].map((position) => [position.id, position]),
          ).values(),
        ].filter(({ openedAt }) => openedAt > breachedAt && dayOf(openedAt) === day.day);
  const ofDay = [...earlier.results, ...closed.results].filter(({ closedAt }) => dayOf(closedAt) === day.day);
  const losers = ofDay.filter(({ net }) => net.isNegative());
  const gross = partSum(ofDay, 'gross');
  const figure = ruleFigures(out, {
    rule: 'PN-02',
    exchange: null,
    basis: source.basis,
    queries: source.queries,
    currency: input.bot.quoteCurrency,
  });
  const opened = figure(
    'opened_after_breach',
    after.length,
    'count',
    'Positions opened after the breach',
    'openings of that UTC day after the limit was first passed',
  );
  const breach =
    breachedAt === null
      ? null
      : figure(
          'breached_at',
          iso(breachedAt),
          'time',
          'Limit passed at',
          `${byEquity ? 'balance' : 'close'} with which the loss of the day first passed the limit`,
        );
  const over = used.value > 100;
  const stake = byEquity ? 'worst_day_fall' : 'worst_day_loss';
  const since = `${day.day}T00:00:00.000Z`;
  const severity: Severity = !over ? 'MEDIUM' : after.length > 0 ? 'CRITICAL' : 'HIGH';
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'limit-on-realised',
            text: ['The limit is checked on closed positions: what open ones lose is not in it.'],
            predicates: [
              { text: 'equity passed the limit', held: byEquity && over },
              {
                text: 'closed positions lost less than the limit',
                held: facts.day === null || facts.day.loss.lessThanOrEqualTo(dailyLimit.value),
              },
            ],
          },
          {
            id: 'limit-on-gross',
            text: ['The limit is checked on gross results: fees and funding are not in it.'],
            predicates: [
              { text: 'the limit was passed net', held: over && !byEquity },
              {
                text: 'the gross loss of the day is within the limit',
                held: gross === null ? null : gross.neg().lessThanOrEqualTo(dailyLimit.value),
              },
            ],
          },
          {
            id: 'limit-not-enforced',
            text: ['The limit is configured and does not stop the bot.'],
            predicates: [
              {
                text: 'positions were opened after the limit was passed',
                held: breachedAt === null ? null : after.length > 0,
              },
            ],
          },
          {
            id: 'many-losers',
            text: ['Losing positions came in a row, each within its own limit.'],
            predicates: [
              {
                text: 'no single loss is over a third of the daily limit',
                held: losers.every(({ net }) => net.abs().times(3).lessThan(dailyLimit.value)),
              },
            ],
          },
        ],
        ['A few large losses make the day.'],
      ),
      severity,
      title: text`${fig('daily_loss_used')} of the daily loss limit ${over ? 'is gone' : 'is used'}`,
      description: text`${byEquity ? 'Equity fell by' : 'Closed positions lost'} ${fig(stake)} ${byEquity ? 'from its peak' : 'at the worst moment'} of ${day.day}, the limit is ${fig('daily_loss_limit')}${over ? text`; it was passed at ${breach ?? ''}, and ${opened} positions were opened after it` : ''}.`,
      occurrences:
        losers.length > 0 && !byEquity
          ? losers.map(({ fact, closedAt }) => ({ subject: fact.symbol, at: iso(closedAt) }))
          : [{ subject: 'bot', at: day.at === null ? input.window.from : iso(day.at) }],
      frequency: byEquity ? 1 : losers.length,
      evidence: 'pnl.losers',
      atStake: stake,
      impact: {
        financial: text`${fig(stake)} at the worst moment; the window’s result is ${fig('net_pnl')}.`,
        operational: over
          ? ['The kill switch should have been on from then.']
          : ['Little is left before trading has to stop.'],
        risk: [
          byEquity
            ? 'Open positions are in this number: part of it may come back, or more may go.'
            : 'Positions that are still open are not in this number.',
        ],
      },
      detection: ['Whether an alert fired stands in the critical events timeline.'],
      recommendation: over
        ? ['Stop new entries now, and compute the limit on net results marked to market, before every entry.']
        : ['Reduce the size until the day ends, and alert at 75 % of the limit.'],
      verification: text`Under ${String(input.settings.lossWarnPercent)} % of the daily loss limit used in the next window, and no entry after a breach.`,
      see: {
        language: 'sql',
        text: byEquity
          ? `select at, exchange, account, equity\nfrom balance\nwhere at >= '${since}' and at < '${input.window.to}'\norder by at, exchange, account;`
          : `select date_trunc('hour', closed_at) as hour, count(*), sum(realized_pnl) as net\nfrom position\nwhere closed_at >= '${since}' and closed_at < '${input.window.to}'\ngroup by 1\norder by 1;`,
      },
      effort: 'low',
    },
  ];
}

/** PN-03: a single loss over the per-trade limit, over twice its plan, or over 5 % of equity; one finding an exchange. */
export function singleLosses(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  return [...groupBy(facts.largeLosses, ({ result }) => result.fact.venue)].map(([venue, list]) =>
    oneVenue(venue, list, facts, input, out),
  );
}

function oneVenue(
  venue: string,
  list: readonly LargeLoss[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { settings, bot } = input;
  const { source, tradeLimit } = facts;
  const figure = ruleFigures(out, {
    rule: 'PN-03',
    exchange: venue,
    basis: source.ok ? source.basis : 'positions',
    queries: source.ok ? source.queries : [],
    currency: bot.quoteCurrency,
  });
  const count = figure(
    'large_losses',
    list.length,
    'count',
    'Large single losses',
    'closed positions with a loss over one of the limits',
  );
  const worst = list[0];
  const largest = figure(
    'largest_loss',
    amount(worst?.loss ?? sum([])),
    'money',
    'Largest single loss',
    '-net of the position with the largest loss',
  );
  const together = figure(
    'large_losses_total',
    amount(sum(list.map(({ loss }) => loss))),
    'money',
    'Large losses together',
    'sum of these losses',
  );
  const limit = tradeLimit
    ? text`the limit of one trade is ${figure('trade_limit', amount(tradeLimit.value), 'money', 'Per-trade loss limit', tradeLimit.by)}`
    : text`${String(settings.tradeLossOfPlan)} x the planned loss and ${String(settings.tradeLossEquityPercent)} % of equity are the limits`;
  const ofPlan =
    worst?.ofPlan == null
      ? null
      : figure(
          'largest_loss_of_plan',
          worst.ofPlan,
          'ratio',
          'Largest loss against its plan',
          'loss / (|entry - first stop| x quantity)',
        );
  const critical = list.some(
    ({ ofEquityPercent }) => (ofEquityPercent ?? 0) > settings.tradeLossCriticalPercent,
  );
  const plans = list.map((loss) => loss.ofPlan);
  return {
    venue,
    cause: rootCause(
      [
        {
          id: 'position-too-large',
          text: [
            'The position was too large: its stop worked as planned and cost more than a trade may lose.',
          ],
          predicates: [
            {
              text: 'the loss is within 1.5 x of what the first stop would have cost',
              held: plans.includes(null) ? null : plans.every((ratio) => (ratio ?? 0) <= 1.5),
            },
          ],
        },
        {
          id: 'slipped',
          text: ['The exit came far beyond the first stop.'],
          predicates: [
            {
              text: 'the loss is over twice of what the first stop would have cost',
              held: plans.includes(null)
                ? null
                : plans.every((ratio) => (ratio ?? 0) > settings.tradeLossOfPlan),
            },
          ],
        },
        {
          id: 'no-stop',
          text: ['The position had no stop.'],
          predicates: [
            {
              text: 'no stop is recorded for the position',
              held:
                input.rows.stopChanges.ok && input.rows.stopChanges.rows.length > 0
                  ? plans.every((ratio) => ratio === null)
                  : null,
            },
          ],
        },
      ],
      ['What the loss was planned to be is not recorded.'],
    ),
    severity: critical ? 'CRITICAL' : 'HIGH',
    title: text`${count} single ${noun(list.length, 'loss', 'losses')} on ${capitalised(venue)} over the limit of one trade`,
    description: text`${names(list.map(({ result }) => result.fact.symbol))}: the largest is ${largest}, ${limit}${ofPlan ? text`, and it is ${ofPlan} x its plan` : ''}.`,
    occurrences: list.map(({ result }) => ({ subject: result.fact.symbol, at: iso(result.closedAt) })),
    frequency: list.length,
    evidence: 'pnl.losers',
    atStake: together.figure,
    impact: {
      financial: text`${together} lost in ${count} ${noun(list.length, 'position')}.`,
      operational: ['The check of the size before the entry did not hold.'],
      risk: ['A few such losses undo many winners, and pass the daily limit.'],
    },
    detection: ['Whether an alert fired stands in the critical events timeline.'],
    recommendation: [
      'Size every position by the distance to its stop, so that the stop costs less than the limit, and refuse the order otherwise.',
    ],
    verification: ['No closed position with a loss over the per-trade limit in the next window.'],
    see: seeRows(
      'position',
      'id, symbol, side, quantity, entry_price, exit_price, exit_reason, realized_pnl',
      'id',
      list.map(({ result }) => result.fact.id),
      'closed_at',
    ),
    effort: 'low',
  };
}
