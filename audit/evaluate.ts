import type { Evidence } from './evidence.ts';
import type { EntityName } from './contract.ts';
import type { Query } from './query.ts';
import type { Rows, Rung, Section, SectionResult } from './section.ts';
import { scoringSettings } from './scoring.ts';

/** A stored bundle opened for evaluation: its rows are read by query, never from a source. */
export interface OpenEvidence {
  readonly evidence: Evidence;
  rowsFor(query: Query): Rows<unknown>;
  /** Width of a timeline's bucket, seconds; from the report kind. */
  readonly bucketS: number;
}

/** Evaluates one section on stored evidence: pure, so it gives the same result online and offline. */
export function evaluateSection(
  section: Section,
  { evidence, rowsFor, bucketS }: OpenEvidence,
): SectionResult {
  const states = new Map(evidence.entities.map((state) => [state.entity, state]));
  return section.evaluate({
    rowsOf: rowsFor,
    window: evidence.window,
    kind: evidence.kind,
    bucketS,
    bot: evidence.bot,
    settings: evidence.policy[section.id],
    sources: evidence.sources,
    entities: evidence.entities,
    history: evidence.history,
    alive: evidence.alive,
    credit: credits(evidence),
    has(entity: EntityName, column?: string): boolean {
      const state = states.get(entity);
      if (state?.status !== 'ok') return false;
      return column === undefined || state.columns.includes(column);
    },
  });
}

function credits(evidence: Evidence): Readonly<Record<Rung, number>> {
  return scoringSettings.parse(evidence.policy['scoring'] ?? {}).basisCredit;
}
