import type { Hypothesis } from '../../audit/root-cause.ts';
import { code, text } from '../../audit/text.ts';
import type { Kind } from '../../audit/word-kinds.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import type { EntryOrder } from '../shared/facts/entry-orders.ts';
import { groupBy, largestFirst } from '../shared/facts/row-values.ts';
import { seePositions, seeRows } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { entrySource, failedOrderTable, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

/** Too many entry orders failed, per exchange; over all of them when no exchange has enough orders alone. */
export const entryFailures = rule<Facts, Input>()({
  id: 'PM-03',
  title: 'Entry failures',
  dimension: 'performance',
  condition: ({ entryFailureWarnPct, entryFailureMinN, entryFailureHighPct }) =>
    `more than ${String(entryFailureWarnPct)} % of at least ${String(entryFailureMinN)} entry orders failed; HIGH above ${String(entryFailureHighPct)} %, else MEDIUM`,
  effort: 'low',
  find({ venues, of }, { settings: { entryFailureMinN, entryFailureWarnPct } }) {
    const isSmall = (venue: string | null): boolean => of(venue).entries.length < entryFailureMinN;
    const fires = (venue: string | null): boolean =>
      !isSmall(venue) && failureRate(of(venue)) > entryFailureWarnPct;
    const firing = venues.every(isSmall) ? [null].filter(fires) : venues.filter(fires);
    return firing.map((venue) => ({ venue, found: of(venue).failed }));
  },
  unseen: ({ entries }) => reasonOf(entries),
  from: ({ entries }) => entrySource(entries),
  numbers: ({ found, venue, facts: { of }, policy }) => ({
    failure_rate: num.percent('Share of entry orders that failed', failureRate(of(venue)), {
      formula: '100 x failed / entry orders',
    }),
    failed: num.count('Entry orders that failed', found.length, {
      formula: 'rejected, expired, or cancelled without a fill',
    }),
    orders: num.count('Entry orders', of(venue).entries.length, 'entry orders created in the window'),
    limit: policy('entryFailureWarnPct', 'Limit of failed entry orders'),
  }),
  severity: ({ venue, facts, input }) =>
    failureRate(facts.of(venue)) > input.settings.entryFailureHighPct ? 'HIGH' : 'MEDIUM',
  causes: ({ found, input }) => [rejected(found, input.settings.dominantRejectPct)],
  otherwise: 'No reject code has enough of the failures to name a cause.',
  occurrence: ({ symbol, at }) => ({ subject: symbol, at }),
  evidence: {
    id: 'position-management.entry-failures',
    title: ({ venue }) => `Entry orders that failed${venue === null ? ', all exchanges' : ''}`,
    table: failedOrderTable,
  },
  see({ found, facts: { entries } }) {
    if (!entries.ok || entries.basis !== 'orders')
      return seePositions('exchange, symbol, status, opened_at', found, 'opened_at');
    const ids = found.map(({ id }) => id);
    const columns = 'id, exchange, symbol, status, reject_code, reject_reason, created_at';
    return seeRows('order', columns, 'id', ids, 'created_at');
  },
  words(n, { found, venue, place, input, occurrences }) {
    const where = venue === null ? 'all exchanges' : place;
    return {
      title: text`${n.failure_rate} of entry orders failed at ${where}`,
      description: text`${n.failed} of ${n.orders} entry orders at ${where} failed, which is ${n.failure_rate}; the limit is ${n.limit}.`,
      financial: 'Signals were not traded; what they would have earned or lost is not known.',
      operational: 'Retries use up the rate limit that stops and exits need.',
      risk: 'No position is open through these orders, so none is unprotected by them.',
      detection: detectionOf(input, occurrences),
      recommendation: adviceFor(mostFrequent(found)),
      verification: text`Fewer than ${n.limit} of the entry orders fail in the next window with as many orders.`,
    };
  },
});

function failureRate({ entries, failed }: ReturnType<Facts['of']>): number {
  return (100 * failed.length) / entries.length;
}

/** The failures with the most frequent answer. */
function mostFrequent(failed: readonly EntryOrder[]): readonly EntryOrder[] {
  return largestFirst(groupBy(failed, ({ code: answer }) => answer))[0]?.[1] ?? [];
}

function rejected(failed: readonly EntryOrder[], dominantPct: number): Hypothesis {
  const group = mostFrequent(failed);
  const { code: answer, reason } = group[0] ?? { code: 'unknown', reason: null };
  const slug = answer
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  const cause = hypothesis(
    `rejected-${slug === '' ? 'other' : slug}`,
    reason === null
      ? text`Most of them ended with ${code(answer)}.`
      : text`Most of them were answered with ${code(answer)}: ${reason.slice(0, 160)}`,
    [
      `the answer ${answer} has at least ${String(dominantPct)} % of the failures`,
      (100 * group.length) / failed.length >= dominantPct,
    ],
  );
  return { ...cause, direct: group.every((order) => order.reason !== null || /\d/.test(order.code)) };
}

/** What to do by the class of the answer (catalogue PM-03). */
const ADVICE: Readonly<Partial<Record<Kind<'reject_class'>, string>>> = {
  balance:
    'Reduce the order size or free margin before the next entry, and stop sending entries that cannot be paid.',
  rate: 'Back off after the first such answer and spread entries over time.',
  filter: "Round price and quantity to the venue's filters, and refresh the filters at start.",
};

function adviceFor(answered: readonly EntryOrder[]): string {
  const [kind] = answered.flatMap(({ rejectClass }) => rejectClass ?? []);
  return (
    (kind === undefined || kind === 'unknown' ? undefined : ADVICE[kind]) ??
    "Look the answer up in the venue's documentation, and block the symbols that keep failing until it is resolved."
  );
}
