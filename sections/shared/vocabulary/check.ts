import type { CheckOutcome } from '../../../audit/check.ts';
import { formatReason } from '../../../audit/format.ts';
import type { Surroundings } from '../../../audit/input.ts';
import type { CheckDefinition, GateDefinition, Output, Rung } from '../../../audit/section.ts';
import { fig, text, type Text } from '../../../audit/text.ts';
import { isKnown, type Missing, type Reason } from '../../../audit/value.ts';
import { capitalised } from './words.ts';

/** What a check comes to: r in [0,1] with a sentence, why it cannot be judged, or that it does not apply. */
export type Judgement =
  { readonly r: number; readonly text: Text; readonly absence?: true } | Exclude<CheckOutcome, { r: number }>;

export interface CheckSpec<F, I> extends Omit<CheckDefinition<F, I>, 'evaluate'> {
  /** The rung of the basis that it was judged on, whose credit is the policy's; a number is the credit itself. */
  readonly rung: Rung | number | ((facts: F) => Rung | number);
  readonly judge: (facts: F, input: I, out: Output) => Judgement | Missing;
}

/** A check as the engine knows it. A missing value as the judgement is `unknown` for that reason. */
export function check<F, I extends Pick<Surroundings, 'credit'>>(
  spec: CheckSpec<F, I>,
): CheckDefinition<F, I> {
  const { rung, judge, ...head } = spec;
  return {
    ...head,
    evaluate(facts, input, out) {
      const judged = judge(facts, input, out);
      if ('value' in judged) return unknown(judged.reason, [reasonSentence(judged)]);
      if (!('r' in judged)) return judged;
      const { r, text, absence } = judged;
      const on = typeof rung === 'function' ? rung(facts) : rung;
      const credit = typeof on === 'number' ? on : input.credit[on];
      return { state: 'known', r, credit, text, ...(absence && { absence }) };
    },
  };
}

/** `isAbsence`: it is passed because there was nothing to look at. */
export function score(r: number, text: Text, isAbsence = false): Judgement {
  return { r, text, ...(isAbsence && { absence: true }) };
}

/** Cannot be judged, in words of its own. */
export function unknown(reason: Reason, text: Text): Extract<CheckOutcome, { state: 'unknown' }> {
  return { state: 'unknown', reason, text };
}

/**
 * Of what a bot need not record: where its mapping has no such rows, or there never was one, nobody knows it and no score
 * is formed of it. What cannot be read is unknown as everywhere.
 */
export function unrecorded(why: Missing): Judgement {
  const text = [reasonSentence(why)];
  return why.reason === 'missing_entity' || why.reason === 'no_data'
    ? { state: 'not_applicable', text }
    : unknown(why.reason, text);
}

interface GateSpec<F, I> extends Omit<GateDefinition<F, I>, 'evaluate'> {
  /** Whether what must not be was seen; a missing value: it could not be looked at. */
  readonly judge: (facts: F, input: I, out: Output) => ReturnType<GateDefinition<F, I>['evaluate']> | Missing;
}

/** A gate as the engine knows it: what could not be seen did not hold. */
export function gate<F, I>(spec: GateSpec<F, I>): GateDefinition<F, I> {
  const { judge, ...head } = spec;
  return {
    ...head,
    evaluate(facts, input, out) {
      const judged = judge(facts, input, out);
      return 'value' in judged ? { failed: null, text: [reasonSentence(judged)] } : judged;
    },
  };
}

/** `No data: no fill in the window.` */
function reasonSentence({ reason, detail }: Missing): string {
  return `${capitalised(formatReason(reason, detail))}.`;
}

/** A count with the words that agree with it: `1 position was`, `2 positions were`. */
export function counted(out: Output, key: string, one: string, many: string): Text {
  return text`${fig(key)} ${numberOf(out, key) === 1 ? one : many}`;
}

/** A figure's number where it is known. */
export function numberOf(out: Output, key: string): number | Missing {
  const value = out.value(key);
  return isKnown(value) ? Number(value.value) : value;
}
