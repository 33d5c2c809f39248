import { median } from '../../audit/statistics.ts';
import type { Rows } from '../../audit/section.ts';
import { ms, spanMs } from '../../audit/time.ts';
import { isKnown, known, type Value } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { judgedStates, type JudgedState } from '../shared/facts/states.ts';
import type { AlertRow, ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { criticalAlerts, inWindow, unacknowledged, undelivered, type AlertGroup } from './alerts.ts';
import { activeBlockers, type Blockers } from './blockers.ts';
import { answerEvents, unreadEvents, type AnsweredEvent, type EventWord } from './events.ts';
import { forcedCloses, type ForcedClose } from './forced.ts';
import type { Input } from './input.ts';
import type { Settings } from './settings.ts';

export type ErrorSignature = Omit<ErrorSignatureRow, 'bucket'>;

/** What earlier windows say of errors. */
export interface ErrorHistory {
  readonly median: number;
  /** Median absolute deviation. */
  readonly mad: number;
  /** More errors than this are unusual. */
  readonly most: number;
}

/** What cannot be read is empty; the input's rows say why. */
export interface Facts {
  readonly events: readonly AnsweredEvent[];
  /** Types of CRITICAL events whose meaning nobody says, most frequent first. */
  readonly unreadEvents: readonly EventWord[];
  /** Alerts above INFO. */
  readonly alertRows: readonly AlertRow[];
  readonly alerts: readonly AlertGroup[];
  readonly undelivered: Rows<AlertGroup>;
  /** Not acknowledged in time. */
  readonly unacknowledged: Rows<AlertGroup>;
  readonly errors: Value<number>;
  readonly errorsPerHour: Value<number>;
  readonly signatures: readonly ErrorSignature[];
  /** Errors of the earlier windows whose reports know them. */
  readonly earlier: readonly number[];
  readonly history: ErrorHistory | null;
  readonly forced: readonly ForcedClose[];
  readonly states: readonly JudgedState[];
  readonly blockers: Blockers | null;
  /** Switches that are on at the end and stop less than all trading, or only for a time (catalogue HC4). */
  readonly holds: readonly JudgedState[];
  /** Neither the mapping nor a spelling reads their name or value. */
  readonly unreadStates: readonly JudgedState[];
}

export function factsOf(input: Input): Facts {
  const { rows, window, settings } = input;
  const critical = rows.critical.ok ? rows.critical.rows : [];
  const states = judgedStates(rows.states);
  const unread = unreadEvents(critical, input);
  const alertRows = inWindow(rows.alerts.ok ? rows.alerts.rows : [], window);
  const alerts = criticalAlerts(alertRows, settings.alertDedupS);
  const errors = errorsOf(input);
  const earlier = input.history
    .map(({ figures }) => figures['errors_logged'])
    .filter((value) => typeof value === 'number');
  return {
    events: answerEvents(critical, rows.alerts, settings),
    unreadEvents: unread,
    alertRows,
    alerts,
    undelivered: undelivered(alerts, input),
    unacknowledged: unacknowledged(alerts, input),
    errors,
    errorsPerHour: isKnown(errors) ? known(errors.value / (spanMs(window) / 3_600_000)) : errors,
    signatures: rows.signatures.ok ? joined(rows.signatures.rows) : [],
    earlier,
    history: earlier.length < settings.historyWindows ? null : historyOf(earlier, settings),
    forced: forcedCloses(input),
    states,
    blockers: activeBlockers(states, unread, input),
    holds: states.filter(({ says }) => says === 'holds' || says === 'cools'),
    unreadStates: states.filter(({ says }) => says === 'unread'),
  };
}

/** The buckets of one signature joined; the most frequent first. */
function joined(rows: readonly ErrorSignatureRow[]): readonly ErrorSignature[] {
  const groups = groupBy(rows, ({ exchange, type, signature }) =>
    JSON.stringify([exchange, type, signature]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = [...group].sort((a, b) => ms(a.first_at) - ms(b.first_at));
      const [last] = [...group].sort((a, b) => ms(b.last_at) - ms(a.last_at));
      return first && last ? [{ ...first, events: eventsIn(group), last_at: last.last_at }] : [];
    })
    .sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
}

/** Null without any window. */
function historyOf(earlier: readonly number[], { madFactor }: Settings): ErrorHistory | null {
  const middle = median(earlier);
  if (middle === null) return null;
  const mad = median(earlier.map((errors) => Math.abs(errors - middle))) ?? 0;
  // A MAD of 0 (equal windows) would make one error more an anomaly: the spread of a Poisson count is the floor.
  return { median: middle, mad, most: middle + madFactor * Math.max(mad, Math.sqrt(middle), 1) };
}
