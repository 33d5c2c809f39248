import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Reason } from '../../audit/value.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import type { AlertRow } from '../shared/queries/monitoring.ts';
import type { Input } from './input.ts';

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

/** Critical alerts by key (text and symbol), repeats joined (catalogue EX8). */
export function criticalAlerts(rows: readonly AlertRow[], dedupS: number): readonly AlertGroup[] {
  const groups: AlertGroup[] = [];
  const newest = new Map<string, number>();
  for (const row of rows.filter(({ severity }) => severity === 'CRITICAL')) {
    const key = JSON.stringify([row.text, row.symbol]);
    const index = newest.get(key) ?? groups.length;
    const before = groups[index];
    const isRepeat = before !== undefined && ms(row.at) - before.last <= dedupS * 1000;
    const place = isRepeat ? index : groups.length;
    groups[place] = joined(isRepeat ? before : null, row);
    newest.set(key, place);
  }
  return groups;
}

/** One delivered or acknowledged repeat is enough: somebody was told. */
function joined(before: AlertGroup | null, row: AlertRow): AlertGroup {
  const times = [before?.acknowledgedAt, timeOrNull(row.acknowledged_at)].filter((time) => time != null);
  return {
    text: row.text ?? '',
    symbol: row.symbol,
    first: before?.first ?? ms(row.at),
    last: ms(row.at),
    count: (before?.count ?? 0) + 1,
    acknowledgedAt: times.length === 0 ? null : Math.min(...times),
    delivered: before?.delivered === true || row.delivered === true || (before?.delivered ?? row.delivered),
    blockedReason: before?.blockedReason ?? row.blocked_reason,
  };
}

/** Critical alerts that reached nobody (catalogue EX8), or why that cannot be known. */
export function undelivered(alerts: readonly AlertGroup[], { rows, has }: Input): Rows<AlertGroup> {
  if (!rows.alerts.ok) return rows.alerts;
  if (!has('alert', 'delivered') && !has('alert', 'blocked_reason'))
    return unseen('missing_column', 'alert.delivered');
  const [habits] = rows.alertHabits.ok ? rows.alertHabits.rows : [];
  const recorded =
    (habits?.delivered ?? 0) + (habits?.undelivered ?? 0) > 0 ||
    alerts.some(({ delivered, blockedReason }) => delivered !== null || blockedReason !== null);
  if (alerts.length > 0 && !recorded)
    return unseen('inadequate_basis', 'no alert of seven days says whether it was delivered');
  // A bot that only ever writes `true` says "not delivered" with an empty column.
  const emptyIsNo = (habits?.delivered ?? 0) > 0 && habits?.undelivered === 0;
  return {
    ok: true,
    rows: alerts.filter(
      ({ delivered, blockedReason, acknowledgedAt }) =>
        delivered === false ||
        (blockedReason !== null && delivered !== true) ||
        (delivered === null && emptyIsNo && acknowledgedAt === null),
    ),
  };
}

/** Raised longer ago than the limit (or acknowledged later than it), seen from the window's end. */
export function unacknowledged(
  alerts: readonly AlertGroup[],
  { rows, has, window, settings }: Input,
): Rows<AlertGroup> {
  if (!rows.alerts.ok) return rows.alerts;
  if (!has('alert', 'acknowledged_at')) return unseen('missing_column', 'alert.acknowledged_at');
  const ever =
    (rows.alertHabits.ok && rows.alertHabits.rows.some((habits) => habits.acknowledged > 0)) ||
    rows.alerts.rows.some((row) => row.acknowledged_at !== null);
  if (alerts.length > 0 && !ever)
    return unseen(
      'inadequate_basis',
      'no alert of seven days was ever acknowledged: the bot may not record it',
    );
  return {
    ok: true,
    rows: alerts.filter(
      ({ first, acknowledgedAt }) => (acknowledgedAt ?? ms(window.to)) - first > settings.acknowledgeS * 1000,
    ),
  };
}

function unseen(reason: Reason, detail: string): Rows<AlertGroup> {
  return { ok: false, ...missing(reason, detail) };
}
