import { amount, money, sum, type Money } from '../../audit/decimal.ts';
import { latency, nearestRank } from '../../audit/statistics.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { firstMissing, groupBy, largestFirst } from '../shared/facts/row-values.ts';

const UNKNOWN = 'unknown';

/** The reason of a close by its kind; `unknown` when the bot only found the position gone, or nothing reads its word. */
export function exitReason({ row: { exit_kind: kind } }: PositionFact): string {
  if (kind === null || kind === 'cleanup') return UNKNOWN;
  return kind === 'target' ? 'take profit' : kind;
}

/** Where the mapping has no reason, the type of the order that closed the position says it. */
export function reasonOfOrder(order: OrderRow | undefined): string {
  const kind = `${order?.role ?? ''} ${order?.type ?? ''}`;
  if (/trail/.test(kind)) return 'trailing';
  if (/stop/.test(kind)) return 'stop';
  return /take_profit/.test(kind) ? 'take profit' : UNKNOWN;
}

export type ExitGroup = ReturnType<typeof exitGroups>[number];

/** Closes by reason, most first, with the bot's own words and the share of all closes in percent (P9). */
export function exitGroups(closed: readonly PositionFact[], reasonOf: (fact: PositionFact) => string) {
  return largestFirst(groupBy(closed, reasonOf)).map(([reason, group]) => ({
    reason,
    words: wordsOf(group),
    count: group.length,
    share: (100 * group.length) / closed.length,
    net: netSum(group),
  }));
}

/** At most three words as they are stored, with how often each. */
const MOST_WORDS = 3;

function wordsOf(group: readonly PositionFact[]): string {
  const stored = largestFirst(
    groupBy(group, ({ exitReason: word }) =>
      (word ?? '')
        .replaceAll(/[\p{C}{}=,\s]+/gu, ' ')
        .trim()
        .slice(0, 40),
    ),
  );
  const shown = stored
    .slice(0, MOST_WORDS)
    .map(([word, facts]) => `${word === '' ? 'empty' : word} (${String(facts.length)})`);
  const rest = stored.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${String(rest)} more`] : [])].join(', ');
}

/** Sum of net PnL, or the first reason why one is missing: a sum of some would pass for all. */
function netSum(facts: readonly PositionFact[]): Value<string> {
  const nets = facts.map(({ net }) => net);
  return firstMissing(nets) ?? known(amount(sum(nets.map(({ value }) => money(value ?? 0)))));
}

/** Time from opening to close, seconds; winners and losers by net, by their median (P8). */
export function holdingTimes(closed: readonly PositionFact[]) {
  const seconds = secondsOf(closed);
  const { n, avg, p95 } = latency(seconds);
  const none = missing('no_data', 'no position closed');
  return {
    average: n === 0 ? none : avg,
    median: medianOf(seconds),
    p95: n === 0 ? none : p95,
    winners: medianWhere(closed, (net) => net.gt(0)),
    losers: medianWhere(closed, (net) => net.lt(0)),
  };
}

function medianWhere(closed: readonly PositionFact[], holds: (net: Money) => boolean): Value<number> {
  const chosen = closed.filter(({ net }) => isKnown(net) && holds(money(net.value)));
  return firstMissing(closed.map(({ net }) => net)) ?? medianOf(secondsOf(chosen));
}

function secondsOf(closed: readonly PositionFact[]): readonly number[] {
  return closed
    .map(({ openedAt, closedAt }) => ((closedAt ?? openedAt) - openedAt) / 1000)
    .sort((a, b) => a - b);
}

function medianOf(sorted: readonly number[]): Value<number> {
  const median = nearestRank(sorted, 0.5);
  return median === null ? missing('no_data', 'no such position closed') : known(median);
}
