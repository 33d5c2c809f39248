import type { TableView } from '../table-view.ts';

/** What `block-table.hbs` prints. */
export interface HtmlTable {
  readonly label: string;
  readonly title: string;
  readonly density: string;
  readonly columns: readonly { readonly title: string; readonly className: string }[];
  readonly rows: readonly (readonly { readonly text: string; readonly className: string }[])[];
  readonly note: string;
  /** Said on paper only, where columns that would leave the page are not printed. */
  readonly paperNote: string;
  readonly empty: unknown;
}

/** Longer than this without a place to break, and a word is broken anywhere. */
const LONG_WORD = 18;
/** Cells up to this length stay on one line. */
const SHORT_CELL = 20;

/** A table of so few rows is not broken over pages. */
const WHOLE_ROWS = 12;

/** Characters that fit across a page, less those that the space between two columns takes. */
const SETTINGS = [
  { density: 'normal', characters: 104, space: 2.4 },
  { density: 'small', characters: 118, space: 2 },
  { density: 'tiny', characters: 142, space: 1.6 },
] as const;

interface Setting {
  readonly density: 'normal' | 'small' | 'tiny';
  /** Columns that fit on paper, from the first. */
  readonly fitting: number;
}

export function htmlTable(view: TableView, title: string, label: string, empty: unknown): HtmlTable {
  const { density, fitting } = settingOf(view);
  const extra = (index: number): string => (index < fitting ? '' : ' extra');
  const all = view.columns.length;
  return {
    label,
    title,
    density: view.rows.length <= WHOLE_ROWS ? `${density} whole` : density,
    columns: view.columns.map((column, index) => ({
      title: column.title,
      className: `${column.number ? 'number' : 'text'}${extra(index)}`,
    })),
    rows: view.rows.map((row) =>
      row.map((text, index) => ({
        text,
        className: `${cellClass(text, view.columns[index])}${extra(index)}`,
      })),
    ),
    note: view.note ?? '',
    paperNote:
      fitting < all
        ? `The first ${String(fitting)} of ${String(all)} columns are printed; the data file has all.`
        : '',
    empty,
  };
}

/** The largest type in which the table fits on paper; in the smallest, as many columns as do. */
export function settingOf({ columns, rows }: Pick<TableView, 'columns' | 'rows'>): Setting {
  const widths = columns.map((column, index) =>
    columnWidth(
      column,
      rows.map((row) => row[index] ?? ''),
    ),
  );
  for (const { density, characters, space } of SETTINGS) {
    const { fitting } = widths.reduce(
      (sum, width) => {
        const total = sum.total + width + space;
        return { total, fitting: sum.fitting + (total <= characters ? 1 : 0) };
      },
      { total: 0, fitting: 0 },
    );
    if (fitting === widths.length || density === 'tiny') return { density, fitting: Math.max(1, fitting) };
  }
  return { density: 'tiny', fitting: widths.length };
}

/** Characters that a column needs: numbers, times and short cells whole; longer texts enough to be read in lines. */
function columnWidth(
  { title, number, time }: TableView['columns'][number],
  cells: readonly string[],
): number {
  const longest = Math.max(0, ...cells.map((text) => text.length));
  const kept = cells.filter((text) => number || time === true || text.length <= SHORT_CELL);
  const whole = Math.max(0, ...kept.map((text) => text.length));
  const lines = longest > SHORT_CELL && !number ? Math.min(30, Math.max(LONG_WORD, longest / 3)) : 0;
  return Math.max(longestWord(title), whole, lines);
}

function longestWord(text: string): number {
  return Math.max(...text.split(/[\s-]/).map((word) => word.length));
}

function cellClass(text: string, column: TableView['columns'][number] | undefined): string {
  if (column?.number === true) return 'number';
  if (column?.time === true) return 'time';
  if (text.length <= SHORT_CELL) return 'text short';
  return longestWord(text) > LONG_WORD ? 'text breakable' : 'text';
}
