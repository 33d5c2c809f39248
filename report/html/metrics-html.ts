import type { Block } from '../../audit/block.ts';
import { firstColumnRoom, isCrowded } from '../column-choice.ts';
import type { Lookup } from '../lookup.ts';
import { metricsView, paperView, referenceView, type MetricsView } from '../metrics-view.ts';
import { inlineHtml, isEmpty } from './inline.ts';

/** The column that stays in view on a phone. */
const TOTAL = 'Total';

/** What `block-metrics.hbs` prints. */
export function metricsHtml(
  block: Extract<Block, { type: 'metrics' }>,
  lookup: Lookup,
  paper: boolean,
): object {
  const isReference = paper && block.reference === true;
  const view = isReference
    ? { ...referenceView(block, lookup), zeros: '' }
    : paper
      ? paperView(block, lookup)
      : { ...metricsView(block, lookup), zeros: '' };
  const reference = isReference || (paper && isLongAndNarrow(view));
  const widths = widthsOf(view);
  const room = reference ? 0 : Math.min(LONGEST_TITLE, firstColumnRoom(widths) / LETTER);
  return {
    ...view,
    reference,
    long: isReference,
    over: isEmpty(view.sharedBasis) ? '' : inlineHtml(view.sharedBasis, lookup),
    title: block.title ?? '',
    label: block.title ?? 'Metrics',
    density: isCrowded(widths) ? 'crowded' : isNarrow(view) ? 'narrow' : '',
    columns: view.columns.map((column) => ({ title: column, total: column === TOTAL })),
    rows: view.rows.map((row) => ({
      ...row,
      onOneLine: paper && titleOf(row).length <= room,
      cells: row.cells.map((cell, index) => ({ ...cell, total: view.columns[index] === TOTAL })),
      basis: inlineHtml(row.basis, lookup),
    })),
  };
}

type Row = MetricsView['rows'][number];

/** A title of so many characters is kept on one line before the basis is. */
const LONGEST_TITLE = 40;
/** Width of a letter, where that of a digit is 1. */
const LETTER = 0.8;

function titleOf({ title, id }: Row): string {
  return id === '' ? title : `${title} ${id}`;
}

/** One number a row, and not much beside it: two such columns stand on a page. */
function isLongAndNarrow({ columns, rows }: MetricsView): boolean {
  const longest = Math.max(
    ...rows.map(
      ({ title, id, cells, basis }) =>
        [title, id, ...cells.map(({ text }) => text), ...basis.map((piece) => JSON.stringify(piece))].join(
          ' ',
        ).length,
    ),
  );
  return columns.length === 1 && rows.length >= 6 && longest <= 90;
}

/** A number at the far side of the page is hard to find from its title. */
function isNarrow({ columns, hasBasis }: MetricsView): boolean {
  return columns.length === 1 && !hasBasis;
}

/** As other tables; the basis, which is small and wraps, counts as a few words. */
function widthsOf({ columns, rows, hasBasis }: MetricsView): Parameters<typeof isCrowded>[0] {
  const number = { title: '', number: true } as const;
  return {
    columns: [
      { title: 'Metric', number: false },
      ...columns.map(() => number),
      ...(hasBasis ? [{ title: 'Basis', number: false }] : []),
    ],
    rows: rows.map((row) => [
      row.title,
      ...row.cells.map(({ text }) => text),
      ...(hasBasis ? ['x'.repeat(15)] : []),
    ]),
  };
}
