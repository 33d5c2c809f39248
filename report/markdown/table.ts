import type { TableView } from '../table-view.ts';
import { atLineStart, codeSpan, escapeMarkdown } from './escape.ts';

/** A GFM table from cells that are Markdown already. */
export function gfmTable(
  columns: readonly { readonly title: string; readonly number: boolean }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => (cell === '' ? ' ' : cell)).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => escapeMarkdown(title))),
    `|${columns.map(({ number }) => (number ? '---:' : '---')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

/** A table of data, with its note below. */
export function tableMarkdown(view: TableView, empty: string): string {
  if (view.rows.length === 0) return empty;
  const table = gfmTable(
    view.columns,
    view.rows.map((row) => row.map(escapeMarkdown)),
  );
  return view.note === null ? table : `${table}\n\n${atLineStart(noteMarkdown(view.note))}`;
}

/** The file that a note names is set as code, which also keeps it from being linked. */
function noteMarkdown(note: string): string {
  const match = /^(.* all are in )(\S+)\.$/.exec(note);
  return match ? `${escapeMarkdown(match[1] ?? '')}${codeSpan(match[2] ?? '')}.` : escapeMarkdown(note);
}
