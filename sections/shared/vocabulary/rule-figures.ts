import type { FigureSpec, Unit } from '../../../audit/figure.ts';
import type { Output } from '../../../audit/section.ts';
import { fig, type Inline } from '../../../audit/text.ts';
import { known, type Value } from '../../../audit/value.ts';

/** What all figures of one finding share. */
export interface RuleScope {
  readonly rule: string;
  /** Null: the finding is not about one exchange. */
  readonly exchange: string | null;
  /** Only needed when a rule can have several findings at one exchange. */
  readonly cause?: string;
  readonly basis: string;
  readonly queries: readonly string[];
  readonly currency: string;
}

/** Registers a number that a finding's sentences print, and returns the reference to it. */
export type RuleFigure = (
  name: string,
  value: Value | string | number,
  unit: Unit,
  title: string,
  formula: string,
) => Inline & { readonly figure: string };

export function ruleFigures(out: Output, scope: RuleScope): RuleFigure {
  const labels = {
    rule: scope.rule,
    ...(scope.exchange !== null && { exchange: scope.exchange }),
    ...(scope.cause !== undefined && { cause: scope.cause }),
  };
  return (name, value, unit, title, formula) => {
    const spec: FigureSpec = {
      name,
      labels,
      value: typeof value === 'object' ? value : known(value),
      unit,
      ...((unit === 'money' || unit === 'money_min') && { currency: scope.currency }),
      title,
      basis: scope.basis,
      queries: scope.queries,
      formula,
    };
    return fig(out.figure(spec)) as Inline & { readonly figure: string };
  };
}

/** `1 position`, `2 positions`: the noun alone, to stand behind a figure. */
export function noun(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}

/** At most three names, and how many more there are is left to the figure beside it. */
export function names(values: Iterable<string>): string {
  const unique = [...new Set(values)];
  const shown = unique.slice(0, 3).map((value) => value.slice(0, 40));
  if (unique.length > 3) return `${shown.join(', ')} and others`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}` : (shown[0] ?? '');
}
