import { datasetFile, datasetsOf } from '../audit/assemble.ts';
import type { Dataset } from '../audit/block.ts';
import { formatReason } from '../audit/format.ts';
import { escapedControls } from '../audit/control-text.ts';
import { sha256 } from '../audit/hash.ts';
import type { QueryRun } from '../audit/evidence.ts';
import type { DataFile } from '../audit/report.ts';
import type { SectionResult } from '../audit/section.ts';
import type { LoadedEvidence } from '../sources/collect.ts';
import { csvOf } from '../report/csv.ts';

/** A file beside the report, with what the report says of it. */
export interface WrittenFile {
  readonly file: DataFile;
  readonly content: string;
}

const SNAPSHOTS = 'snapshots';

/** A CSV of every table, and the window's snapshots as JSON Lines. Pure: offline renders give the same bytes. */
export function dataFilesOf(
  loaded: LoadedEvidence,
  results: readonly SectionResult[],
): readonly WrittenFile[] {
  return [...datasetsOf(results).map(csvFile), ...snapshotFile(loaded), ...queryFiles(loaded)];
}

function csvFile(dataset: Dataset): WrittenFile {
  const content = csvOf(dataset);
  const timeColumns = dataset.columns.flatMap(({ unit }, index) => (unit === 'time' ? [index] : []));
  const times = dataset.rows.flatMap((row) => timeColumns.map((index) => row[index]));
  return described(datasetFile(dataset.id), dataset.title, content, dataset.rows.length, times);
}

function snapshotFile({ evidence, rowsOf }: LoadedEvidence): readonly WrittenFile[] {
  const run = evidence.queries.find(({ id, status }) => id === SNAPSHOTS && status === 'ok');
  if (run === undefined || run.rowCount === 0) return [];
  const rows = rowsOf(run) as readonly { readonly at?: unknown }[];
  const content = rows.map((row) => `${escapedControls(JSON.stringify(row))}\n`).join('');
  const times = rows.map(({ at }) => at);
  return [
    described('data/snapshots.jsonl', 'Monitoring snapshots of the window', content, rows.length, times),
  ];
}

/** The queries as they ran, a file for each database that they ran in, for psql: parameters are its variables. */
function queryFiles({ evidence }: LoadedEvidence): readonly WrittenFile[] {
  const ofBot = evidence.queries.filter(({ source }) => source === 'database');
  const ofAudit = evidence.queries.filter(({ source }) => source === SNAPSHOTS);
  return [
    queryFile('data/queries.sql', 'The queries as they ran in the bot’s database', ofBot),
    queryFile('data/queries-audit.sql', 'The queries as they ran in the audit’s own database', ofAudit),
  ].filter(({ file }) => file.rows > 0);
}

function queryFile(name: string, fileTitle: string, queries: readonly QueryRun[]): WrittenFile {
  const variables = new Map(queries.flatMap(({ parameters }) => Object.entries(parameters)));
  const head = [...variables].map(
    ([name, value]) => `\\set ${name} ${psqlText(`'${String(value).replaceAll("'", "''")}'`)}`,
  );
  const texts = queries.map((run) => `-- ${run.id}: ${run.title}\n${statement(run)}`);
  // They ran in UTC: times without a zone and full hours depend on it.
  head.push("set timezone to 'UTC';");
  const content = `${[head.join('\n'), ...texts].join('\n\n')}\n`;
  return described(name, fileTitle, content, queries.length, []);
}

/** A value of `\\set` as psql reads it. */
function psqlText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What the mapping has no relation for, or the database refused, is shown and not run: the file runs as a whole. */
function statement({ status, reason, error, sql, written }: QueryRun): string {
  const isRefused = status === 'error' && reason !== 'truncated';
  if (!isRefused && !(status === 'skipped' && sql === written)) return `${sql};`;
  const why = (error ?? formatReason(reason ?? 'no_data')).replaceAll(/\s+/g, ' ');
  return `-- not run here: ${why}\n${`${sql};`.replaceAll(/^/gm, '-- ')}`;
}

function described(
  name: string,
  title: string,
  content: string,
  rows: number,
  times: readonly unknown[],
): WrittenFile {
  const seen = times.filter((time): time is string => typeof time === 'string').sort();
  return {
    file: {
      name,
      title,
      rows,
      bytes: Buffer.byteLength(content),
      sha256: sha256(content),
      first: seen[0] ?? null,
      last: seen.at(-1) ?? null,
    },
    content,
  };
}
