import type { Evidence } from './evidence.ts';
import type { InputSource, Rows, Rung } from './input.ts';
import type { Query } from './query.ts';
import { scoringSettings } from './scoring.ts';
import type { Section, SectionResult } from './section.ts';
import { createFactReader, type FactReader } from './shared-fact.ts';

/** A stored bundle opened for evaluation: each query's rows are read once, each shared fact is computed once. */
export interface OpenEvidence extends InputSource {
  readonly evidence: Evidence;
  readonly factOf: FactReader;
}

/** Opens a bundle whose rows `rowsFor` reads; `bucketS` is the width of a timeline's bucket, seconds, of its report kind. */
export function openEvidence(bundle: {
  readonly evidence: Evidence;
  rowsFor(query: Query): Rows<unknown>;
  readonly bucketS: number;
}): OpenEvidence {
  const { evidence, bucketS } = bundle;
  const known = new Map<Query, Rows<unknown>>();
  const rowsOf = (query: Query): Rows<unknown> => {
    const rows = known.get(query) ?? bundle.rowsFor(query);
    known.set(query, rows);
    return rows;
  };
  const source = { ...surroundings(evidence, bucketS), rowsOf };
  return { ...source, evidence, factOf: createFactReader(source) };
}

/** Evaluates one section on stored evidence: pure, so it gives the same result online and offline. */
export function evaluateSection(section: Section, { evidence, ...source }: OpenEvidence): SectionResult {
  const result = section.evaluate(source);
  // Checks and gates judge a bot: a part of it can pass none of them.
  return evidence.scope === undefined ? result : { ...result, checks: [], gates: [] };
}

function surroundings(evidence: Evidence, bucketS: number): Omit<InputSource, 'rowsOf'> {
  const states = new Map(evidence.entities.map((state) => [state.entity, state]));
  return {
    window: evidence.window,
    kind: evidence.kind,
    bucketS,
    bot: evidence.bot,
    sources: evidence.sources,
    entities: evidence.entities,
    history: evidence.history,
    policy: evidence.policy,
    alive: evidence.alive,
    credit: credits(evidence),
    has(entity, column) {
      const state = states.get(entity);
      if (state?.status !== 'ok') return false;
      return column === undefined || state.columns.includes(column);
    },
  };
}

function credits(evidence: Evidence): Readonly<Record<Rung, number>> {
  return scoringSettings.parse(evidence.policy['scoring'] ?? {}).basisCredit;
}
