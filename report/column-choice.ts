/** A table has no more columns than can be read; the others are in its data file. */
export const MOST_COLUMNS = 8;
/** Longer than this without a place to break, and a word is broken anywhere. */
export const LONG_WORD = 18;
/** Cells up to this length stay on one line. */
export const SHORT_CELL = 20;
/** Characters that fit across a page in the tables' type, and those that the space between two columns takes. */
const CHARACTERS = 99;
const SPACE = 2.4;

interface Column {
  readonly title: string;
  readonly number: boolean;
  readonly time?: boolean;
  /** Left out before others. */
  readonly detail?: boolean;
}

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Indexes, in their order, of the columns that are shown: at most eight, and no more than a page is wide. Those that say
 * least go first: details, then columns without a value, each from the right. The first always stays.
 */
export function chosenColumns(table: Table): readonly number[] {
  const widths = columnWidths(table);
  const gone = new Set<number>();
  for (const index of leavingOrder(table)) {
    const left = widths.length - gone.size;
    const total = widths.reduce((sum, width, at) => sum + (gone.has(at) ? 0 : width + SPACE), 0);
    if (left === 1 || (left <= MOST_COLUMNS && total <= CHARACTERS)) break;
    gone.add(index);
  }
  return widths.map((_, index) => index).filter((index) => !gone.has(index));
}

/** Whether a table is wider than a page with each number on one line. */
export function isCrowded(table: Table): boolean {
  return columnWidths(table).reduce((sum, width) => sum + width + SPACE, 0) > CHARACTERS;
}

/** Characters that the columns beside it leave to the first. */
export function firstColumnRoom(table: Table): number {
  return columnWidths(table)
    .slice(1)
    .reduce((room, width) => room - width - SPACE, CHARACTERS - SPACE);
}

export function longestWord(text: string): number {
  return Math.max(...text.split(/[\s-]/).map((word) => word.length));
}

function leavingOrder({ columns, rows }: Table): readonly number[] {
  const isEmpty = (index: number): boolean => rows.every((row) => /^[–\s]*$/.test(row[index] ?? ''));
  const rank = (index: number): number =>
    index === 0 ? 3 : columns[index]?.detail === true ? 0 : isEmpty(index) ? 1 : 2;
  return columns.map((_, index) => index).sort((a, b) => rank(a) - rank(b) || b - a);
}

function columnWidths({ columns, rows }: Table): readonly number[] {
  return columns.map((column, index) =>
    columnWidth(
      column,
      rows.map((row) => row[index] ?? ''),
    ),
  );
}

/** Characters that a column needs: numbers, times and short cells whole; longer texts enough to be read in lines. */
function columnWidth({ title, number, time }: Column, cells: readonly string[]): number {
  const longest = Math.max(0, ...cells.map((text) => text.length));
  const kept = cells.filter((text) => number || time === true || text.length <= SHORT_CELL);
  const whole = Math.max(0, ...kept.map((text) => text.length));
  const lines = longest > SHORT_CELL && !number ? Math.min(30, Math.max(LONG_WORD, longest / 3)) : 0;
  return Math.max(longestWord(title), whole, lines);
}
