import { ms } from '../../audit/time.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { AlertGroup } from './alerts.ts';
import type { Input } from './facts.ts';

/** What became of the critical alerts (catalogue EX8); a list, or why it cannot be known. */
export interface AlertFate {
  readonly undelivered: readonly AlertGroup[] | Missing;
  /** Not acknowledged in time. */
  readonly unacknowledged: readonly AlertGroup[] | Missing;
}

export function isList(fate: readonly AlertGroup[] | Missing): fate is readonly AlertGroup[] {
  return Array.isArray(fate);
}

export function countOf(fate: readonly AlertGroup[] | Missing): Value<number> {
  return isList(fate) ? known(fate.length) : fate;
}

export function alertFate(alerts: readonly AlertGroup[] | null, input: Input): AlertFate {
  const { rows } = input;
  if (alerts === null) {
    const absent = why(rows.alerts as Missing);
    return { undelivered: absent, unacknowledged: absent };
  }
  return { undelivered: undelivered(alerts, input), unacknowledged: unacknowledged(alerts, input) };
}

function undelivered(alerts: readonly AlertGroup[], { rows, has }: Input): AlertFate['undelivered'] {
  if (!has('alert', 'delivered') && !has('alert', 'blocked_reason'))
    return missing('missing_column', 'alert.delivered');
  const [habits] = rows.alertHabits.ok ? rows.alertHabits.rows : [];
  const recorded =
    (habits?.delivered ?? 0) + (habits?.undelivered ?? 0) > 0 ||
    alerts.some(({ delivered, blockedReason }) => delivered !== null || blockedReason !== null);
  if (alerts.length > 0 && !recorded)
    return missing('inadequate_basis', 'no alert of seven days says whether it was delivered');
  // A bot that only ever writes `true` says "not delivered" with an empty column.
  const emptyIsNo = (habits?.delivered ?? 0) > 0 && habits?.undelivered === 0;
  return alerts.filter(
    ({ delivered, blockedReason, acknowledgedAt }) =>
      delivered === false ||
      (blockedReason !== null && delivered !== true) ||
      (delivered === null && emptyIsNo && acknowledgedAt === null),
  );
}

/** Raised longer ago than the limit (or acknowledged later than it), seen from the window's end. */
function unacknowledged(
  alerts: readonly AlertGroup[],
  { rows, has, window, settings }: Input,
): AlertFate['unacknowledged'] {
  if (!has('alert', 'acknowledged_at')) return missing('missing_column', 'alert.acknowledged_at');
  const ever =
    (rows.alertHabits.ok && rows.alertHabits.rows.some((habits) => habits.acknowledged > 0)) ||
    (rows.alerts.ok && rows.alerts.rows.some((row) => row.acknowledged_at !== null));
  if (alerts.length > 0 && !ever)
    return missing(
      'inadequate_basis',
      'no alert of seven days was ever acknowledged: the bot may not record it',
    );
  return alerts.filter(
    ({ first, acknowledgedAt }) => (acknowledgedAt ?? ms(window.to)) - first > settings.acknowledgeS * 1000,
  );
}
