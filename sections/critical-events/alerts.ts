import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import type { AlertRow, CriticalEventRow } from '../shared/queries/monitoring.ts';
import { NEEDS_NO_ALERT } from '../shared/words/critical-types.ts';
import type { Settings } from './settings.ts';

/** Alerts of one key, each within the deduplication time of the one before. */
export interface AlertGroup {
  readonly text: string;
  readonly symbol: string | null;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly acknowledgedAt: number | null;
  readonly delivered: boolean | null;
  readonly blockedReason: string | null;
}

/** Critical alerts of the window by key (text and symbol), repeats joined (catalogue EX8). */
export function criticalAlerts(
  rows: readonly AlertRow[],
  window: Window,
  dedupS: number,
): readonly AlertGroup[] {
  const groups: AlertGroup[] = [];
  const open = new Map<string, number>();
  for (const row of inWindow(rows, window)) {
    if (row.severity !== 'CRITICAL') continue;
    const at = ms(row.at);
    const key = JSON.stringify([row.text, row.symbol]);
    const index = open.get(key);
    const group = index === undefined ? undefined : groups[index];
    if (index !== undefined && group && at - group.last <= dedupS * 1000) {
      groups[index] = { ...joined(group, row), last: at, count: group.count + 1 };
    } else {
      open.set(key, groups.length);
      groups.push({
        text: row.text ?? '',
        symbol: row.symbol,
        first: at,
        last: at,
        count: 1,
        acknowledgedAt: row.acknowledged_at === null ? null : ms(row.acknowledged_at),
        delivered: row.delivered,
        blockedReason: row.blocked_reason,
      });
    }
  }
  return groups;
}

/** One delivered or acknowledged repeat is enough: somebody was told. */
function joined(group: AlertGroup, row: AlertRow): AlertGroup {
  const acknowledged = row.acknowledged_at === null ? null : ms(row.acknowledged_at);
  const times = [group.acknowledgedAt, acknowledged].filter((time) => time !== null);
  return {
    ...group,
    acknowledgedAt: times.length === 0 ? null : Math.min(...times),
    delivered: group.delivered === true || row.delivered === true ? true : (group.delivered ?? row.delivered),
    blockedReason: group.blockedReason ?? row.blocked_reason,
  };
}

export function inWindow(rows: readonly AlertRow[], window: Window): readonly AlertRow[] {
  return rows.filter(({ at }) => ms(at) >= ms(window.from) && ms(at) < ms(window.to));
}

/** A critical event with the first alert that may belong to it. */
export interface AnsweredEvent {
  readonly event: CriticalEventRow;
  /** Null: none, or alerts cannot be read. */
  readonly alert: AlertRow | null;
  /** Whether an alert was due: false for types that need none and when alerts cannot be read. */
  readonly due: boolean;
}

/** Pairs each event with an alert in its time whose symbol, where both name one, is the same. */
export function answerEvents(
  events: readonly CriticalEventRow[],
  alerts: readonly AlertRow[] | null,
  settings: Settings,
): readonly AnsweredEvent[] {
  return events.map((event) => {
    const at = ms(event.first_at);
    // A CRITICAL alert that was not delivered is a finding of its own; any other told nobody of this event.
    const alert = alerts?.find(
      (row) =>
        (row.severity === 'CRITICAL' || row.delivered !== false) &&
        ms(row.at) >= at - settings.alertBeforeS * 1000 &&
        ms(row.at) <= at + settings.alertAfterS * 1000 &&
        (row.symbol === null || event.symbol === null || row.symbol === event.symbol),
    );
    return { event, alert: alert ?? null, due: alerts !== null && !NEEDS_NO_ALERT.includes(event.type) };
  });
}
