import type { z } from 'zod';
import type { Dataset, Part, Series } from './block.ts';
import type { CheckOutcome, CheckResult, Dimension, GateResult } from './check.ts';
import type { EntityName } from './contract.ts';
import type { BotFacts, EntityState, HistoryWindow, SourceState, Window } from './evidence.ts';
import type { Figure, FigureSpec } from './figure.ts';
import type { Finding, FindingDraft } from './finding.ts';
import type { Query, RowOf, SourceName } from './query.ts';
import type { Text } from './text.ts';
import type { Missing, Value } from './value.ts';

/** The rows of a query, or why there are none to reason on. */
export type Rows<Row> =
  { readonly ok: true; readonly rows: readonly Row[] } | ({ readonly ok: false } & Missing);

export type Queries = Readonly<Record<string, Query>>;

/** What a section sees of an audit: its own queries' rows and the facts around them. Never a source. */
export interface SectionInput<Q extends Queries, S> {
  readonly rows: { readonly [K in keyof Q]: Rows<RowOf<Q[K]>> };
  readonly window: Window;
  readonly kind: string;
  /** Width of a timeline's bucket in seconds; belongs to the report kind. */
  readonly bucketS: number;
  readonly bot: BotFacts;
  readonly settings: S;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  readonly entities: readonly EntityState[];
  readonly history: readonly HistoryWindow[];
  readonly alive: boolean;
  /** Credits of the rungs of the basis ladder, 0..1. */
  readonly credit: Readonly<Record<Rung, number>>;
  /** Whether the mapping provides the entity (and the column). */
  has(entity: EntityName, column?: string): boolean;
}

/** Rungs of the ladder of sources, best first. */
export type Rung = 'venue' | 'fills' | 'bot' | 'flag';

/** Where a section puts what it computes. Each call returns the key or id by which blocks and sentences point at it. */
export interface Output {
  figure(spec: FigureSpec): string;
  series(series: Series): string;
  dataset(dataset: Dataset): string;
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

type SettingsOf<I> = I extends { readonly settings: infer S } ? S : never;

export interface RuleDefinition<F, I> {
  readonly id: string;
  readonly title: string;
  /** The condition in words, with the thresholds of the settings in force. */
  readonly condition: string | ((settings: SettingsOf<I>) => string);
  /** The score that its findings cap. */
  readonly dimension: Dimension;
  evaluate(facts: F, input: I, out: Output): readonly FindingDraft[];
}

export interface GateDefinition<F, I> {
  readonly id: string;
  /** What must not be: "a position unprotected at the end". */
  readonly title: string;
  /** With this source declared `none` the gate is out of the verdict's scope. */
  readonly source: SourceName;
  evaluate(facts: F, input: I, out: Output): { readonly failed: boolean | null; readonly text: Text };
}

export interface SectionDefinition<Q extends Queries, S extends z.ZodType, F> {
  /** Kebab-case noun, the file's name. */
  readonly id: string;
  /** Number in the report template (`1`, `14`), or null. */
  readonly number: string | null;
  readonly title: string;
  /** Thresholds with defaults; they become `policy.<id>` of the configuration and Appendix B. */
  readonly settings: S;
  readonly queries: Q;
  readonly facts: (input: SectionInput<Q, z.output<S>>) => F;
  readonly figures: (facts: F, input: SectionInput<Q, z.output<S>>, out: Output) => void;
  readonly checks: readonly CheckDefinition<F, SectionInput<Q, z.output<S>>>[];
  readonly gates?: readonly GateDefinition<F, SectionInput<Q, z.output<S>>>[];
  readonly rules: readonly RuleDefinition<F, SectionInput<Q, z.output<S>>>[];
  /** Called last; `findings` are this section's, as the engine completed them, `rules` how many conditions it has. */
  readonly parts: (
    facts: F,
    input: SectionInput<Q, z.output<S>>,
    out: Output,
    findings: readonly Finding[],
    rules: number,
  ) => readonly Part[];
}

/** What is known of a rule without evidence. */
export interface RuleHead extends Pick<RuleDefinition<never, never>, 'id' | 'title' | 'dimension'> {
  /** The condition in words with these settings, the defaults where none are given. */
  condition(settings?: unknown): string;
}

/** A section as the engine sees it, its own types closed over. */
export interface Section {
  readonly id: string;
  readonly number: string | null;
  readonly title: string;
  readonly settings: z.ZodType;
  readonly queries: readonly Query[];
  readonly checks: readonly Pick<
    CheckDefinition<never, never>,
    'id' | 'title' | 'dimension' | 'weight' | 'source'
  >[];
  readonly rules: readonly RuleHead[];
  evaluate(context: SectionContext): SectionResult;
}

/** Everything of an evidence bundle that a section may be given; the engine narrows it. */
export interface SectionContext extends Omit<SectionInput<Queries, unknown>, 'rows' | 'settings'> {
  readonly settings: unknown;
  rowsOf(query: Query): Rows<unknown>;
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
  /** Number of rules evaluated: "none of 5 conditions was met". */
  readonly rulesChecked: number;
}
