import { amount, money, sum, type Money } from '../../audit/decimal.ts';
import { latency, nearestRank, wilson } from '../../audit/statistics.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import { exitName } from '../shared/facts/exit-names.ts';
import { entryOrders, type EntryOrder, type EntryOrders } from '../shared/facts/entry-orders.ts';
import { limitOf } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { firstMissing, groupBy, largestFirst, timeOrNull } from '../shared/facts/row-values.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import type { Cell } from '../shared/vocabulary/lines.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { aboveLimit, concurrencyOf } from './concurrency.ts';
import type { Input } from './input.ts';
import { limitUses } from './limit-uses.ts';
import { notionalPeaks, peaksAt, type Peaks } from './notional-peaks.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, shared, bot, has } = input;
  const source = shared.positions;
  const entries = entryOrders(rows.orders, source, input);
  const orders = new Map(rows.orders.ok ? rows.orders.rows.map((order) => [order.id, order]) : []);
  /** What the order that closed the position says of the reason. */
  const reasonByOrder = ({ row }: PositionFact): string => reasonOfOrder(orders.get(row.exit_order_id ?? ''));
  const hasReason = has('position', 'exit_kind') || has('position', 'exit_reason');
  const reasonOf = hasReason ? reasonOfRow : reasonByOrder;
  const all = { positions: source.ok ? source.positions : [], entries: entries.ok ? entries.orders : [] };
  const seen = [...all.positions, ...all.entries].map(({ venue }) => venue);
  const venues = venuesOf(bot.exchanges, seen);
  const peaks = notionalPeaks(all.positions, shared.market, [null, ...venues], input.window);
  const activities = new Map<string | null, Activity>();
  /** Of one exchange, or of the whole bot with null; empty where `source` or `entries` is not ok. */
  const of = (venue: string | null): Activity => {
    const activity = activities.get(venue) ?? activityOf(all, venue, reasonOf, peaks, input);
    activities.set(venue, activity);
    return activity;
  };
  /** Of the whole bot. */
  const limits = {
    positions: limitOf('max_positions', input),
    exposure: limitOf('exposure', input),
    leverage: limitOf('leverage', input),
  };
  const total = of(null);
  const held = { positions: all.positions, venues, peaksOf: (venue: string | null) => of(venue).peaks };
  return {
    venues,
    source,
    from: source.ok ? source : ({ basis: 'no source', queries: [] } satisfies From),
    entries,
    of,
    exits: exitGroups(total.closed, reasonOf),
    abandoned: abandonedPositions(input),
    limits,
    /** Each limit of what is held, of the bot and of its parts, with the highest point of the window. */
    uses: {
      positions: limitUses('max_positions', held, input),
      size: limitUses('max_position_size', held, input),
      exposure: limitUses('exposure', held, input),
      leverage: limitUses('leverage', held, input),
      closedAge: limitUses('max_age', held, input),
    },
    above: aboveLimit(total.positions, total.concurrency, limits.positions, input),
    reasonByOrder,
  };
}

type Activity = ReturnType<typeof activityOf>;

/** What was opened, closed and held, at one exchange or by the whole bot. */
function activityOf(
  all: { readonly positions: readonly PositionFact[]; readonly entries: readonly EntryOrder[] },
  venue: string | null,
  reasonOf: (fact: PositionFact) => string,
  peaks: ReadonlyMap<string | null, Peaks>,
  { window, shared }: Input,
) {
  const here = (one: { readonly venue: string }): boolean => venue === null || one.venue === venue;
  const [positions, entries] = [all.positions.filter(here), all.entries.filter(here)];
  const closed = positions.filter(({ closedAt }) => closedAt !== null);
  /** Closings end early, so its row has no reason yet. */
  const isUnwritten = ({ row, venue: at, closedAt }: PositionFact): boolean =>
    row.status === 'open' && shared.ends.isAfter('closing', at, closedAt ?? 0);
  return {
    positions,
    opened: positions.filter(({ openedAt }) => openedAt >= ms(window.from)),
    closed,
    /** Closed, and nobody knows why. */
    unexplained: closed.filter((fact) => reasonOf(fact) === 'unknown' && !isUnwritten(fact)),
    entries,
    failed: entries.filter(({ outcome }) => outcome === 'failed'),
    concurrency: concurrencyOf(positions, window),
    peaks: peaks.get(venue) ?? peaksAt(positions, shared.market, venue, window),
    holding: holdingTimes(closed),
  };
}

/** k/n in percent with its Wilson interval below 100 samples. */
export function rateOf(k: number, n: number): Cell {
  if (n === 0) return { value: missing('no_data', 'none in the window'), n };
  return { value: known((100 * k) / n), n, interval: n < 100 ? wilson(k, n) : null };
}

/** Where the numbers of entry orders come from. */
export function entrySource(entries: EntryOrders): From {
  const basis = entries.ok ? entries.basis : 'no source';
  return { basis, queries: basis === 'orders' ? [ordersQuery.id] : [] };
}

/** An open position that nothing has evaluated for too long. */
export type Abandoned = Extract<Facts['abandoned'], { ok: true }>['found'][number];

/** Positions open at the window's end without an evaluation for longer than the limit (PM-04). */
function abandonedPositions({ shared, window, has, entities }: Input) {
  if (!shared.positions.ok) return shared.positions;
  if (!has('position', 'last_evaluated_at'))
    return { ok: false as const, ...missing('missing_column', 'position.last_evaluated_at') };
  const open = shared.positions.positions.filter(({ closedAt }) => closedAt === null);
  if (open.length > 0 && open.every(({ row }) => row.last_evaluated_at === null))
    return { ok: false as const, ...missing('no_data', 'no open position has a last evaluation') };
  // A time that cannot be is read as missing; beside one, an empty one says nothing.
  const isLost = entities.some(
    ({ entity, unusable }) =>
      entity === 'position' && unusable.some(({ column }) => column === 'last_evaluated_at'),
  );
  const judged = isLost ? open.filter(({ row }) => row.last_evaluated_at !== null) : open;
  const { protection, thresholds } = shared;
  const gapsOf = new Map(
    protection.ok ? protection.positions.map(({ fact, gaps }) => [fact.id, gaps] as const) : [],
  );
  const found = judged.flatMap((fact) => {
    // Last evaluation, or the opening when there was none; unprotected is null when the stop evidence cannot say.
    const lastAt = timeOrNull(fact.row.last_evaluated_at) ?? fact.openedAt;
    const silentMs = ms(window.to) - lastAt;
    if (silentMs <= thresholds.evaluatedMin * 60_000) return [];
    const unprotected = gapsOf.get(fact.id)?.some(({ atEnd }) => atEnd) ?? null;
    return [{ fact, lastAt, silentMs, unprotected, stop: stopAtEnd(unprotected, protection) }];
  });
  const left = new Set(found.map(({ fact }) => fact));
  // Watched are those that were evaluated in time.
  return { ok: true as const, found, watched: judged.filter((fact) => !left.has(fact)) };
}

/** Whether a stop stood at the end, and on whose word where no order shows it. */
function stopAtEnd(unprotected: boolean | null, protection: Input['shared']['protection']): string {
  if (unprotected === null) return 'unknown';
  const word = protection.ok && protection.evidence !== 'orders' ? `, by ${protection.basis}` : '';
  return `${unprotected ? 'none' : 'in place'}${word}`;
}

export const ABOVE_LIMIT = 'position-management.above-limit';

export const aboveLimitTable = table<PositionFact>({
  position: col.text('Position', ({ id }) => id),
  exchange: col.text('Exchange', ({ venue }) => venue),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  strategy: col.text('Strategy', ({ strategy }) => strategy),
  opened: col.time('Opened', ({ openedAt }) => openedAt),
  notional: col.money('Notional', ({ notional }) => notional),
});

export const abandonedTable = table<Abandoned>({
  position: col.text('Position', ({ fact }) => fact.id),
  symbol: col.text('Symbol', ({ fact }) => fact.symbol),
  strategy: col.text('Strategy', ({ fact }) => fact.strategy),
  notional: col.money('Entry notional', ({ fact }) => fact.notional),
  opened: col.time('Opened', ({ fact }) => fact.openedAt),
  last: col.time('Last evaluation', ({ fact }) => fact.row.last_evaluated_at),
  stop: col.text('Stop at the end', ({ stop }) => stop),
});

export const unexplainedTable = ({ reasonByOrder }: Facts) =>
  table<PositionFact>({
    position: col.text('Position', ({ id }) => id),
    symbol: col.text('Symbol', ({ symbol }) => symbol),
    closed: col.time('Closed', ({ openedAt, closedAt }) => closedAt ?? openedAt),
    reason: col.text('Reason in the row', ({ exitReason }) => exitReason),
    order: col.text('The exit order says', reasonByOrder),
  });

export const failedOrderTable = table<EntryOrder>({
  order: col.text('Order', ({ id }) => id),
  exchange: col.text('Exchange', ({ venue }) => venue),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  at: col.time('Sent', ({ at }) => at),
  code: col.text('Answer', ({ code }) => code),
  reason: col.text('Reason', ({ reason }) => reason),
});

export const exitTable = table<ExitGroup>({
  reason: col.text('Reason', ({ reason }) => reason),
  words: col.text('In the rows', ({ words }) => words),
  closed: col.count('Closed', ({ count }) => count),
  share: col.percent('Share (%)', ({ share }) => share),
  net: col.money('Net PnL', ({ net }) => net),
});

/** Failed entries with the same answer of the same exchange. */
export const answerTable = table<readonly EntryOrder[]>({
  exchange: col.text('Exchange', ([first]) => capitalised(first?.venue ?? '')),
  answer: col.text('Answer', ([first]) => first?.code ?? null),
  reason: col.text('Reason', ([first]) => first?.reason ?? null),
  orders: col.count('Orders', ({ length }) => length),
});

const UNKNOWN = 'unknown';

const reasonOfRow = ({ row }: PositionFact): string => exitName(row.exit_kind) ?? UNKNOWN;

/** Where the mapping has no reason, the type of the order that closed the position says it. */
function reasonOfOrder(order: OrderRow | undefined): string {
  const words = [order?.role ?? '', order?.type ?? ''];
  if (words.includes('trailing_stop')) return 'trailing';
  if (words.some((word) => word.startsWith('stop'))) return 'stop';
  return words.some((word) => word.startsWith('take_profit')) ? 'take profit' : UNKNOWN;
}

type ExitGroup = ReturnType<typeof exitGroups>[number];

/** Closes by reason, most first, with the bot's own words and the share of all closes in percent (P9). */
function exitGroups(closed: readonly PositionFact[], reasonOf: (fact: PositionFact) => string) {
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
  const plain = (word: string): string => word.replaceAll(/[\p{C}{}=,\s]+/gu, ' ').trim();
  const stored = largestFirst(groupBy(group, ({ exitReason }) => plain(exitReason ?? '').slice(0, 40)));
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
function holdingTimes(closed: readonly PositionFact[]) {
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
