import type { z } from 'zod';
import { readRows, type InputSource, type Queries, type RowsOf, type Surroundings } from './input.ts';
import type { Query } from './query.ts';

/** A fact that several sections use: computed once per evidence from its own queries and other shared facts. */
export interface SharedFact<
  F,
  Q extends Queries = Queries,
  U extends Uses = Uses,
  S extends z.ZodType = z.ZodType,
> {
  /** Unique; kebab-case noun. */
  readonly id: string;
  /** Heads its settings in the documentation. */
  readonly title?: string;
  /** Thresholds with defaults; they become `policy.<id>` of the configuration, as a section's do. */
  readonly settings?: S;
  readonly queries: Q;
  /** The shared facts it stands on. */
  readonly uses: U;
  /** Pure. What it returns is given to every section that uses it, so nobody changes it. */
  compute(input: SharedInput<Q, U> & { readonly settings: z.output<S> }): F;
}

/** Shared facts by the names under which their users see them. */
export interface Uses {
  readonly [name: string]: SharedFact<unknown>;
}

export type FactsOf<U extends Uses> = { readonly [K in keyof U]: ReturnType<U[K]['compute']> };

/** What sections and shared facts see beside their settings. */
export interface SharedInput<Q extends Queries, U extends Uses = Uses> extends Surroundings {
  readonly rows: RowsOf<Q>;
  readonly shared: FactsOf<U>;
}

/** Declares a shared fact; the types of its rows and of what it uses follow. */
export function defineFact<
  F,
  const Q extends Queries,
  const U extends Uses = Uses,
  S extends z.ZodType = z.ZodType,
>(fact: Omit<SharedFact<F, Q, U, S>, 'uses'> & { readonly uses?: U }): SharedFact<F, Q, U, S> {
  return { ...fact, uses: fact.uses ?? ({} as U) };
}

/** Gives the facts of one evidence. */
export type FactReader = <F>(fact: SharedFact<F>) => F;

/** Computes each fact once, when it is first asked for. One that throws is not kept: it throws for each that asks. */
export function createFactReader(source: InputSource): FactReader {
  const known = new Map<SharedFact<unknown>, unknown>();
  const read = <F>(fact: SharedFact<F>): F => {
    if (!known.has(fact)) known.set(fact, fact.compute(sharedInput(fact, source, read)));
    return known.get(fact) as F;
  };
  return read;
}

function sharedInput<Q extends Queries, U extends Uses>(
  { id, queries, uses, settings }: SharedFact<unknown, Q, U>,
  { rowsOf, policy, ...surroundings }: InputSource,
  read: FactReader,
): SharedInput<Q, U> & { readonly settings: unknown } {
  return {
    ...surroundings,
    rows: readRows(queries, { rowsOf }),
    shared: readFacts(uses, read),
    settings: settings?.parse(policy[id] ?? {}),
  };
}

/** The value of each of `uses`, under its name. */
export function readFacts<U extends Uses>(uses: U, read: FactReader): FactsOf<U> {
  return Object.fromEntries(Object.entries(uses).map(([name, fact]) => [name, read(fact)])) as FactsOf<U>;
}

/** These facts and all that they stand on, each once. */
export function factsBelow(uses: Uses): readonly SharedFact<unknown>[] {
  const all = Object.values(uses).flatMap((fact) => [fact, ...factsBelow(fact.uses)]);
  return [...new Set(all)];
}

/** The queries that must be asked for `own` and `facts`, each once, `own` first. */
export function queriesOf(own: Queries, facts: readonly SharedFact<unknown>[]): readonly Query[] {
  return [...new Set([own, ...facts.map(({ queries }) => queries)].flatMap((some) => Object.values(some)))];
}
