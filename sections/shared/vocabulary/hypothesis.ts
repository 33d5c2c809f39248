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

/** Whether all of them are as wanted; null where one of them is not known. */
export function all(values: readonly (boolean | null)[], wanted: boolean): boolean | null {
  return values.includes(null) ? null : values.every((value) => value === wanted);
}
