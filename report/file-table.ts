import { formatValue } from '../audit/format.ts';
import type { DataFile } from '../audit/report.ts';
import { oneLine } from './one-line.ts';
import type { TableView } from './table-view.ts';

/** The data files by name, with their rows and size; those without a row in one sentence. */
export function fileNames(files: readonly DataFile[]): TableView {
  const empty = files.filter(({ rows }) => rows === 0).map(({ name }) => oneLine(name));
  return {
    columns: [
      { title: 'File', number: false, file: true },
      { title: 'Rows', number: true },
      { title: 'Size', number: true },
    ],
    rows: files
      .filter(({ rows }) => rows !== 0)
      .map(({ name, rows, bytes }) => [
        oneLine(name),
        formatValue(rows, 'count'),
        formatValue(bytes, 'bytes'),
      ]),
    note:
      empty.length === 0 ? null : `No row: ${empty.map((name) => name.replace(/^data\//, '')).join(', ')}.`,
  };
}

/** The data files beside the report, for Appendix D. `day`: see `formatValue`. */
export function fileTable(files: readonly DataFile[], day: string | undefined): TableView {
  return {
    columns: [
      { title: 'File', number: false, file: true },
      { title: 'Holds', number: false },
      { title: 'Rows', number: true },
      { title: 'Size', number: true },
      { title: 'First', number: false, time: true },
      { title: 'Last', number: false, time: true },
      { title: 'SHA-256', number: false },
    ],
    rows: files.map((file) => [
      oneLine(file.name),
      oneLine(file.title),
      formatValue(file.rows, 'count'),
      formatValue(file.bytes, 'bytes'),
      formatValue(file.first, 'time', { day }),
      formatValue(file.last, 'time', { day }),
      file.sha256,
    ]),
    note: null,
  };
}
