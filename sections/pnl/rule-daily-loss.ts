import type { Severity } from '../../audit/finding.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { partName } from '../shared/facts/limits.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { venueSlug } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { LimitUse } from './loss-limits.ts';
import { breachCauses, isOver } from './daily-loss-causes.ts';
import { lossesOf, lossTable, type Loss } from './day-losers.ts';

const stakeOf = ({ byEquity }: LimitUse): string => (byEquity ? 'worst_day_fall' : 'worst_day_loss');

/** The use of the daily loss limit, of the whole bot and of each part that has one. */
export const dailyLoss = rule<Facts, Input>()({
  id: 'PN-02',
  title: 'Loss limit',
  dimension: 'risk',
  condition: ({ lossWarnPercent }) => `over ${String(lossWarnPercent)} % of the daily loss limit`,
  effort: 'low',
  find: ({ limitUse, limitUsesOfParts }, { settings, window }) =>
    [limitUse, ...limitUsesOfParts].flatMap((use) => {
      const { used, deepest, byEquity, limit } = use;
      if (!deepest || !isKnown(used) || used.value <= settings.lossWarnPercent) return [];
      const losers: readonly Loss[] = lossesOf(use);
      const at = deepest.at === null ? window.from : iso(deepest.at);
      const worst: Loss = { subject: limit?.of ?? 'bot', at, result: null };
      const found = byEquity || losers.length === 0 ? [worst] : losers;
      return [{ venue: limit?.scope === 'exchange' ? limit.of : null, found, of: use, ...partOf(use) }];
    }),
  unseen: ({ limitUse, limitUsesOfParts }) =>
    [limitUse, ...limitUsesOfParts].map(({ used }) => used).find((used) => !isKnown(used)) ?? null,
  from: ({ from }) => from,
  numbers: ({ of: limitUse }) => ({
    ...ownNumbers(limitUse),
    opened_after_breach: num.count('Positions opened after the breach', limitUse.openedAfter, {
      formula: 'openings of that UTC day after the limit was first passed',
    }),
    breached_at:
      limitUse.deepest?.breachedAt == null
        ? null
        : num.time('Limit passed at', limitUse.deepest.breachedAt, {
            formula: `${limitUse.byEquity ? 'balance' : 'close'} with which the loss of the day first passed the limit`,
          }),
  }),
  stake: ({ of: use }) => (isPart(use) ? undefined : stakeOf(use)),
  severity: ({ of: use }) => severityOf(use),
  causes: ({ of: use }) => breachCauses(use),
  otherwise: 'A few large losses make the day.',
  occurrence: ({ subject, at }) => ({ subject, at }),
  evidence: {
    id: 'pnl.losers-of-the-day',
    title: 'Closed positions of the day that lost, the largest loss first',
    table: lossTable,
    suffix: ({ kind }) => kind ?? 'all',
    rows: ({ of: use }) =>
      lossesOf(use).sort((a, b) => a.result.net.comparedTo(b.result.net) || (a.at < b.at ? -1 : 1)),
  },
  see: ({ of: limitUse, input }) => {
    const during = (time: string): string =>
      `${time} >= '${limitUse.deepest?.day ?? ''}T00:00:00.000Z' and ${time} < '${input.window.to}'`;
    return limitUse.byEquity
      ? `select at, exchange, account, equity\nfrom balance\nwhere ${during('at')}\norder by at, exchange, account;`
      : `select date_trunc('hour', closed_at) as hour, count(*), sum(realized_pnl) as net\nfrom position\nwhere ${during('closed_at')}\ngroup by 1\norder by 1;`;
  },
  words: (n, { of: limitUse, input }) => {
    const { settings } = input;
    const { byEquity, deepest, limit } = limitUse;
    const over = isOver(limitUse);
    const part = isPart(limitUse);
    const [stake, used, most] = part
      ? [n.loss, n.used, n.limit]
      : [fig(stakeOf(limitUse)), fig('daily_loss_used'), fig('daily_loss_limit')];
    const whose = part && limit ? ` of ${partName(limit)}` : '';
    const warning = String(settings.lossWarnPercent);
    return {
      title: text`${used} of the daily loss limit${whose} ${over ? 'is gone' : 'is used'}`,
      description: text`${byEquity ? 'Equity fell by' : 'Closed positions lost'} ${stake} ${byEquity ? 'from its peak' : 'at the worst moment'} of ${deepest?.day ?? ''}, the limit${whose} is ${most}${over ? text`; it was passed at ${n.breached_at}, and ${n.opened_after_breach} positions were opened after it` : ''}.`,
      financial: text`${stake} at the worst moment; the window’s result is ${fig('net_pnl')}.`,
      operational: over
        ? 'The kill switch should have been on from then.'
        : 'Little is left before trading has to stop.',
      risk: byEquity
        ? 'Open positions are in this number: part of it may come back, or more may go.'
        : 'Positions that are still open are not in this number.',
      detection: alertsStandIn(input, 'the critical events timeline'),
      recommendation: over
        ? 'Stop new entries now, and compute the limit on net results marked to market, before every entry.'
        : `Reduce the size until the day ends, and alert at ${warning} % of the limit.`,
      verification: text`Under ${warning} % of the daily loss limit used in the next window, and no entry after a breach.`,
    };
  },
});

const isPart = ({ limit }: LimitUse): boolean => limit !== null && limit.scope !== 'bot';

/** What tells the finding of a part from that of the bot. */
function partOf(use: LimitUse) {
  const { limit } = use;
  if (!isPart(use) || limit?.of == null) return {};
  return { labels: { [limit.scope]: limit.of }, kind: venueSlug(`${limit.scope}-${limit.of}`) };
}

/** Figures of a part; those of the whole bot stand in the section. */
function ownNumbers(use: LimitUse) {
  const { limit, deepest, used } = use;
  const own = isPart(use) && limit !== null && deepest !== null;
  return {
    loss: own ? num.money('Loss of the day', deepest.loss, 'deepest loss of a UTC day of this part') : null,
    used: own ? num.percent('Limit used', used, '100 x loss of the day / limit') : null,
    limit: own ? num.money('Daily loss limit', limit.value, limit.by) : null,
  };
}

/** MEDIUM as a warning; HIGH over the limit, CRITICAL if the bot opened positions after it (catalogue 4.7). */
function severityOf(use: LimitUse): Severity {
  if (!isOver(use)) return 'MEDIUM';
  return use.openedAfter > 0 ? 'CRITICAL' : 'HIGH';
}
