import { median } from '../../audit/statistics.ts';
import { ms, spanMs } from '../../audit/time.ts';
import { isKnown, known } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { judgedStates } from '../shared/facts/states.ts';
import type { ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { criticalAlerts, unacknowledged, undelivered } from './alerts.ts';
import { activeBlockers } from './blockers.ts';
import { answerEvents, unreadEvents } from './events.ts';
import { forcedCloses } from './forced.ts';
import type { Input, Settings } from './input.ts';

export type ErrorSignature = Omit<ErrorSignatureRow, 'bucket'>;

/** What cannot be read is empty; the input's rows say why. */
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, window, settings } = input;
  const critical = rows.critical.ok ? rows.critical.rows : [];
  const states = judgedStates(rows.states);
  const unread = unreadEvents(critical, input);
  const alertRows = (rows.alerts.ok ? rows.alerts.rows : []).filter(
    ({ at }) => ms(at) >= ms(window.from) && ms(at) < ms(window.to),
  );
  const alerts = criticalAlerts(alertRows, settings.alertDedupS);
  const errors = errorsOf(input);
  const earlier = input.history
    .map(({ figures }) => figures['errors_logged'])
    .filter((value) => typeof value === 'number');
  return {
    events: answerEvents(critical, rows.alerts, settings),
    /** Types of CRITICAL events whose meaning nobody says, most frequent first. */
    unreadEvents: unread,
    /** Alerts above INFO. */
    alertRows,
    alerts,
    undelivered: undelivered(alerts, input),
    /** Not acknowledged in time. */
    unacknowledged: unacknowledged(alerts, input),
    errors,
    errorsPerHour: isKnown(errors) ? known(errors.value / (spanMs(window) / 3_600_000)) : errors,
    signatures: rows.signatures.ok ? joined(rows.signatures.rows) : [],
    /** Errors of the earlier windows whose reports know them. */
    earlier,
    history: earlier.length < settings.historyWindows ? null : historyOf(earlier, settings),
    forced: forcedCloses(input),
    states,
    blockers: activeBlockers(states, unread, input),
    /** Switches that are on at the end and stop less than all trading, or only for a time (catalogue HC4). */
    holds: states.filter(({ says }) => says === 'holds' || says === 'cools'),
    /** Neither the mapping nor a spelling reads their name or value. */
    unreadStates: states.filter(({ says }) => says === 'unread'),
  };
}

/** The buckets of one signature joined; the most frequent first. */
function joined(rows: readonly ErrorSignatureRow[]): readonly ErrorSignature[] {
  const keyOf = ({ exchange, type, signature }: ErrorSignature) =>
    JSON.stringify([exchange, type, signature]);
  return [...groupBy(rows, keyOf).values()]
    .flatMap((group) => {
      const [first] = [...group].sort((a, b) => ms(a.first_at) - ms(b.first_at));
      const [last] = [...group].sort((a, b) => ms(b.last_at) - ms(a.last_at));
      return first && last ? [{ ...first, events: eventsIn(group), last_at: last.last_at }] : [];
    })
    .sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
}

/** Median, median absolute deviation, and the most that is usual; null without any window. */
function historyOf(earlier: readonly number[], { madFactor }: Settings) {
  const middle = median(earlier);
  if (middle === null) return null;
  const mad = median(earlier.map((errors) => Math.abs(errors - middle))) ?? 0;
  // A MAD of 0 (equal windows) would make one error more an anomaly: the spread of a Poisson count is the floor.
  return { median: middle, mad, most: middle + madFactor * Math.max(mad, Math.sqrt(middle), 1) };
}
