import type { Dataset } from '../audit/block.ts';
import { withoutControls } from '../audit/control-text.ts';
import { isNumberUnit } from '../audit/format.ts';
import type { Scalar } from '../audit/value.ts';

/** Characters with which a spreadsheet begins a formula, and the ones it skips before one. */
const FORMULA = /^[\s\u0000]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]|^[\t\r\n]/; // eslint-disable-line no-control-regex
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * RFC 4180 with a heading row of keys; all rows of the dataset. Strings are quoted, and those that a spreadsheet would
 * run get an apostrophe; numbers, in number columns, stay numbers with their full digits; times are ISO 8601 UTC.
 */
export function csvOf(dataset: Dataset): string {
  const header = dataset.columns.map(({ key }) => quoted(key));
  const numeric = dataset.columns.map(({ unit }) => isNumberUnit(unit));
  const rows = dataset.rows.map((row) =>
    dataset.columns.map((_, index) => cell(row[index] ?? null, numeric[index] ?? false)),
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
function cell(value: Scalar, numeric: boolean): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return numeric && NUMBER.test(value) ? value : quoted(value);
}

function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${withoutControls(safe.toWellFormed()).replaceAll('"', '""')}"`;
}
