import type { Series } from './block.ts';

/**
 * The lowest and highest value that the bars of a row are drawn against, 0 included: those of all rows of its unit, so that
 * a bar of 1 is never as tall as one of 23 in another row.
 */
export function barSpan({ unit }: Series, rows: readonly Series[]): readonly [low: number, high: number] {
  const values = rows
    .filter((row) => row.unit === unit)
    .flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));
  return [Math.min(0, ...values), Math.max(0, ...values)];
}
