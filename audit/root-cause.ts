import type { Cause, Confidence, Predicate } from './finding.ts';
import type { Text } from './text.ts';

export interface Hypothesis {
  readonly id: string;
  readonly text: Text;
  readonly predicates: readonly Predicate[];
  /** The records show it themselves; its predicates, if any, are what is left to test. */
  readonly recorded?: true;
  /** A direct record names this cause: a reject code, a liquidation row. */
  readonly direct?: boolean;
  readonly location?: string;
}

/**
 * The best supported hypothesis. CONFIRMED: a direct record and all predicates true; LIKELY: all true and no rival
 * wholly true; POSSIBLE: some true, or all true with a rival; UNKNOWN: none true (catalogue 4.0). What the records show
 * themselves is true.
 */
export function rootCause(hypotheses: readonly Hypothesis[], unknown: Text): Cause {
  const predicates = hypotheses.flatMap((hypothesis) => hypothesis.predicates);
  const whole = hypotheses.filter(
    (h) => (h.recorded || h.predicates.length > 0) && h.predicates.every(({ held }) => held === true),
  );
  const confirmed = whole.find(({ direct }) => direct === true);
  const partial = hypotheses.find((h) => h.recorded || h.predicates.some(({ held }) => held === true));
  const best = confirmed ?? whole[0] ?? partial;
  if (!best) return { id: 'unknown', text: unknown, confidence: 'UNKNOWN', predicates };
  const confidence: Confidence = confirmed ? 'CONFIRMED' : whole.length === 1 ? 'LIKELY' : 'POSSIBLE';
  return {
    id: best.id,
    text: best.text,
    confidence,
    predicates,
    ...(best.location !== undefined && { location: best.location }),
  };
}
