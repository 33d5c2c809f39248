import type { Column, Dataset } from '../audit/block.ts';
import { visibleText } from '../audit/visible-text.ts';
import { isNumberUnit, plainNumber } from '../audit/format.ts';
import type { Scalar } from '../audit/value.ts';
import { heading } from './table-view.ts';
import { titled } from './words.ts';

/** Characters with which a spreadsheet begins a formula, and the ones it skips before one. */
const FORMULA = /^[\s\u0000]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]|^[\t\r\n]/; // eslint-disable-line no-control-regex
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * RFC 4180, all rows of the dataset, as the report prints them: headings with their units, numbers rounded, exchanges by
 * their names. Strings are quoted, and those that a spreadsheet would run get an apostrophe; numbers never do. Times are
 * ISO 8601 UTC.
 */
export function csvOf(dataset: Dataset): string {
  const header = dataset.columns.map((column) => quoted(heading(column)));
  const rows = dataset.rows.map((row) =>
    dataset.columns.map((column, index) => cell(row[index] ?? null, column)),
  );
  return [header, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Name of a dataset's file below the report: `data/stop-loss.unprotected.csv`. Ids are ours; anything else is refused. */
export function csvFileName(id: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,119}$/i.test(id) || id.includes('..')) {
    throw new Error(
      `${JSON.stringify(id.slice(0, 80))} is not a dataset id: letters, digits, dots, hyphens, at most 120.`,
    );
  }
  return `data/${id}.csv`;
}

/** Empty: no value. A number stays unquoted only where its column says it is one. */
function cell(value: Scalar, { key, unit, currency }: Column): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && !Number.isFinite(value)) return '';
  if (typeof value === 'number' || (isNumberUnit(unit) && NUMBER.test(value)))
    return plainNumber(value, unit, currency);
  return quoted(key === 'exchange' ? titled(value) : value);
}

function quoted(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return `"${visibleText(safe).replaceAll('"', '""')}"`;
}
