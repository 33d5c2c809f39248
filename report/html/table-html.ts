import { LONG_WORD, SHORT_CELL, longestWord } from '../column-choice.ts';
import type { TableView } from '../table-view.ts';
import { withFileLinks, type HrefOf } from './links.ts';
import type { SafeHtml } from './safe-html.ts';

/** What `block-table.hbs` prints. */
export interface HtmlTable {
  readonly label: string;
  readonly title: string;
  readonly density: string;
  /** Set in columns on paper. */
  readonly reference: boolean;
  readonly columns: readonly { readonly title: string; readonly className: string }[];
  readonly rows: readonly (readonly { readonly text: string | SafeHtml; readonly className: string }[])[];
  readonly note: string | SafeHtml;
  readonly empty: unknown;
}

/** A table of so few rows is not broken over pages. */
const WHOLE_ROWS = 4;

export function htmlTable(
  view: TableView,
  title: string,
  label: string,
  empty: unknown,
  hrefOf: HrefOf = () => null,
): HtmlTable {
  return {
    label,
    title,
    reference: false,
    density: view.rows.length <= WHOLE_ROWS ? 'whole' : 'long',
    columns: view.columns.map((column) => ({
      title: column.title,
      className: column.number ? 'number' : 'text',
    })),
    rows: view.rows.map((row) =>
      row.map((text, index) => ({
        text: view.columns[index]?.file === true ? withFileLinks(text, hrefOf) : text,
        className: cellClass(text, view.columns[index]),
      })),
    ),
    note: view.note === null ? '' : withFileLinks(view.note, hrefOf),
    empty,
  };
}

function cellClass(text: string, column: TableView['columns'][number] | undefined): string {
  if (column?.number === true) return 'number';
  if (column?.time === true) return 'time';
  if (text.length <= SHORT_CELL) return 'text short';
  return longestWord(text) > LONG_WORD ? 'text breakable' : 'text';
}
