import type { Hypothesis } from '../../../audit/root-cause.ts';

/** A cause that a finding may have, with what must be true for it by its sentence; null: nobody can say. */
export function cause(
  id: string,
  sentence: string,
  tests: Readonly<Record<string, boolean | null>>,
): Hypothesis {
  const predicates = Object.entries(tests).map(([text, held]) => ({ text, held }));
  return { id, text: [sentence], predicates };
}
