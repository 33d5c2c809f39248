import type { Reason, Value } from './value.ts';

/** How a value is written. `money`, `price` and `quantity` are decimal strings; `time` is ISO 8601 UTC; `percent` is 0..100. */
export type Unit =
  | 'count'
  | 'percent'
  | 'ratio'
  | 'ms'
  | 's'
  | 'min'
  | 'h'
  | 'money'
  | 'price'
  | 'quantity'
  | 'money_min'
  | 'bps'
  | 'bytes'
  | 'score'
  | 'time'
  | 'text';

export type Labels = Readonly<Record<string, string>>;

/** One number of the report. Tables, charts, sentences, `explain` and the diff between windows all point here. */
export interface Figure {
  /** `name{label=value,...}` with labels sorted; unique in a report. */
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  readonly value: string | number | null;
  readonly reason?: Reason;
  readonly detail?: string;
  readonly unit: Unit;
  /** Settle or quote currency of money, else absent. */
  readonly currency?: string;
  /** Catalogue id (`P1`, `SL4`), or null for a figure that only supports another. */
  readonly id: string | null;
  readonly title: string;
  /** Where the number comes from, in a few words: `fills`, `bot-reported positions`. */
  readonly basis: string | null;
  /** Ids of the queries it was computed from. */
  readonly queries: readonly string[];
  /** How the value follows from the rows: a formula in words, for `explain`. */
  readonly formula: string;
  /** Sample size, printed beside percentiles and rates. */
  readonly n?: number;
  /** Wilson 95 % interval in percent, for rates with n < 100. */
  readonly interval?: readonly [number, number];
}

export interface FigureSpec {
  readonly name: string;
  readonly labels?: Labels;
  readonly value: Value;
  readonly unit: Unit;
  readonly currency?: string;
  readonly id?: string;
  readonly title: string;
  readonly basis?: string;
  readonly queries?: readonly string[];
  readonly formula: string;
  readonly n?: number;
  readonly interval?: readonly [number, number];
}

/** Canonical key of a figure; label order does not matter. */
export function figureKey(name: string, labels: Labels = {}): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return name;
  return `${name}{${names.map((label) => `${label}=${labels[label] ?? ''}`).join(',')}}`;
}

export function toFigure(spec: FigureSpec): Figure {
  const { value } = spec;
  return {
    key: figureKey(spec.name, spec.labels),
    name: spec.name,
    labels: spec.labels ?? {},
    value: value.value,
    ...(value.value === null && { reason: value.reason }),
    ...(value.value === null && value.detail !== undefined && { detail: value.detail }),
    unit: spec.unit,
    ...(spec.currency !== undefined && { currency: spec.currency }),
    id: spec.id ?? null,
    title: spec.title,
    basis: spec.basis ?? null,
    queries: spec.queries ?? [],
    formula: spec.formula,
    ...(spec.n !== undefined && { n: spec.n }),
    ...(spec.interval !== undefined && { interval: spec.interval }),
  };
}
