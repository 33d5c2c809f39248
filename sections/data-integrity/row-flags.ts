import { iso, ms } from '../../audit/time.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';
import type { BetweenRows } from './linked-rows.ts';

/**
 * Open rows that say they have no stop, while one stood at the exchange when they were last written. Of a closed row its
 * flags say nothing: many bots reset them.
 */
export function stopFlags({ shared: { protection }, window }: Input): readonly BetweenRows[] {
  if (!protection.ok || protection.evidence !== 'orders') return [];
  return protection.positions.flatMap(({ fact, stops }): BetweenRows[] => {
    const { id, symbol, row, closedAt, isWrittenLater } = fact;
    const written = timeOrNull(row.updated_at);
    if (closedAt !== null || isWrittenLater || row.status !== 'open' || row.has_stop_loss !== false)
      return [];
    const standing = stops.find(
      ({ ackAt, endedAt, doubt, void: nothing }) =>
        ackAt !== null &&
        doubt === null &&
        nothing === null &&
        written !== null &&
        ackAt < written - GRACE_MS &&
        (endedAt ?? Infinity) >= ms(window.to),
    );
    if (standing?.ackAt == null) return [];
    return [
      {
        what: 'stop-flag',
        entity: 'position',
        id,
        symbol,
        at: standing.ackAt,
        one: 'has_stop_loss false',
        other: `stop ${standing.id} stands since ${iso(standing.ackAt)}`,
      },
    ];
  });
}
