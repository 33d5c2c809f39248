import type { Labels, Unit } from '../../../audit/figure.ts';
import type {
  Cause,
  Effort,
  Explanation,
  FindingDraft,
  Occurrence,
  See,
  Severity,
} from '../../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../../audit/root-cause.ts';
import type { Output, RuleDefinition } from '../../../audit/section.ts';
import { fig, type Inline, type Text } from '../../../audit/text.ts';
import { iso } from '../../../audit/time.ts';
import type { Missing } from '../../../audit/value.ts';
import { isMoney } from './lines.ts';
import { policy, valueOf, type NumberSpec } from './number.ts';
import type { Base, Context, From, Group } from './rule-context.ts';
import { evidenceOf, type Evidence } from './rule-evidence.ts';
import { capitalised } from './words.ts';

export type { Context, From, Group } from './rule-context.ts';
export type { EvidenceSpec } from './rule-evidence.ts';

/** What the rule says of one group of cases. Numbers stand in it as references. */
export interface Words {
  readonly title: Text;
  readonly description: Text;
  readonly financial: Text | string;
  readonly operational: Text | string;
  readonly risk: Text | string;
  readonly detection: Text | string;
  readonly recommendation: Text | string;
  readonly verification: Text | string;
}

/** An occurrence as a rule says it. */
interface Case {
  readonly subject: string;
  readonly at: string | number;
  readonly until?: string | number;
}

type Reference = Inline & { readonly figure: string };
/** Registers one more number, such as the exposure, and returns the reference to it. */
export type Register = (
  name: string,
  value: NumberSpec['value'],
  unit: Unit,
  title: string,
  formula: string,
  more?: NumberSpec['more'],
) => Reference;

/** A rule as what only it can say; what a finding is beside that is the same for all. */
export interface RuleSpec<F, I extends Base, C, N extends string, G = unknown> extends Omit<
  RuleDefinition<F, I>,
  'evaluate'
> {
  readonly effort: Effort | ((context: Context<F, I, C, G>) => Effort);
  /** The groups that make a finding each; none: the condition was not met. */
  readonly find: (facts: F, input: I) => readonly Group<C, G>[];
  readonly from: From | ((facts: F, input: I) => From);
  /** By the name of the figure; null: this group has no such number, and its reference prints nothing. */
  readonly numbers: (context: Context<F, I, C, G>) => Readonly<Record<N, NumberSpec | null>>;
  readonly severity: (
    context: Context<F, I, C, G>,
    register: Register,
  ) => Severity | { readonly severity: Severity; readonly note: Text };
  readonly causes: (context: Context<F, I, C, G>) => readonly Hypothesis[];
  /** What the finding's cause is known by, where that is not the hypothesis alone. */
  readonly cause?: (cause: Cause, context: Context<F, I, C, G>) => Cause;
  /** Said when no hypothesis holds. */
  readonly otherwise: string | ((context: Context<F, I, C, G>) => string);
  /** A time is ISO 8601 or in milliseconds. */
  readonly occurrence: (one: C, context: Context<F, I, C, G>) => Case;
  /** How many times, when that differs from the number of cases. */
  readonly frequency?: (context: Context<F, I, C, G>) => number;
  readonly evidence: Evidence<F, I, C, G>;
  /** Why the condition could not be judged, where that is not that a query of `from` has no rows. */
  readonly unseen?: (facts: F, input: I) => Missing | null;
  /** The number of the money at stake. */
  readonly stake?: NoInfer<N> | ((context: Context<F, I, C, G>) => string | undefined);
  /** Rules whose findings of the same time explain what this one only observes. */
  readonly explainedBy?: (context: Context<F, I, C, G>) => readonly Explanation[];
  /** Whether it still is at the end of the window, where its occurrences do not say that. */
  readonly standing?: boolean;
  /** A string is one read-only SELECT. */
  readonly see: (context: Context<F, I, C, G>) => See | string;
  readonly words: (
    numbers: Readonly<Record<N, Inline>>,
    context: Context<F, I, C, G> & { readonly note: Text; readonly occurrences: readonly Occurrence[] },
  ) => Words;
}

/** A rule as the engine knows it: `rule<Facts, Input>()({ id, find, numbers, ... })`. */
export function rule<F, I extends Base>(): <C, N extends string, G = unknown>(
  spec: RuleSpec<F, I, C, N, G>,
) => RuleDefinition<F, I> {
  return (spec) => {
    const { id, title, condition, dimension, unseen, from } = spec;
    return {
      id,
      title,
      condition,
      dimension,
      ...(unseen && { unseen }),
      reads: (facts, input) => (typeof from === 'function' ? from(facts, input) : from).queries,
      evaluate: (facts, input, out) =>
        spec.find(facts, input).map((group) => draftOf(spec, facts, input, out, group)),
    };
  };
}

function draftOf<F, I extends Base, C, N extends string, G>(
  spec: RuleSpec<F, I, C, N, G>,
  facts: F,
  input: I,
  out: Output,
  group: Group<C, G>,
): FindingDraft {
  const { venue, exchange = venue, found, kind } = group;
  const place = exchange === null ? '' : capitalised(exchange);
  const context: Context<F, I, C, G> = {
    ...group,
    facts,
    input,
    place,
    policy: (key, title) => policy(out.section, input.settings, key, title),
  };
  const from = typeof spec.from === 'function' ? spec.from(facts, input) : spec.from;
  const register = registering(spec.id, group, from, out);
  const references = {} as Record<N, Inline>;
  for (const [name, number] of Object.entries(spec.numbers(context)) as [N, NumberSpec | null][])
    references[name] =
      number === null
        ? ''
        : register(name, number.value, number.unit, number.title, number.formula, number.more);
  const graded = spec.severity(context, register);
  const { severity, note } = typeof graded === 'string' ? { severity: graded, note: [] } : graded;
  const likeliest = rootCause(spec.causes(context), [
    typeof spec.otherwise === 'string' ? spec.otherwise : spec.otherwise(context),
  ]);
  const cause = spec.cause?.(likeliest, context) ?? likeliest;
  const evidence = evidenceOf(spec, context, { from, cause: cause.id }, out);
  const occurrences = found.map((one) => occurrenceOf(spec.occurrence(one, context)));
  const words = spec.words(references, Object.assign({ note, occurrences }, context));
  const see = spec.see(context);
  const stake = typeof spec.stake === 'function' ? spec.stake(context) : keyOf(spec.stake, references);
  return {
    venue: exchange === 'unknown' ? null : exchange,
    cause: kind === undefined ? cause : { ...cause, id: `${kind}-${cause.id}` },
    severity,
    title: words.title,
    description: words.description,
    occurrences,
    ...(spec.frequency && { frequency: spec.frequency(context) }),
    evidence,
    ...(stake !== undefined && { atStake: stake }),
    impact: {
      financial: textOf(words.financial),
      operational: textOf(words.operational),
      risk: textOf(words.risk),
    },
    detection: textOf(words.detection),
    recommendation: textOf(words.recommendation),
    verification: textOf(words.verification),
    see: typeof see === 'string' ? { language: 'sql', text: see } : see,
    effort: typeof spec.effort === 'string' ? spec.effort : spec.effort(context),
    ...(spec.explainedBy && { explainedBy: spec.explainedBy(context) }),
    ...(spec.standing !== undefined && { standing: spec.standing }),
  };
}

function occurrenceOf({ subject, at, until }: Case): Occurrence {
  const time = (one: string | number): string => (typeof one === 'number' ? iso(one) : one);
  return { subject, at: time(at), ...(until !== undefined && { until: time(until) }) };
}

function registering(id: string, { venue, labels }: Group<unknown>, from: From, out: Output): Register {
  const shared = { rule: id, ...(venue !== null && { exchange: venue }), ...labels };
  return (name, value, unit, title, formula, more) =>
    fig(
      out.figure({
        name,
        labels: shared,
        value: valueOf(value, unit),
        unit,
        ...(isMoney(unit) && { currency: out.currency }),
        title,
        ...from,
        formula,
        ...more,
      }),
    ) as Reference;
}

function keyOf<N extends string>(name: N | undefined, references: Record<N, Inline>): string | undefined {
  const reference = name === undefined ? undefined : references[name];
  return typeof reference === 'object' && 'figure' in reference ? reference.figure : undefined;
}

function textOf(words: Text | string): Text {
  return typeof words === 'string' ? [words] : words;
}

/** Findings of several kinds under one condition: its head is the first one's. */
export function joined<F, I>(
  first: RuleDefinition<F, I>,
  ...others: readonly RuleDefinition<F, I>[]
): RuleDefinition<F, I> {
  return {
    ...first,
    evaluate: (facts, input, out) => [first, ...others].flatMap((kind) => kind.evaluate(facts, input, out)),
  };
}

/** Cases by exchange, and by what else tells findings apart, in the order in which they first occur. */
export function groupsByVenue<C>(
  cases: readonly C[],
  venueOf: (one: C) => string | null,
  labelsOf: (one: C) => Labels | undefined = () => undefined,
): readonly Group<C>[] {
  const groups = new Map<string, Group<C> & { readonly found: C[] }>();
  for (const one of cases) {
    const [venue, labels] = [venueOf(one), labelsOf(one)];
    const key = JSON.stringify([venue, labels]);
    const group = groups.get(key);
    if (group) group.found.push(one);
    else groups.set(key, { venue, found: [one], ...(labels && { labels }) });
  }
  return [...groups.values()];
}

/** The one group of a finding that stands for the whole bot; none without cases. */
export function wholeBot<C>(found: readonly C[]): readonly Group<C>[] {
  return found.length === 0 ? [] : [{ venue: null, found }];
}

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
