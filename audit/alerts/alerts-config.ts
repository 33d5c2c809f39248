import { ALERT_TIMES, type AlertTimes, type ContactLevel } from './alert.ts';
import type { QuietHours } from './quiet-hours.ts';
import { ALERT_THRESHOLDS, type AlertThresholds } from './thresholds.ts';

/** The key `alerts` of the configuration. */
export interface AlertsConfig {
  readonly limits: AlertThresholds;
  readonly times: AlertTimes;
  /** Null: there are none. */
  readonly quietHours: QuietHours | null;
  /** Names of groups by contact level. */
  readonly contacts: Readonly<Record<`L${ContactLevel}`, readonly string[]>>;
  /** Groups that the watchdog tells: not by the way that the reports go. */
  readonly watchdog: readonly string[];
  /** How long after its end a window's report may be missing. */
  readonly reportDueMinutes: number;
}

/** What holds where the file says nothing: those who get the reports get the alerts. */
const DEFAULTS: AlertsConfig = {
  limits: ALERT_THRESHOLDS,
  times: ALERT_TIMES,
  quietHours: null,
  contacts: { L1: ['everyone'], L2: [], L3: [] },
  watchdog: [],
  reportDueMinutes: 120,
};

export function alertsConfig({ alerts }: { readonly alerts?: AlertsConfig | undefined }): AlertsConfig {
  return alerts ?? DEFAULTS;
}

/** Groups that a notice goes to; the watchdog's, where none are named, those of the highest level that has some. */
export function noticeGroups(
  { contacts, watchdog }: AlertsConfig,
  to: ContactLevel | 'watchdog',
): readonly string[] {
  if (to !== 'watchdog') return contacts[`L${to}`];
  return [watchdog, contacts.L3, contacts.L2, contacts.L1].find((names) => names.length > 0) ?? [];
}
