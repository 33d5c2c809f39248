import type { Block, Column, Part, Series } from './block.ts';
import type { CheckResult, Dimension, GateResult } from './check.ts';
import type { BotFacts, EntityState, Policy, QueryRun, SourceState, Window } from './evidence.ts';
import type { Figure } from './figure.ts';
import type { Finding } from './finding.ts';
import type { SourceName } from './query.ts';
import type { AppliedScope } from './scope.ts';
import type { Text } from './text.ts';
import type { Scalar } from './value.ts';

export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';
export type Colour = 'GREEN' | 'YELLOW' | 'RED';

/** Points lost by one check or finding; `what` is a short noun phrase. */
export interface Loss {
  readonly points: number;
  readonly what: string;
  /** Finding id or check id. */
  readonly ref: string;
  readonly kind: 'finding' | 'check';
}

/** What a check gives to its score: 10 x weight x (1 - result) / all weights is what it loses. */
export interface ScoredCheck {
  readonly ref: string;
  readonly what: string;
  readonly weight: number;
  /** 0..1, rounded down to three decimals; half where it was not made. */
  readonly result: number;
  readonly made: boolean;
  readonly points: number;
}

/** What a finding takes of what those before it left of 10. */
export interface ScoredFinding {
  readonly ref: string;
  readonly percent: number;
  readonly left: number;
}

export interface Score {
  readonly dimension: Dimension;
  readonly title: string;
  /** 0.0..10.0 floored to one decimal, or null with its reason. */
  readonly score: number | null;
  readonly reason?: string;
  readonly base: number | null;
  readonly cap: number;
  readonly binds: 'base' | 'cap' | null;
  /** Percent of the applicable weight that was seen, by credit; null without checks. */
  readonly coverage: number | null;
  /** The three largest. */
  readonly losses: readonly Loss[];
  /** Share of the overall number, percent. */
  readonly share: number;
  /** All that apply, and all findings: what base and cap follow from, to the last decimal. */
  readonly checks: readonly ScoredCheck[];
  readonly findings: readonly ScoredFinding[];
}

/** Overall is the lesser of both, rounded down to one decimal. */
export interface OverallParts {
  /** Of the scores by their shares, rounded down to three decimals. */
  readonly mean: number;
  /** The lowest score, or what findings leave of one that no check measures, plus two. */
  readonly most: number;
  /** Whose it is. */
  readonly lowest: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly colour: Colour;
  readonly overall: number | null;
  /** Null where it could not be formed. */
  readonly overallFrom: OverallParts | null;
  readonly coverage: number | null;
  /** Why the verdict is what it is: one entry per failed gate or missing thing, worst first. */
  readonly reasons: readonly Text[];
  readonly scores: readonly Score[];
  /** What would make this GREEN; empty when it is. */
  readonly green: readonly Text[];
}

/** A dataset as the report holds it: the rows it shows and the hash of the whole. */
export interface ShownDataset {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Scalar[])[];
  readonly total: number;
  readonly file: string;
  readonly queries: readonly string[];
}

/** A data file that lies beside the report. */
export interface DataFile {
  readonly name: string;
  readonly title: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** First and last time in it, ISO 8601, or null. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface ReportSection {
  readonly id: string;
  readonly number: string | null;
  readonly title: string;
  readonly status: 'ok' | 'failed';
  readonly error?: string;
  readonly parts: readonly Part[];
}

export interface Change {
  readonly rule: string;
  readonly title: string;
  /** Finding id, absent for resolved ones. */
  readonly finding?: string;
  readonly windows: number;
}

/** A score or key figure that is further from what is usual than noise explains. */
export interface FigureChange {
  readonly figure: string;
  /** With the value, the median and the distance from it that is usual. */
  readonly text: string;
  readonly median: number;
  /** Median absolute deviation. */
  readonly deviation: number;
  /** Earlier windows of which the figure is known. */
  readonly windows: number;
}

/** The first page, which stands alone. */
export interface Front {
  /** "Friday 20 November 2026, 00:00 to 08:00 UTC". */
  readonly title: string;
  /** What is wrong in money and time; bold. */
  readonly lead: Text;
  /** Why. */
  readonly why: Text;
  /** Scope and what was not seen. */
  readonly scope: Text;
  readonly actions: readonly { readonly finding: string; readonly title: Text; readonly detail: Text }[];
  readonly changes: {
    /** Whether the window just before this one has a report; without, nothing is new, recurring or resolved. */
    readonly compared: boolean;
    readonly new: readonly Change[];
    /** Found now by rules that the window before could not judge, or not by this ruler; absent where there are none. */
    readonly undecided?: readonly Change[];
    /** Recurring, with a higher severity than in the window before; absent where none is. */
    readonly worsened?: readonly Change[];
    readonly recurring: readonly Change[];
    /** Of a rule that was judged again, and in the same way. */
    readonly resolved: readonly Change[];
    /** Found in the window before by rules that could not be judged this time, or by another ruler; absent where there is none. */
    readonly unseen?: readonly Change[];
    /** Largest first; absent where no figure is, or too few earlier windows are known. */
    readonly figures?: readonly FigureChange[];
    /** How the ruler is another than in the window before; absent where it is the same. */
    readonly method?: readonly string[];
    /** Overall numbers of the last windows, oldest first, this one last. */
    readonly trend: readonly { readonly to: string; readonly overall: number | null }[];
  };
  readonly glance: Extract<Block, { type: 'glance' }>;
  readonly hours: Extract<Block, { type: 'chart' }> | null;
}

/** The one object that every format is a function of. Versioned; its JSON Schema is published. */
export interface Report {
  readonly schemaVersion: 1;
  readonly kind: string;
  readonly kindTitle: string;
  readonly window: Window;
  /** What it is limited to; absent: the whole bot. */
  readonly scope?: AppliedScope;
  readonly bot: BotFacts;
  readonly databaseVersion: string | null;
  readonly evidenceHash: string;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  readonly entities: readonly EntityState[];
  readonly judgement: Judgement;
  readonly front: Front;
  readonly checks: readonly CheckResult[];
  readonly gates: readonly GateResult[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly sections: readonly ReportSection[];
  /** One line that names the sections of the template which are not in this report; empty when all are. */
  readonly absent: string;
  /** Sorted by key. */
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
  readonly datasets: readonly ShownDataset[];
  readonly queries: readonly QueryRun[];
  readonly files: readonly DataFile[];
  readonly policy: Policy;
}

/** What the archive knows of a report and the report does not: the renderers' second argument. */
export interface Edition {
  readonly revision: number;
  /** ISO 8601 UTC. */
  readonly reportedAt: string;
  readonly reportHash: string;
  /** Where the report server has its files, without a slash at the end; absent: nobody said. Paper links there. */
  readonly folder?: string;
}
