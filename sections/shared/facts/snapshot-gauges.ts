import { ms } from '../../../audit/time.ts';
import type { SnapshotRow } from '../queries/trading-rows.ts';
import { noun } from '../vocabulary/words.ts';
import type { Coverage } from './snapshot-coverage.ts';

export type Counter =
  | 'new_opened'
  | 'closed'
  | 'prices_updated'
  | 'ts_activated'
  | 'sl_updates'
  | 'emergency'
  | 'errors'
  | 'ws_reconnects';
export type Gauge = 'total' | 'unprotected' | 'aged' | 'zombies';

/** The first snapshot of each occupied slot with its slot; duplicates are left out of every number. */
export interface SlotRow {
  readonly slot: number;
  readonly at: number;
  readonly row: SnapshotRow;
}

export function slotRows(rows: readonly SnapshotRow[], coverage: Coverage): readonly SlotRow[] {
  return coverage.rowOfSlot.flatMap((index, slot) => {
    const row = index === null ? undefined : rows[index];
    return row ? [{ slot, at: ms(row.at), row }] : [];
  });
}

/** Sum of a counter over the window; null when no snapshot carries it. */
export function counterSum(rows: readonly SlotRow[], counter: Counter): number | null {
  const values = rows.flatMap(({ row }) => row[counter] ?? []);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

export type AlertClass = 'CRITICAL' | 'WARNING' | 'INFO';

export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly class: AlertClass;
  /** Printed as the rule's condition. */
  readonly condition: string;
  /** The counter's value, null when the snapshot does not carry it. */
  readonly value: (row: SnapshotRow) => number | null;
  readonly fires: (value: number) => boolean;
}

/** From how many on a snapshot's number is an alert. */
interface AlertLimits {
  readonly newOpenedPerSnapshot: number;
  readonly errorsPerSnapshot: number;
  readonly agedPositions: number;
}

/** Fewer are none of these snapshots: a title without the limit would count too few. */
const moreThan = (limit: number, what: string): string => `More than ${String(limit)} ${noun(limit, what)}`;

/** The alert rules of the data contract, per snapshot. */
export function alertRules(settings: AlertLimits): readonly AlertRule[] {
  const above = (
    id: 'unprotected' | 'emergency' | 'zombies' | 'new_opened' | 'errors' | 'ws_reconnects' | 'aged',
    title: string,
    rank: AlertClass,
    limit = 0,
  ): AlertRule => ({
    id,
    title,
    class: rank,
    condition: `${id} > ${String(limit)}`,
    value: (row) => row[id],
    fires: (value) => value > limit,
  });
  return [
    above('unprotected', 'Positions without protection', 'CRITICAL'),
    above('emergency', 'Emergency closes', 'CRITICAL'),
    above(
      'new_opened',
      moreThan(settings.newOpenedPerSnapshot, 'opening'),
      'WARNING',
      settings.newOpenedPerSnapshot,
    ),
    above('errors', moreThan(settings.errorsPerSnapshot, 'error'), 'WARNING', settings.errorsPerSnapshot),
    {
      id: 'prices_updated',
      title: 'No price updates while positions are open',
      class: 'WARNING',
      condition: 'prices_updated = 0 and total > 0',
      value: (row) =>
        row.total !== null && row.total > 0 ? row.prices_updated : row.prices_updated === null ? null : 1,
      fires: (value) => value === 0,
    },
    above('ws_reconnects', 'Stream reconnects', 'WARNING'),
    above('zombies', 'Zombie orders', 'WARNING'),
    above('aged', moreThan(settings.agedPositions, 'aged position'), 'INFO', settings.agedPositions),
  ];
}

export interface Firing {
  readonly rows: readonly SlotRow[];
  /** Longest run of snapshots in adjacent slots. */
  readonly longestStreak: number;
  /** Fired in the newest snapshot, which is at most two intervals older than the window's end. */
  readonly activeAtEnd: boolean;
  readonly worst: number;
  /** When it was first so high, and when the longest run began; null where it never fired. */
  readonly worstAt: number | null;
  readonly streakFrom: number | null;
}

/** Evaluates one alert rule over the window; null when no snapshot carries its counter. */
export function firing(rule: AlertRule, rows: readonly SlotRow[], expected: number): Firing | null {
  if (!rows.some(({ row }) => rule.value(row) !== null)) return null;
  const fired = rows.filter(({ row }) => {
    const value = rule.value(row);
    return value !== null && rule.fires(value);
  });
  let [streak, longest, previous, start] = [0, 0, -2, 0];
  let streakFrom: number | null = null;
  for (const { slot, at } of fired) {
    if (slot !== previous + 1) [streak, start] = [0, at];
    streak += 1;
    if (streak > longest) [longest, streakFrom] = [streak, start];
    previous = slot;
  }
  const worst = fired.reduce((max, { row }) => Math.max(max, rule.value(row) ?? 0), 0);
  const newest = rows.at(-1);
  const last = fired.at(-1);
  return {
    rows: fired,
    longestStreak: longest,
    activeAtEnd: last !== undefined && last === newest && last.slot >= expected - 2,
    worst,
    worstAt: fired.find(({ row }) => rule.value(row) === worst)?.at ?? null,
    streakFrom,
  };
}
