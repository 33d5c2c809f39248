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
    note: empty.length === 0 ? null : `No row: ${bySection(empty).join(', ')}.`,
  };
}

/** `pnl.{days,trades}.csv` of `data/pnl.days.csv` and `data/pnl.trades.csv`, as a shell reads it. */
function bySection(names: readonly string[]): readonly string[] {
  const of = Map.groupBy(names, (name) => /^data\/([^.]+)\.[^.]+\.csv$/.exec(name)?.[1] ?? '');
  return [...of].flatMap(([section, own]) => {
    const bare = own.map((name) => name.replace(/^data\//, ''));
    if (section === '' || bare.length === 1) return bare;
    return [
      `${section}.{${bare.map((name) => name.slice(section.length + 1, -'.csv'.length)).join(',')}}.csv`,
    ];
  });
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
