import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { code, text, type Text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { EntryOrder } from '../shared/facts/entry-orders.ts';
import type { Facts, Input } from './facts.ts';

/** PM-03: too many entry orders failed, per exchange; over all of them when no exchange has enough orders alone. */
export function entryFailures(
  { entries, venues }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  if (!entries.ok) return [];
  const { entryFailureMinN, entryFailureWarnPct } = input.settings;
  const fires = (orders: readonly EntryOrder[]): boolean =>
    orders.length >= entryFailureMinN &&
    (100 * failedOf(orders).length) / orders.length > entryFailureWarnPct;
  const drafts = venues.flatMap((venue) => {
    const own = entries.orders.filter((order) => order.venue === venue);
    return fires(own) ? [draftOf(venue, own, entries.basis, input, out)] : [];
  });
  const small = venues.every(
    (venue) => entries.orders.filter((order) => order.venue === venue).length < entryFailureMinN,
  );
  return drafts.length === 0 && small && fires(entries.orders)
    ? [draftOf(null, entries.orders, entries.basis, input, out)]
    : drafts;
}

function failedOf(orders: readonly EntryOrder[]): readonly EntryOrder[] {
  return orders.filter(({ outcome }) => outcome === 'failed');
}

function draftOf(
  venue: string | null,
  orders: readonly EntryOrder[],
  basis: string,
  input: Input,
  out: Output,
): FindingDraft {
  const { settings, bot } = input;
  const queries = basis === 'orders' ? [ordersQuery.id] : [];
  const figure = ruleFigures(out, {
    rule: 'PM-03',
    exchange: venue,
    basis,
    queries,
    currency: bot.quoteCurrency,
  });
  const failed = failedOf(orders);
  const rate = (100 * failed.length) / orders.length;
  const share = figure(
    'failure_rate',
    rate,
    'percent',
    'Share of entry orders that failed',
    '100 x failed / entry orders',
  );
  const k = figure(
    'failed',
    failed.length,
    'count',
    'Entry orders that failed',
    'rejected, expired, or cancelled without a fill',
  );
  const n = figure('orders', orders.length, 'count', 'Entry orders', 'entry orders created in the window');
  const limit = figure(
    'limit',
    settings.entryFailureWarnPct,
    'percent',
    'Limit of failed entry orders',
    'policy position-management.entryFailureWarnPct',
  );
  const place = venue === null ? 'all exchanges' : capitalised(venue);
  const evidence = out.dataset({
    id: `position-management.entry-failures${venue === null ? '' : `.${venueSlug(venue)}`}`,
    title: `Entry orders that failed, ${place}`,
    columns: [
      { key: 'order', title: 'Order', unit: 'text' },
      { key: 'exchange', title: 'Exchange', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'at', title: 'Sent', unit: 'time' },
      { key: 'code', title: 'Answer', unit: 'text' },
      { key: 'reason', title: 'Reason', unit: 'text' },
    ],
    rows: failed.map((order) => [
      order.id,
      order.venue,
      order.symbol,
      iso(order.at),
      order.code,
      order.reason,
    ]),
    queries,
  });
  const occurrences = failed.map(({ symbol, at }) => ({ subject: symbol, at: iso(at) }));
  const [top] = [...groupBy(failed, (order) => order.code)].sort(
    ([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1),
  );
  return {
    venue: venue === 'unknown' ? null : venue,
    severity: rate > settings.entryFailureHighPct ? 'HIGH' : 'MEDIUM',
    cause: rootCause(
      hypotheses(top?.[0] ?? 'unknown', top?.[1] ?? [], failed.length, settings.dominantRejectPct),
      text`No reject code has enough of the failures to name a cause.`,
    ),
    title: text`${share} of entry orders failed at ${place}`,
    description: text`${k} of ${n} entry orders at ${place} failed, which is ${share}; the limit is ${limit}.`,
    occurrences,
    evidence,
    impact: {
      financial: text`Signals were not traded; what they would have earned or lost is not known.`,
      operational: text`Retries use up the rate limit that stops and exits need.`,
      risk: text`No position is open through these orders, so none is unprotected by them.`,
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: adviceFor(top?.[0] ?? '', top?.[1][0]?.reason ?? null),
    verification: text`Fewer than ${limit} of the entry orders fail in the next window with as many orders.`,
    see:
      basis === 'orders'
        ? seeRows(
            'order',
            'id, exchange, symbol, status, reject_code, reject_reason, created_at',
            'id',
            failed.map(({ id }) => id),
            'created_at',
          )
        : seeRows(
            'position',
            'id, exchange, symbol, status, opened_at',
            'id',
            failed.map(({ id }) => id),
            'opened_at',
          ),
    effort: 'low',
  };
}

function hypotheses(
  top: string,
  group: readonly EntryOrder[],
  failed: number,
  dominantPct: number,
): readonly Hypothesis[] {
  const dominant = (100 * group.length) / failed >= dominantPct;
  const reason = group[0]?.reason ?? null;
  const answered = group.every(({ reason: own, code: answer }) => own !== null || /\d/.test(answer));
  const slug = top
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return [
    {
      id: `rejected-${slug === '' ? 'other' : slug}`,
      text:
        reason === null
          ? text`Most of them ended with ${code(top)}.`
          : text`Most of them were answered with ${code(top)}: ${reason.slice(0, 160)}`,
      predicates: [
        { text: `the answer ${top} has at least ${String(dominantPct)} % of the failures`, held: dominant },
      ],
      direct: answered,
    },
  ];
}

/** What to do follows from the venue's own words where they are known (catalogue PM-03). */
function adviceFor(answer: string, reason: string | null): Text {
  const words = `${answer} ${reason ?? ''}`;
  if (/margin|balance|insufficient|-2019|110007|110004/i.test(words)) {
    return text`Reduce the order size or free margin before the next entry, and stop sending entries that cannot be paid.`;
  }
  if (/rate|too many|-1003|10006|429/i.test(words)) {
    return text`Back off after the first such answer and spread entries over time.`;
  }
  if (/precision|tick|step|lot|notional|filter|-1111|-1013|-4164|110017/i.test(words)) {
    return text`Round price and quantity to the venue's filters, and refresh the filters at start.`;
  }
  return text`Look the answer up in the venue's documentation, and block the symbols that keep failing until it is resolved.`;
}
