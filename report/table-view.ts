import type { Column } from '../audit/block.ts';
import { formatValue, isNumberUnit, naturalPlaces, unitOf } from '../audit/format.ts';
import type { ShownDataset } from '../audit/report.ts';
import { chosenColumns } from './column-choice.ts';
import type { Scalar } from '../audit/value.ts';
import { oneLine } from './one-line.ts';
import { titled } from './words.ts';

/** A table as every format prints it: headings hold the units, cells the bare numbers. */
export interface TableView {
  readonly columns: readonly {
    readonly title: string;
    readonly number: boolean;
    readonly time?: boolean;
    /** Names of files beside the report. */
    readonly file?: boolean;
    /** See `column-choice.ts`. */
    readonly detail?: boolean;
  }[];
  readonly rows: readonly (readonly string[])[];
  /** "Showing 8 of 2,000 rows and 8 of 15 columns; all are in data/x.csv."; null when nothing is left out. */
  readonly note: string | null;
}

/** The first `limit` rows of a dataset, formatted. `day`: see `formatValue`. */
export function tableView(dataset: ShownDataset, limit: number, day: string | undefined): TableView {
  const rows = dataset.rows.slice(0, limit);
  const formats = dataset.columns.map((column, index) =>
    cellFormat(
      column,
      rows.map((row) => row[index] ?? null),
      day,
    ),
  );
  const columns = dataset.columns.map((column) => ({
    title: oneLine(heading(column)),
    number: isNumberUnit(column.unit),
    time: column.unit === 'time',
    detail: column.detail === true,
  }));
  const cells = rows.map((row) => formats.map((format, index) => format(row[index] ?? null)));
  const chosen = chosenColumns({ columns, rows: cells });
  return {
    columns: chosen.flatMap((index) => columns[index] ?? []),
    rows: cells.map((row) => chosen.map((index) => row[index] ?? '')),
    note: shownNote(rows.length, chosen.length, dataset),
  };
}

function shownNote(
  rows: number,
  columns: number,
  { total, columns: all, file }: ShownDataset,
): string | null {
  const parts = [
    ...(total > rows ? [`${formatValue(rows, 'count')} of ${formatValue(total, 'count')} rows`] : []),
    ...(all.length > columns ? [`${String(columns)} of ${String(all.length)} columns`] : []),
  ];
  return parts.length === 0 ? null : `Showing ${parts.join(' and ')}; all are in ${file}.`;
}

/** `Net PnL (USDT)`: a column's name with its unit. */
export function heading(column: Column): string {
  const unit = unitOf(column.unit, column.currency);
  // Some titles name their unit already: `Share (%)`.
  if (column.title.endsWith(`(${unit})`)) return column.title;
  return unit === '' ? column.title : `${column.title} (${unit})`;
}

/** Prices and quantities of a column get the same decimals when they nearly have; else each its own. */
function cellFormat(
  column: Column,
  values: readonly Scalar[],
  day: string | undefined,
): (value: Scalar) => string {
  const { unit, currency } = column;
  const places = values.filter((value) => value !== null).map(naturalPlaces);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const alike = (unit === 'price' || unit === 'quantity') && places.length > 0 && most - least <= 2;
  const sameDay =
    unit === 'time' && values.every((value) => value === null || String(value).startsWith(day ?? '-'));
  // Data spell exchanges in lower case, which stays in the CSV; readers get the names that the text has.
  if (column.key === 'exchange' && unit === 'text')
    return (value) => titled(oneLine(formatValue(value, unit)));
  return (value) =>
    oneLine(
      formatValue(value, unit, {
        currency,
        bare: true,
        day: sameDay ? day : undefined,
        places: alike ? most : undefined,
      }),
    );
}
