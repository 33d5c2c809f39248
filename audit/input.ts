import type { EntityName } from './contract.ts';
import type { BotFacts, EntityState, HistoryWindow, Policy, SourceState, Window } from './evidence.ts';
import type { Query, RowOf, SourceName } from './query.ts';
import type { Missing } from './value.ts';

/** The rows of a query, or why there are none to reason on. */
export type Rows<Row> =
  { readonly ok: true; readonly rows: readonly Row[] } | ({ readonly ok: false } & Missing);

export type Queries = Readonly<Record<string, Query>>;

export type RowsOf<Q extends Queries> = { readonly [K in keyof Q]: Rows<RowOf<Q[K]>> };

/** Rungs of the ladder of sources, best first. */
export type Rung = 'venue' | 'fills' | 'bot' | 'flag';

/** What an audit knows around its rows; the same for every section and shared fact. */
export interface Surroundings {
  readonly window: Window;
  readonly kind: string;
  /** Width of a timeline's bucket in seconds; belongs to the report kind. */
  readonly bucketS: number;
  readonly bot: BotFacts;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  readonly entities: readonly EntityState[];
  readonly history: readonly HistoryWindow[];
  readonly alive: boolean;
  /** Credits of the rungs of the basis ladder, 0..1. */
  readonly credit: Readonly<Record<Rung, number>>;
  /** Whether the mapping provides the entity (and the column). */
  has(entity: EntityName, column?: string): boolean;
}

/** An evidence bundle with the rows of its queries. */
export interface InputSource extends Surroundings {
  readonly policy: Policy;
  rowsOf(query: Query): Rows<unknown>;
}

/** The rows of each of `queries`, under its name. */
export function readRows<Q extends Queries>(queries: Q, source: Pick<InputSource, 'rowsOf'>): RowsOf<Q> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [name, source.rowsOf(query)]),
  ) as RowsOf<Q>;
}
