import { sum } from '../../audit/decimal.ts';
import { missing } from '../../audit/value.ts';
import { text } from '../../audit/text.ts';
import { byExchange, lines, shown, unshown, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised, noun } from '../shared/vocabulary/words.ts';
import { isCancelled, successOf, timeToCancel, type Found } from './cleanup.ts';
import { isUnsafe, mostAtOnce, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { quantityWords } from '../shared/facts/open-orders.ts';
import { REASONS, type Zombie } from './zombies.ts';

/** The bot's own rows: the exchange itself is not asked here. */
export const BASIS = 'bot-reported orders';

/** ZO1 and ZO2 by exchange and in total. */
export function statistics(facts: Facts, input: Input): Lines {
  const at = (venue: string | null, zombies: readonly Zombie[] = facts.atEnd): readonly Zombie[] =>
    zombies.filter(({ order }) => venue === null || order.venue === venue);
  const [to, from] = [Date.parse(input.window.to), Date.parse(input.window.from)];
  return lines<string | null>({
    columns: byExchange(facts.venues),
    basis: BASIS,
    queries: facts.queries,
    currency: input.bot.quoteCurrency,
    unseen: facts.why,
    lines: [
      ...REASONS.map(({ id, title, says }): Line => ({
        ...shown('ZO1', 'count', 'zombie_orders', `Open orders ${says}`),
        labels: { reason: id },
        formula: `open at the end and ${title.toLowerCase()}; an order counts for the first reason that holds`,
        of: (venue) => at(venue).filter(({ reason }) => reason === id).length,
        row: title,
        note: says,
      })),
      shown('ZO1', 'count', 'zombie_orders', 'Zombie orders at the end', {
        formula: 'sum of the reasons',
        of: (venue) => at(venue).length,
        note: 'sum of the above',
      }),
      shown('ZO1', 'count', 'zombie_orders_unsafe', 'Orphaned and not reduce-only', {
        formula: 'orphaned at the end with reduce_only false',
        of: (venue) => at(venue).filter(isUnsafe).length,
        note: 'each may open a position that nobody wants',
      }),
      shown('ZO1', 'count', 'zombie_orders_max', 'Most zombie orders at once', {
        formula: 'max over the window of the orders without a purpose',
        of: (venue) => mostAtOnce(at(venue, facts.zombies), input).count,
        when: (venue) => mostAtOnce(at(venue, facts.zombies), input).at,
      }),
      shown('ZO2', 'min', 'zombie_age_max', 'Longest time without a purpose', {
        formula:
          'max of end of the window - loss of the purpose, not before the window where that is not recorded',
        of: (venue) =>
          at(venue).length === 0
            ? missing('no_data', 'no zombie order at the end')
            : Math.max(...at(venue).map(({ since }) => (to - Math.max(since, from)) / 60_000)),
        when: (venue) =>
          at(venue).length === 0 ? null : Math.max(from, Math.min(...at(venue).map(({ since }) => since))),
        note: 'of those at the end, within the window',
      }),
      shown('ZO2', 'money', 'zombie_notional', 'Notional if they fill', {
        formula: 'sum of quantity x trigger, else limit, else last price',
        of: (venue) => {
          const values = at(venue).flatMap(({ notional }) => notional ?? []);
          const unknown = at(venue).length - values.length;
          return unknown > 0
            ? missing('inadequate_basis', `${String(unknown)} of them have no known quantity or price`)
            : sum(values);
        },
        note: 'quantity x trigger or limit',
      }),
      shown('ZO1', 'count', 'open_orders_at_end', 'Open orders at the end', {
        formula: 'orders requested before the end of the window that had not ended by then',
        of: (venue) => facts.open.filter((order) => venue === null || order.venue === venue).length,
        note: 'stops and targets of open positions among them',
      }),
      unshown(
        'ZO1',
        'count',
        'orders_of_unknown_state',
        'Orders of which nobody knows whether they are open',
        {
          formula: 'orders without an end, in an unknown state or never acknowledged; not split by exchange',
          of: (venue) =>
            venue === null ? facts.doubtful.length : missing('not_applicable', 'not split by exchange'),
        },
      ),
    ],
  });
}

/** ZO3: what the bot's own sweep found and cancelled. */
export function cleanupStatistics({ venues, cleanup }: Facts, input: Input): Lines {
  const at = (venue: string | null): readonly Found[] =>
    (cleanup.ok ? cleanup.found : []).filter((found) => venue === null || found.venue === venue);
  return lines<string | null>({
    columns: byExchange(venues),
    basis: 'bot-reported events',
    queries: ['zombie-events', 'orders'],
    currency: input.bot.quoteCurrency,
    unseen: cleanup.ok ? null : cleanup,
    lines: [
      shown('ZO3', 'count', 'zombies_found', 'Orders without a position that the bot found', {
        formula: 'distinct orders of zombie_found events, those of the last moment left out',
        of: (venue) => at(venue).length,
      }),
      shown('ZO3', 'count', 'zombies_cancelled', 'Of these cancelled', {
        formula: 'found orders with a zombie_cancelled event or a cancelled row after the first find',
        of: (venue) => at(venue).filter(isCancelled).length,
      }),
      shown('ZO3', 'percent', 'zombie_cleanup_success', 'Cleanup success', {
        formula: 'cancelled / found, with the Wilson 95 % interval',
        of: (venue) => successOf(at(venue)),
      }),
      shown('ZO3', 's', 'zombie_cancel_time', 'Median time to cancel', {
        formula: 'median of cancellation - first find',
        of: (venue) => timeToCancel(at(venue)),
      }),
    ],
  });
}

/** Zombie orders with what they are and since when. */
export function zombieTable() {
  return table<Zombie>({
    exchange: col.text('Exchange', ({ order }) => capitalised(order.venue)),
    reason: col.text('Reason', ({ reason }) => REASONS.find(({ id }) => id === reason)?.title ?? reason),
    symbol: col.text('Symbol', ({ order }) => order.symbol),
    order: col.text('Order', ({ order }) => order.id),
    type: col.text('Type', ({ order }) =>
      [order.row.type ?? 'unknown', order.row.role ?? ''].join(' ').trim(),
    ),
    quantity: col.quantity('Quantity', ({ order }) => quantityWords(order)),
    since: col.time('Zombie since', ({ since }) => since),
    notional: col.cash('Notional', ({ notional }) => notional),
    side: col.text('Side', ({ order }) =>
      order.side === 'long' ? 'buy' : order.side === 'short' ? 'sell' : null,
    ),
    reduce_only: col.text('Reduce-only', ({ order }) => reducesWords(order.reduces)),
    level: col.price('Trigger or limit', ({ order }) => order.level),
    position: col.text('Position', ({ owner }) => owner.id),
    created: col.time('Created', ({ order }) => order.from),
    until: col.time('Until', ({ until, atEnd }) => (atEnd ? null : until)),
  });
}

export function reducesWords(reduces: boolean | null): string {
  return reduces === null ? 'not recorded' : reduces ? 'yes' : 'no';
}

export function oldestFirst(zombies: readonly Zombie[]): readonly Zombie[] {
  return [...zombies].sort((a, b) => a.since - b.since || (a.order.id < b.order.id ? -1 : 1));
}

/** Why some orders are in no number; empty where there are none. */
export function doubtNote({ doubtful }: Facts) {
  return doubtful.length === 0
    ? []
    : [
        {
          type: 'note' as const,
          tone: 'warning' as const,
          text: text`${String(doubtful.length)} ${noun(doubtful.length, 'order is', 'orders are')} in no number above: ${noun(doubtful.length, 'its row does not say whether it is', 'their rows do not say whether they are')} open, as ${doubtful[0]?.id ?? ''}.`,
        },
      ];
}
