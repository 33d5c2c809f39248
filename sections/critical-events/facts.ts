import { median } from '../../audit/statistics.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { Value } from '../../audit/value.ts';
import { errorsOf } from '../shared/facts/errors.ts';
import { judgedStates, type JudgedState } from '../shared/facts/states.ts';
import type { AlertRow, ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import { criticalAlerts, inWindow, unacknowledged, undelivered, type AlertGroup } from './alerts.ts';
import { activeBlockers, worded, type Blocker } from './blockers.ts';
import { answerEvents, unknownTypes, type AnsweredEvent } from './events.ts';
import { forcedCloses, type ForcedClose } from './forced.ts';
import type { Input } from './input.ts';

export type ErrorSignature = Omit<ErrorSignatureRow, 'bucket'>;

/** What cannot be read is empty; the input's rows say why. */
export interface Facts {
  readonly events: readonly AnsweredEvent[];
  readonly unknownTypes: ReturnType<typeof unknownTypes>;
  /** Alerts above INFO. */
  readonly alertRows: readonly AlertRow[];
  readonly alerts: readonly AlertGroup[];
  readonly undelivered: Rows<AlertGroup>;
  /** Not acknowledged in time. */
  readonly unacknowledged: Rows<AlertGroup>;
  readonly errors: Value<number>;
  readonly signatures: readonly ErrorSignature[];
  /** Errors of the earlier windows whose reports know them. */
  readonly earlier: readonly number[];
  /** Their median and median absolute deviation; null with too few of them. */
  readonly history: { readonly median: number; readonly mad: number } | null;
  readonly forced: readonly ForcedClose[];
  readonly states: readonly JudgedState[];
  readonly blockers: readonly Blocker[] | null;
  /** Switches whose word nobody knows: while there is one, no blocker seen does not mean that none is there. */
  readonly unknownSwitches: readonly string[];
  /** Switches that are on at the end and stop less than all trading, or only for a time (catalogue HC4). */
  readonly holds: readonly JudgedState[];
  /** No switch by name or value: shown, so that a reader who knows them can judge. */
  readonly otherStates: readonly JudgedState[];
}

export function factsOf(input: Input): Facts {
  const { rows, window, settings } = input;
  const critical = rows.critical.ok ? rows.critical.rows : [];
  const states = judgedStates(rows.states);
  const alertRows = inWindow(rows.alerts.ok ? rows.alerts.rows : [], window);
  const alerts = criticalAlerts(alertRows, settings.alertDedupS);
  const earlier = input.history
    .map(({ figures }) => figures['errors_logged'])
    .filter((value) => typeof value === 'number');
  return {
    events: answerEvents(critical, rows.alerts, settings),
    unknownTypes: unknownTypes(critical),
    alertRows,
    alerts,
    undelivered: undelivered(alerts, input),
    unacknowledged: unacknowledged(alerts, input),
    errors: errorsOf(input),
    signatures: rows.signatures.ok ? joined(rows.signatures.rows) : [],
    earlier,
    history: earlier.length < settings.historyWindows ? null : spreadOf(earlier),
    forced: forcedCloses(input),
    states,
    blockers: activeBlockers(states, input),
    unknownSwitches: states.filter(({ says }) => says === 'unknown').map(worded),
    holds: states.filter(({ says }) => says === 'holds' || says === 'cools'),
    otherStates: states.filter(({ says }) => says === null),
  };
}

/** The buckets of one signature joined; the most frequent first. */
function joined(rows: readonly ErrorSignatureRow[]): readonly ErrorSignature[] {
  const signatures = new Map<string, ErrorSignature>();
  for (const { bucket: _, ...row } of rows) {
    const key = JSON.stringify([row.exchange, row.type, row.signature]);
    const before = signatures.get(key) ?? { ...row, events: 0 };
    signatures.set(key, {
      ...before,
      events: before.events + row.events,
      first_at: ms(before.first_at) <= ms(row.first_at) ? before.first_at : row.first_at,
      last_at: ms(before.last_at) >= ms(row.last_at) ? before.last_at : row.last_at,
    });
  }
  return [...signatures.values()].sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
}

function spreadOf(values: readonly number[]): Facts['history'] {
  const middle = median(values);
  const mad = middle === null ? null : median(values.map((value) => Math.abs(value - middle)));
  return middle === null || mad === null ? null : { median: middle, mad };
}
