import type { FigureSpec } from '../../../audit/figure.ts';
import type { Output, Rows } from '../../../audit/section.ts';
import { known, missing, type Missing, type Value } from '../../../audit/value.ts';

/** The value computed from rows, or the reason why there are none. */
export function fromRows<Row, T extends string | number>(
  rows: Rows<Row>,
  compute: (rows: readonly Row[]) => T,
): Value<T> {
  return rows.ok ? known(compute(rows.rows)) : why(rows);
}

/** Why there are no rows; null where they were read. */
export function reasonOf(rows: Rows<unknown>): Missing | null {
  return rows.ok ? null : rows;
}

/** The reason alone, without the rest of a `Rows`. */
export function why(from: Missing): Missing {
  return missing(from.reason, from.detail);
}

/** What all figures of one group share, so that a call says only what differs. */
export function figureGroup(
  out: Output,
  shared: Pick<FigureSpec, 'basis' | 'queries' | 'labels'>,
): (spec: Omit<FigureSpec, 'basis' | 'queries'> & { readonly basis?: string }) => string {
  return (spec) => out.figure({ ...shared, ...spec, labels: { ...shared.labels, ...spec.labels } });
}
