import type { z } from 'zod';
import type { Dataset, Part, Series } from './block.ts';
import type { CheckOutcome, CheckResult, Dimension, GateResult } from './check.ts';
import type { EntityName } from './contract.ts';
import type { Policy } from './evidence.ts';
import type { Figure, FigureSpec } from './figure.ts';
import type { Finding, FindingDraft } from './finding.ts';
import type { InputSource, Queries } from './input.ts';
import type { Query, SourceName } from './query.ts';
import type { FactReader, SharedFact, SharedInput, Uses } from './shared-fact.ts';
import type { Missing, Value } from './value.ts';

export type { Queries, Rows, Rung } from './input.ts';

/** What a section sees of an audit: its own queries' rows, the facts it uses, and what is around them. Never a source. */
export interface SectionInput<Q extends Queries, S, U extends Uses = Uses> extends SharedInput<Q, U> {
  readonly settings: S;
}

/** Where a section puts what it computes. Each call returns the key or id by which blocks and sentences point at it. */
export interface Output {
  /** Id of the section. */
  readonly section: string;
  /** Of money that names no other. */
  readonly currency: string;
  figure(spec: FigureSpec): string;
  series(series: Series): string;
  dataset(dataset: Dataset): string;
  /** The dataset of that id, for findings that show some rows of it; undefined when there is none. */
  shown(id: string): Dataset | undefined;
  /** The figure's value, for rules and checks that read it. */
  value(key: string): Value;
}

export interface CheckDefinition<F, I> {
  readonly id: string;
  readonly title: string;
  readonly dimension: Dimension;
  readonly weight: number;
  /** The source without which it is not applicable when declared `none`. */
  readonly source: SourceName;
  evaluate(facts: F, input: I, out: Output): CheckOutcome;
}

type SettingsOf<I> = I extends { readonly settings: infer S } ? S & ThresholdsOf<I> : never;
/** The settings that a section shares with others, where it uses them. */
type ThresholdsOf<I> = I extends { readonly shared: { readonly thresholds: infer T } } ? T : unknown;

export interface RuleDefinition<F, I> {
  readonly id: string;
  readonly title: string;
  /** The condition in words, with the thresholds of the settings in force, shared ones included. */
  readonly condition: string | ((settings: SettingsOf<I>) => string);
  /** The score that its findings cap. */
  readonly dimension: Dimension;
  evaluate(facts: F, input: I, out: Output): readonly FindingDraft[];
  /** Why its condition could not be judged; null where it could. Of a rule that found something nobody asks. */
  unseen?(facts: F, input: I): Missing | null;
  /** Ids of the queries without whose rows it cannot be judged. */
  reads?(facts: F, input: I): readonly string[];
}

export interface GateDefinition<F, I> {
  readonly id: string;
  /** What must not be: "a position unprotected at the end". */
  readonly title: string;
  /** The same as what should be, to stand behind "whether": "every position open at the end has a stop". */
  readonly asks: string;
  /** The rule whose finding says the same, where one does: one reason is told once. */
  readonly rule?: string;
  /** With this source declared `none` the gate is out of the verdict's scope. */
  readonly source: SourceName;
  evaluate(facts: F, input: I, out: Output): JudgedGate;
}

export interface JudgedGate extends Pick<GateResult, 'failed' | 'text'> {
  /** Where it failed in a way that another rule than its own tells. */
  readonly rule?: string;
}

export interface SectionDefinition<Q extends Queries, S extends z.ZodType, F, U extends Uses = Uses> {
  /** Kebab-case noun, the file's name. */
  readonly id: string;
  /** Number in the report template (`1`, `14`), or null. */
  readonly number: string | null;
  readonly title: string;
  /** What it is all about: where nobody can read it, a report that shows the section has not seen what it promises. */
  readonly subject?: Subject;
  /** Thresholds with defaults; they become `policy.<id>` of the configuration and Appendix B. */
  readonly settings: S;
  readonly queries: Q;
  /** Facts shared with other sections; `input.shared` has their values. */
  readonly uses?: U;
  readonly facts: (input: SectionInput<Q, z.output<S>, U>) => F;
  readonly figures: (facts: F, input: SectionInput<Q, z.output<S>, U>, out: Output) => void;
  readonly checks: readonly CheckDefinition<F, SectionInput<Q, z.output<S>, U>>[];
  readonly gates?: readonly GateDefinition<F, SectionInput<Q, z.output<S>, U>>[];
  readonly rules: readonly RuleDefinition<F, SectionInput<Q, z.output<S>, U>>[];
  /** Why none of its conditions could be judged; null where they could. */
  readonly unseen?: (facts: F, input: SectionInput<Q, z.output<S>, U>) => Missing | null;
  /** Called last; `findings` are this section's, as the engine completed them. */
  readonly parts: (
    facts: F,
    input: SectionInput<Q, z.output<S>, U>,
    out: Output,
    findings: readonly Finding[],
    rules: JudgedRules,
  ) => readonly Part[];
  /** Its parts with what the whole audit found; left out where a section speaks of its own alone. */
  readonly beside?: Section['beside'];
}

/** How many conditions were judged, and those that could not be, with the reason. What does not apply is in neither. */
export interface JudgedRules {
  readonly judged: number;
  readonly unjudged: readonly { readonly id: string; readonly title: string; readonly why: Missing }[];
  /** Ids of those that do not apply; absent where all do. */
  readonly outOfScope?: readonly string[];
}

/** What is known of a rule without evidence. */
export interface RuleHead extends Pick<RuleDefinition<never, never>, 'id' | 'title' | 'dimension'> {
  /** The condition in words under this policy, the defaults where it has none. */
  condition(policy?: Policy): string;
}

/** An entity, and what nobody knows without it, to stand behind "nobody knows". */
export interface Subject {
  readonly entity: EntityName;
  readonly without: string;
}

/** A section as the engine sees it, its own types closed over. */
export interface Section {
  readonly id: string;
  readonly number: string | null;
  readonly title: string;
  readonly subject?: Subject;
  readonly settings: z.ZodType;
  /** Its own, then those of the facts it uses, each once. */
  readonly queries: readonly Query[];
  /** The shared facts it uses, with all that they stand on. */
  readonly facts: readonly SharedFact<unknown>[];
  readonly checks: readonly Pick<
    CheckDefinition<never, never>,
    'id' | 'title' | 'dimension' | 'weight' | 'source'
  >[];
  readonly rules: readonly RuleHead[];
  evaluate(context: SectionContext): SectionResult;
  beside?(parts: readonly Part[], findings: readonly Finding[]): readonly Part[];
}

/** Everything of an evidence bundle; the engine narrows it to what a section may see. */
export interface SectionContext extends InputSource {
  readonly factOf: FactReader;
}

/** What one section found; plain data, stored by hash. */
export interface SectionResult {
  readonly id: string;
  readonly number: string | null;
  readonly title: string;
  /** `failed`: the section threw; its checks are unknown and the report says so. */
  readonly status: 'ok' | 'failed';
  readonly error?: string;
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
  readonly datasets: readonly Dataset[];
  readonly checks: readonly CheckResult[];
  readonly gates: readonly GateResult[];
  readonly findings: readonly Finding[];
  readonly parts: readonly Part[];
  /** "None of 5 conditions was met" is said of those that were judged. */
  readonly rules: JudgedRules;
}
