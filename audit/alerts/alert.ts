import type { AlertLevel } from './rule.ts';

// What travels between `alertWatch` and `alerts/<bot>`, and what the latter keeps: bounded texts, never rows.

/** Something that fires. */
export interface Firing {
  /** Fingerprint of bot, rule and subject: what people acknowledge. */
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly level: AlertLevel;
  readonly subject: string;
  /** One sentence with number and limit. */
  readonly text: string;
  /** Rules of which this is a consequence. */
  readonly inhibitedBy: readonly string[];
}

/** What one look says of one rule. */
export interface RuleLook {
  readonly rule: string;
  readonly title: string;
  readonly state: 'watched' | 'unknown' | 'unwatched';
  /** Why it is not watched. */
  readonly reason: string | null;
  readonly firings: readonly Firing[];
  /** What fires when the rule stays unknown. */
  readonly doubt: Firing | null;
}

export interface AlertTimes {
  readonly repeatHours: number;
  /** How often an acknowledged alert is told again. */
  readonly acknowledgedHours: number;
  /** How long nothing must be seen of an alert before it is resolved. */
  readonly resolveMinutes: number;
  /** How long a rule may be unknown before that is an alert. */
  readonly unknownMinutes: number;
  /** Unacknowledged for so long: level 2, level 3. */
  readonly escalateMinutes: readonly [number, number];
  /** Whether warnings escalate as well. */
  readonly escalateWarnings: boolean;
  /** More messages are one at the end of the hour. Absent: in looks of older workers, no limit. */
  readonly messagesPerHour?: number;
  /** End of the quiet hours in which this look falls, ISO 8601 UTC; absent or null: it falls in none. */
  readonly quietUntil?: string | null;
}

export const ALERT_TIMES: AlertTimes = {
  repeatHours: 4,
  acknowledgedHours: 24,
  resolveMinutes: 10,
  unknownMinutes: 10,
  escalateMinutes: [15, 30],
  escalateWarnings: false,
  messagesPerHour: 12,
};

/** One look at all rules of a bot. */
export interface AlertLook {
  readonly bot: string;
  /** ISO 8601 UTC; one that is not newer than the last changes nothing. */
  readonly at: string;
  readonly rules: readonly RuleLook[];
  readonly times: AlertTimes;
}

/** 1 to 3: who is told. */
export type ContactLevel = 1 | 2 | 3;

export interface OpenAlert extends Firing {
  /** The rule whose look feeds it: of a doubt the rule that cannot be watched. */
  readonly owner: string;
  readonly since: string;
  readonly seenAt: string;
  /** Since when nothing is seen of it; null: it fires. */
  readonly quietSince: string | null;
  /** Id of the open alert that explains it; it is not told meanwhile. */
  readonly cause: string | null;
  /** Null: told to nobody yet. `from`: since when it waits for somebody to acknowledge it. */
  readonly told: { readonly from: string; readonly last: string; readonly level: ContactLevel } | null;
  readonly acknowledged: { readonly by: string; readonly at: string; readonly note: string | null } | null;
}

export interface ClosedAlert {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly level: AlertLevel;
  readonly text: string;
  readonly since: string;
  readonly closedAt: string;
  /** "resolved", or why nobody looks at it any more. */
  readonly how: string;
}

export interface AlertsState {
  readonly bot: string;
  readonly lookedAt: string | null;
  readonly times: AlertTimes;
  readonly open: readonly OpenAlert[];
  /** Rule -> since when it cannot be watched. */
  readonly unknown: Readonly<Record<string, string>>;
  readonly unwatched: readonly { readonly rule: string; readonly title: string; readonly reason: string }[];
  /** Newest first, bounded. */
  readonly closed: readonly ClosedAlert[];
  /** Times that something was told: no two messages of one moment are taken for one. */
  readonly steps: number;
  /** Lines that wait for the end of quiet hours or of a crowded hour. Absent: none. */
  readonly held?: readonly Told[];
  /** When something was told within the last hour, ISO 8601 UTC. */
  readonly toldAt?: readonly string[];
}

export type AlertEvent = 'new' | 'repeated' | 'escalated' | 'acknowledged' | 'resolved';

export interface AlertLine {
  readonly event: AlertEvent;
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly level: AlertLevel;
  readonly text: string;
  readonly since: string;
  /** "acknowledged by Ann", "resolved", "unacknowledged for 15 minutes"; empty for a new one. */
  readonly remark: string;
  /** What it explains and is not told by itself. */
  readonly explains: readonly string[];
}

/** A line for everybody up to a level, or for one level alone. */
export type Told =
  | { readonly to: ContactLevel; readonly line: AlertLine }
  | { readonly only: ContactLevel; readonly line: AlertLine };

/** One message to everybody of one level; sent at most once by its key. */
export interface AlertMessage {
  readonly key: string;
  readonly bot: string;
  readonly contacts: ContactLevel;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly lines: readonly AlertLine[];
}

export interface Step {
  readonly state: AlertsState;
  readonly messages: readonly AlertMessage[];
}

export function noAlerts(bot: string): AlertsState {
  return {
    bot,
    lookedAt: null,
    times: ALERT_TIMES,
    open: [],
    unknown: {},
    unwatched: [],
    closed: [],
    steps: 0,
  };
}
