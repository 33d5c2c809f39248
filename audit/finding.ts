import type { Dimension } from './check.ts';
import type { Labels } from './figure.ts';
import type { Text } from './text.ts';

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Confidence = 'CONFIRMED' | 'LIKELY' | 'POSSIBLE' | 'UNKNOWN';
export type Effort = 'low' | 'medium' | 'high';
export type Priority = 'P0' | 'P1' | 'P2' | 'P3';

/** How a priority is worded wherever it is: as the operators' template has it, as a fact, as a heading, as a step. */
export const PRIORITIES: Readonly<
  Record<Priority, Readonly<Record<'template' | 'due' | 'heading' | 'step', string>>>
> = {
  P0: {
    template: '🔥 IMMEDIATE',
    due: 'now',
    heading: 'Immediate: before the next production run',
    step: 'Fix what is immediate before the next production run',
  },
  P1: {
    template: '⚡ HIGH',
    due: 'within 24 h',
    heading: 'High: within 24 h',
    step: 'Address what is high within 24 h',
  },
  P2: {
    template: '📌 MEDIUM',
    due: 'within a week',
    heading: 'Medium: within a week',
    step: 'Plan what is medium within a week',
  },
  P3: {
    template: '💡 LOW',
    due: 'when convenient',
    heading: 'Low: when convenient',
    step: 'Schedule what is low',
  },
};

/** Rows of evidence that a finding's card shows; its CSV has all of them. */
export const EVIDENCE_ROWS = 8;

/** Lines of a statement that a finding's card has room for. */
export const CARD_LINES = 6;

/** One time that a rule's condition was true, for one subject. `at` and `until` are ISO 8601 UTC. */
export interface Occurrence {
  /** Position id, order id, symbol or component: with rule and venue it makes the fingerprint. */
  readonly subject: string;
  readonly at: string;
  readonly until?: string;
}

/** A condition on the data that supports a root cause; `held` is null when the data cannot say. */
export interface Predicate {
  readonly text: string;
  readonly held: boolean | null;
}

export interface Cause {
  /** Stable slug: `stop-rejected`. Findings of one rule, venue and cause are one finding. */
  readonly id: string;
  readonly text: Text;
  readonly confidence: Confidence;
  /** All predicates tested, including those that failed. */
  readonly predicates: readonly Predicate[];
  /** `file:line` only from a stack trace or source field; else absent ("location unknown"). */
  readonly location?: string;
}

export interface Impact {
  readonly financial: Text;
  readonly operational: Text;
  readonly risk: Text;
}

/** One read-only command with which the reader sees the finding for himself; SQL names contract relations. */
export interface See {
  readonly language: 'sql' | 'sh';
  readonly text: string;
}

/** Which database a statement is for, and its text as it can be pasted there. */
export interface RunnableSee extends See {
  /** Absent for a shell command. */
  readonly database?: 'bot' | 'audit';
  /** The same on the bot's own table in at most six lines, where its mapping allows that. */
  readonly own?: string;
}

export interface Explanation {
  readonly rule: string;
  /** Only of the same subject; else whatever it is about, since a counter names none. */
  readonly sameSubject?: true;
  /** What saw it may have seen it this much before or after, seconds; a minute where it is left out. */
  readonly nearS?: number;
}

/** What a rule returns; the engine adds ids, fingerprints, priority and history. */
export interface FindingDraft {
  /** Exchange in lower case, or null when the finding is not about one. */
  readonly venue: string | null;
  readonly cause: Cause;
  readonly severity: Severity;
  /** States the fact: "2 positions without a stop at the end of the window". */
  readonly title: Text;
  /** One sentence with number and limit. */
  readonly description: Text;
  readonly occurrences: readonly Occurrence[];
  /** How many times, when that differs from the number of occurrences listed. */
  readonly frequency?: number;
  /** Dataset id; the card shows eight rows, the CSV all. */
  readonly evidence: string | null;
  /** Key of the figure with the money at stake. */
  readonly atStake?: string;
  readonly impact: Impact;
  /** Which alert fired, or that none did. */
  readonly detection: Text;
  /** What to do, as a command to a person; it fits the end of the window and names its subjects. */
  readonly recommendation: Text;
  /** How we will know that it is fixed: metric and threshold. */
  readonly verification: Text;
  readonly see: See;
  readonly effort: Effort;
  /** Rules whose findings of the same time tell why: then this one is only what was observed of their incident. */
  readonly explainedBy?: readonly Explanation[];
  /** Whether it still is at the end of the window; left out: its last occurrence lasts until then. */
  readonly standing?: boolean;
  /** Order and page of the venue, symbol and the like, for machines. */
  readonly labels?: Labels;
}

export interface Finding extends FindingDraft {
  readonly see: RunnableSee;
  /** `SL-01/binance/stop-rejected`; unique in a report. */
  readonly id: string;
  readonly rule: string;
  /** The rule's own title: what kind of problem it is, without this window's numbers. */
  readonly ruleTitle: string;
  readonly section: string;
  /** The score that it caps. */
  readonly dimension: Dimension;
  readonly frequency: number;
  /** sha256 prefixes of (rule, venue, subject): the identity across windows. */
  readonly fingerprints: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly priority: Priority;
  readonly recurrence: Recurrence;
  /** Money of one that stands is at risk now; of another it was. */
  readonly standing: boolean;
  /** Findings of other rules that saw the same incident, folded into this one. */
  readonly observedBy?: readonly Observation[];
}

export interface Observation extends Pick<Finding, 'id' | 'rule' | 'severity'> {
  /** Dataset id. */
  readonly evidence: string | null;
}

export interface Recurrence {
  /** `undecided`: the window before could not judge its rule, or measured in another way. */
  readonly state: 'new' | 'recurring' | 'undecided' | 'no-history';
  /** How many windows in a row, this one included. */
  readonly windows: number;
}

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
