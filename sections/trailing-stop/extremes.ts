import type { Money } from '../../audit/decimal.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Span } from '../shared/facts/protection.ts';
import { moveOf, positiveOrNull } from '../shared/facts/row-values.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** A position that reached the price of its activation for long enough, and whose stop never trailed. */
export interface Missed {
  readonly fact: PositionFact;
  readonly threshold: Money;
  /** First price at it or past it, and when. */
  readonly at: number;
  readonly best: Money;
}

/** Why nobody can tell, or the positions of which it can be told; the price of activation is the bot's own. */
export function missedActivations(
  { shared: { positions, market }, has, settings }: Input,
  window: Span,
): { readonly unseen: Missing | null; readonly found: readonly Missed[] } {
  const none = (unseen: Missing) => ({ unseen, found: [] });
  const unread = reasonOf(positions);
  if (unread !== null || !positions.ok) return none(unread ?? missing('no_data'));
  if (!has('position', 'trailing_activation_price'))
    return none(missing('missing_column', 'position.trailing_activation_price'));
  if (!market.hasPrices) return none(missing('no_data', 'no price in the window'));
  const graceMs = settings.activationGraceS * 1000;
  const found = positions.positions.flatMap((fact): Missed[] => {
    const { row, side, venue, symbol } = fact;
    const threshold = positiveOrNull(row.trailing_activation_price);
    if (row.has_trailing_stop !== true || row.trailing_activated !== false) return [];
    if (threshold === null || side === 'unknown') return [];
    const end = Math.min(fact.closedAt ?? Infinity, window.to);
    const prices = market.pricesIn(venue, symbol, Math.max(fact.openedAt, window.from), end);
    const first = prices.find(({ value }) => moveOf(side, threshold, value).gte(0));
    if (first === undefined || first.at + graceMs >= end) return [];
    return [
      {
        fact,
        threshold,
        at: first.at,
        best: bestOf(
          prices.map(({ value }) => value),
          side,
          first.value,
        ),
      },
    ];
  });
  return { unseen: null, found };
}

/** What a trailing stop kept of the best price that there was, percent. */
export interface Capture {
  readonly fact: PositionFact;
  readonly percent: number;
}

/** Of positions that lived in the window and were closed by a trailing stop, where prices of their life are known. */
export function captured({ shared: { positions, market } }: Input, window: Span): readonly Capture[] {
  return (positions.ok ? positions.positions : []).flatMap((fact): Capture[] => {
    const { row, side, closedAt, openedAt, exitPrice, entryPrice, venue, symbol } = fact;
    if (row.exit_kind !== 'trailing' || side === 'unknown') return [];
    if (closedAt === null || openedAt < window.from || exitPrice === null) return [];
    const prices = market.pricesIn(venue, symbol, openedAt, closedAt);
    if (prices.length === 0) return [];
    const best = bestOf(
      prices.map(({ value }) => value),
      side,
      exitPrice,
    );
    const most = moveOf(side, entryPrice, best);
    if (!most.greaterThan(0)) return [];
    return [{ fact, percent: moveOf(side, entryPrice, exitPrice).div(most).times(100).toNumber() }];
  });
}

function bestOf(prices: readonly Money[], side: 'long' | 'short', start: Money): Money {
  return prices.reduce((best, price) => (moveOf(side, best, price).greaterThan(0) ? price : best), start);
}
