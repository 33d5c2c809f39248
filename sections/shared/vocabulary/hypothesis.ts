import type { Hypothesis } from '../../../audit/root-cause.ts';
import type { Text } from '../../../audit/text.ts';

/** A possible cause and what must hold for it: `hypothesis('path-down', 'The path was down.', ['no alert came', held])`. */
export function hypothesis(
  id: string,
  text: Text | string,
  ...predicates: readonly (readonly [text: string, held: boolean | null])[]
): Hypothesis {
  return {
    id,
    text: typeof text === 'string' ? [text] : text,
    predicates: predicates.map(([condition, held]) => ({ text: condition, held })),
  };
}
