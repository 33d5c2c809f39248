import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { isUnsafe, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { notionalOf, occurrenceOf, orphanHypotheses } from './rule-orphan.ts';
import { BASIS, oldestFirst, zombieTable } from './statistics.ts';
import { REASONS, type Zombie } from './zombies.ts';

/** It is for a position that is held, and for more than that: without it the position may have no stop. */
const isOversized = ({ reason }: Zombie): boolean => reason === 'oversized';

const isUnsaid = ({ reason, order }: Zombie): boolean => reason === 'orphaned' && order.reduces === null;

/** Orders that stand without a purpose at the end and cannot open a position; what a sweep failed to cancel is ZO-03. */
export const leftOverOrders = rule<Facts, Input>()({
  id: 'ZO-02',
  title: 'Stale and left-over orders',
  dimension: 'integrity',
  condition: ({ ttlMin, farPct, manyLeftOver }) =>
    `open at the end and orphaned, duplicate, oversized, on the wrong side, older than ${String(ttlMin)} min or over ${String(farPct)} % from the price; MEDIUM over ${String(manyLeftOver)}`,
  effort: 'low',
  unseen: ({ why }) => why,
  find: ({ atEnd, failed }) => {
    const told = new Set(failed.map(({ orderId }) => orderId));
    const left = atEnd.filter(
      (one) => !isUnsafe(one) && !told.has(one.order.id) && !told.has(one.order.row.exchange_order_id ?? ''),
    );
    return groupsByVenue(left, ({ order }) => order.venue);
  },
  from: ({ queries }) => ({ basis: BASIS, queries }),
  numbers: ({ found, policy }) => ({
    left_over: num.count(
      'Left-over orders',
      found.length,
      'open at the end without a purpose, not those of ZO-01 and ZO-03',
    ),
    left_over_notional: num.money(
      'Notional if they fill',
      notionalOf(found),
      'sum of quantity x trigger or limit',
    ),
    ttl: policy('ttlMin', 'Time to live of an order that is no stop or target'),
  }),
  stake: 'left_over_notional',
  severity: ({ found, input }) =>
    found.length > input.settings.manyLeftOver || found.some(isUnsaid) ? 'MEDIUM' : 'LOW',
  causes: ({ found, input }) => {
    const stale = found.every(({ reason }) => reason === 'stale');
    const orphans = found.every(({ reason }) => reason === 'orphaned');
    return [
      ...(orphans ? orphanHypotheses(found, input) : []),
      hypothesis(
        'no-time-to-live',
        'Nothing ends an order that is not filled.',
        ['all of them are stale', stale],
        ['no order of this kind expired or was cancelled unfilled', stale ? !areEnded(input) : false],
      ),
    ];
  },
  otherwise: 'Which step should have cancelled them is not recorded.',
  occurrence: (zombie, { input }) => occurrenceOf(zombie, input),
  evidence: {
    id: 'zombie-orders.left-over',
    title: 'Left-over orders',
    table: zombieTable(),
    rows: ({ found }) => oldestFirst(found),
  },
  see: ({ found }) =>
    seeRows(
      'order',
      'id, position_id, symbol, side, type, quantity, reduce_only, status, created_at',
      'id',
      oldestFirst(found).map(({ order }) => order.id),
      'created_at',
    ),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.left_over} left-over ${noun(found.length, 'order')} on ${place}`,
    description: text`${names(found.map(({ order }) => order.symbol))}: ${reasonsOf(found)}; stops and targets of open positions are ${found.some(isOversized) ? 'some of them only where they reduce more than is held' : 'none of them'}, and any other order may stand for ${n.ttl}.${found.some(isUnsaid) ? ' Of the orphaned ones nothing says whether they are reduce-only.' : ''}`,
    financial: text`${n.left_over_notional} is bound to orders that nobody waits for.`,
    operational: 'They count towards the limit of open orders, and hide those that matter.',
    risk: found.some(isUnsaid)
      ? 'An orphan that is not reduce-only opens a position when the price reaches it.'
      : 'A late fill changes a position that its strategy has given up.',
    detection: detectionOf(input, occurrences),
    recommendation: `${adviceOf(found, place)} Send orders with a time limit, and let a sweep cancel what outlives its purpose.`,
    verification: 'No left-over order at the end of the next window.',
  }),
});

/** What is for a position that is held is made smaller, never cancelled. */
function adviceOf(found: readonly Zombie[], place: string): string {
  const symbolsOf = (some: readonly Zombie[]): string => names(some.map(({ order }) => order.symbol));
  const [large, rest] = [found.filter(isOversized), found.filter((one) => !isOversized(one))];
  return [
    ...(rest.length > 0 ? [`Cancel the orders of ${symbolsOf(rest)} on ${place}.`] : []),
    ...(large.length > 0
      ? [
          `Make the orders of ${symbolsOf(large)} on ${place} as large as what is held, and leave each standing until the smaller one does.`,
        ]
      : []),
  ].join(' ');
}

/** Whether any order that may be stale ended unfilled, so that something does end them. */
function areEnded({ rows: { orders } }: Input): boolean {
  return (
    orders.ok &&
    orders.rows.some(
      ({ type, role, status }) =>
        type === 'limit' && role !== 'take_profit' && (status === 'expired' || status === 'cancelled'),
    )
  );
}

/** `2 orphaned, 1 stale`. */
function reasonsOf(found: readonly Zombie[]): string {
  return REASONS.flatMap(({ id, title }) => {
    const n = found.filter(({ reason }) => reason === id).length;
    return n === 0 ? [] : [`${String(n)} ${title.toLowerCase()}`];
  }).join(', ');
}
