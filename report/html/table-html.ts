import type { TableView } from '../table-view.ts';

/** What `block-table.hbs` prints. */
export interface HtmlTable {
  readonly label: string;
  readonly title: string;
  readonly density: string;
  readonly columns: TableView['columns'];
  readonly rows: readonly (readonly { readonly text: string; readonly className: string }[])[];
  readonly note: string;
  readonly empty: unknown;
}

/** Longer than this without a place to break, and a word is broken anywhere. */
const LONG_WORD = 18;
/** Cells up to this length stay on one line while the table has room for it. */
const SHORT_CELL = 20;

/** How a table is set: wide ones smaller, and those that even so would leave the page may break anywhere. */
interface Setting {
  readonly density: 'normal' | 'small' | 'tiny';
  readonly squeezed: boolean;
}

/** Characters that fit across a page, less those that the space between two columns takes. */
const SETTINGS = [
  { density: 'normal', characters: 104, space: 2.4 },
  { density: 'small', characters: 118, space: 2 },
  { density: 'tiny', characters: 140, space: 1.6 },
] as const;

export function htmlTable(view: TableView, title: string, label: string, empty: unknown): HtmlTable {
  const { density, squeezed } = settingOf(view);
  return {
    label,
    title,
    density: squeezed ? `${density} squeezed` : density,
    columns: view.columns,
    rows: view.rows.map((row) =>
      row.map((text, index) => ({ text, className: cellClass(text, view.columns[index]) })),
    ),
    note: view.note ?? '',
    empty,
  };
}

/** The largest type in which the table's narrowest form fits; a little room is left for texts to be more than that. */
export function settingOf({ columns, rows }: Pick<TableView, 'columns' | 'rows'>): Setting {
  const cells = (index: number): readonly string[] => rows.map((row) => row[index] ?? '');
  const narrowest = columns.map(({ title, number, time }, index) =>
    Math.max(
      longestWord(title),
      ...cells(index).map((text) =>
        number || time === true || text.length <= SHORT_CELL
          ? text.length
          : Math.min(LONG_WORD, longestWord(text)),
      ),
    ),
  );
  const texts = columns.map((_, index) =>
    Math.min(16, Math.max(0, ...cells(index).map((text) => text.length)) / 4),
  );
  const total = (parts: readonly number[], space: number): number =>
    parts.reduce((sum, part) => sum + part + space, 0);
  for (const { density, characters, space } of SETTINGS) {
    const wanted = total(narrowest, space) + texts.reduce((sum, part) => sum + Math.max(0, part - 5), 0);
    if (wanted <= characters) return { density, squeezed: false };
  }
  return { density: 'tiny', squeezed: total(narrowest, 1.6) > 140 };
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
