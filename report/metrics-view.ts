import type { Block } from '../audit/block.ts';
import { formatReason } from '../audit/format.ts';
import type { Text } from '../audit/text.ts';
import { figureCell, type Lookup } from './lookup.ts';

/** A cell of a metrics table; `mark` names the note below the table that says why it is empty. */
export interface MetricCell {
  readonly text: string;
  readonly mark: string;
}

export interface MetricsView {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly title: string;
    readonly id: string;
    readonly cells: readonly MetricCell[];
    readonly basis: Text;
  }[];
  readonly hasBasis: boolean;
  readonly notes: readonly { readonly mark: string; readonly text: string }[];
}

/** Each reason is printed once below the table, under a letter. */
export function metricsView(block: Extract<Block, { type: 'metrics' }>, lookup: Lookup): MetricsView {
  const marks = new Map<string, string>();
  const cell = (key: string | null): MetricCell => {
    if (key === null) return { text: '', mark: '' };
    const figure = lookup.figure(key);
    if (figure.value !== null) return { text: figureCell(figure, lookup), mark: '' };
    const reason = formatReason(figure.reason ?? 'no_data', figure.detail);
    const mark = marks.get(reason) ?? letters(marks.size);
    marks.set(reason, mark);
    return { text: figureCell(figure, lookup), mark };
  };
  const rows = block.rows.map((row) => ({
    title: row.title,
    id: row.id ?? '',
    cells: row.figures.map(cell),
    basis: row.basis,
  }));
  return {
    columns: block.columns,
    rows,
    hasBasis: block.rows.some(({ basis }) => basis.some((piece) => piece !== '')),
    notes: Array.from(marks, ([text, mark]) => ({ mark, text })),
  };
}

/** a, b, ... z, aa, ab, ... */
function letters(index: number): string {
  const rest = Math.floor(index / 26);
  return `${rest === 0 ? '' : letters(rest - 1)}${String.fromCharCode(97 + (index % 26))}`;
}
