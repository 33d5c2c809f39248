import { amount, type Money } from '../../../audit/decimal.ts';
import type { FigureSpec, Unit } from '../../../audit/figure.ts';
import { iso } from '../../../audit/time.ts';
import { known, missing, type Value } from '../../../audit/value.ts';

/** A number that the finding's sentences print. */
export interface NumberSpec {
  readonly unit: Unit;
  readonly value: Value | string | number | Money;
  readonly title: string;
  readonly formula: string;
  /** Where its figure is not as the rule's others. */
  readonly more?: Partial<Pick<FigureSpec, 'id' | 'labels' | 'basis' | 'queries' | 'n' | 'currency'>>;
}

type Own = Pick<NumberSpec, 'formula' | 'more'>;

const number =
  (unit: Unit) =>
  (title: string, value: NumberSpec['value'], own: Own | string): NumberSpec => ({
    unit,
    title,
    value,
    ...(typeof own === 'string' ? { formula: own } : own),
  });

/** Numbers by unit: `oldest_age: num.h('Oldest age', max, 'end of the window - opening')`. A time is in ms. */
export const num = {
  count: number('count'),
  money: number('money'),
  quantity: number('quantity'),
  percent: number('percent'),
  ratio: number('ratio'),
  bps: number('bps'),
  ms: number('ms'),
  s: number('s'),
  min: number('min'),
  h: number('h'),
  bytes: number('bytes'),
  time: number('time'),
};

const UNIT_BY_END: readonly (readonly [end: string, unit: Unit])[] = [
  ['Ms', 'ms'],
  ['S', 's'],
  ['Min', 'min'],
  ['H', 'h'],
  ['Pct', 'percent'],
  ['Percent', 'percent'],
  ['Bps', 'bps'],
  ['Ratio', 'ratio'],
];

/** A threshold as a number of the finding: its unit by the end of its name, its formula by its place in the policy. */
export function policy(section: string, settings: object, key: string, title: string): NumberSpec {
  const unit = UNIT_BY_END.find(([end]) => key.endsWith(end))?.[1] ?? 'count';
  return {
    unit,
    title,
    formula: `policy ${section}.${key}`,
    value: (settings as Readonly<Record<string, number>>)[key] ?? missing('no_data'),
  };
}

/** The value of a figure: a decimal becomes digits, a time in milliseconds ISO 8601. */
export function valueOf(value: NumberSpec['value'], unit: Unit): Value {
  if (typeof value === 'number' && unit === 'time') return known(iso(value));
  if (typeof value !== 'object') return known(value);
  return 'value' in value ? value : known(amount(value));
}
