import type { Block } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { RowOf } from '../../audit/query.ts';
import { col, table, tableBlock } from '../shared/vocabulary/table.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Input } from './input.ts';
import { tableCountersQuery } from './queries.ts';

type Sample = RowOf<typeof tableCountersQuery>;
const DATASET = 'data-integrity.tables';
const KB = 1024;
const DAY_MS = 86_400_000;
/** Tables whose indexes a reader is sent to. */
const REVIEWED = 3;

/** A table of the mapping as PostgreSQL counts it (catalogue DI9). */
export interface TableHealth {
  readonly name: string;
  readonly rows: number;
  readonly kilobytes: number;
  /** From the first counters of the window to the last; null where they began anew between, or there is one sample. */
  readonly change:
    | (Readonly<Record<'inserts' | 'updates' | 'deletes' | 'scans' | 'scanned' | 'kilobytesADay', number>> & {
        /** Since the counters began. */
        readonly before: Readonly<Record<'inserts' | 'deletes', number>>;
      })
    | null;
}

/** Null: no snapshot of the window carries counters. */
export interface TablesHealth {
  readonly tables: readonly TableHealth[];
  readonly from: string;
  readonly to: string;
}

export function tablesHealth({ rows: { tableCounters } }: Pick<Input, 'rows'>): TablesHealth | null {
  const samples = rowsOf(tableCounters);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  const tables = Object.keys(last.tables.tables)
    .sort()
    .map((name) => healthOf(name, samples));
  return tables.length === 0 ? null : { tables, from: first.at, to: last.at };
}

/** PostgreSQL only counts up: what is less than before began anew, and its difference says nothing. */
function healthOf(name: string, samples: readonly Sample[]): TableHealth {
  const last = samples.at(-1)?.tables.tables[name];
  const [rows = 0, bytes = 0] = last ?? [];
  const head = { name, rows, kilobytes: Math.round(bytes / KB) };
  const first = samples[0]?.tables.tables[name];
  const lengthMs = ms(samples.at(-1)?.at ?? '') - ms(samples[0]?.at ?? '');
  if (first === undefined || last === undefined || lengthMs <= 0 || !isContinuous(name, samples))
    return { ...head, change: null };
  const by = (place: number): number => (last[place] ?? 0) - (first[place] ?? 0);
  return {
    ...head,
    change: {
      ...{ inserts: by(2), updates: by(3), deletes: by(4), scans: by(5), scanned: by(6) },
      kilobytesADay: Math.round((by(1) / KB) * (DAY_MS / lengthMs)),
      before: { inserts: first[2] ?? 0, deletes: first[4] ?? 0 },
    },
  };
}

function isContinuous(name: string, samples: readonly Sample[]): boolean {
  return samples.slice(1).every(({ tables: { reset, tables } }, index) => {
    const before = samples[index]?.tables;
    const [now, then] = [tables[name], before?.tables[name]];
    if (before === undefined || now === undefined || then === undefined || before.reset !== reset)
      return false;
    return now.every((count, place) => place < 2 || count >= (then[place] ?? 0));
  });
}

const health = table<TableHealth>({
  table: col.text('Table', ({ name }) => name),
  rows: col.count('Rows (est.)', ({ rows }) => rows),
  size: col.count('Size (kB)', ({ kilobytes }) => kilobytes),
  growth: col.count('Growth (kB a day)', ({ change }) => change?.kilobytesADay ?? null),
  inserts: col.count('Inserted', ({ change }) => change?.inserts ?? null),
  updates: col.count('Updated', ({ change }) => change?.updates ?? null),
  deletes: col.count('Deleted', ({ change }) => change?.deletes ?? null),
  scans: col.count('Sequential scans', ({ change }) => change?.scans ?? null),
  scanned: col.count('Rows they read', ({ change }) => change?.scanned ?? null),
});

/** The largest first; nothing where no snapshot carries counters. */
export function defineTables(input: Input, out: Output): void {
  const found = tablesHealth(input);
  if (found === null) return;
  const head = {
    id: DATASET,
    title: 'Tables of the mapping as PostgreSQL counts them',
    queries: [tableCountersQuery.id],
  };
  out.dataset(
    health.of(
      head,
      [...found.tables].sort((a, b) => b.kilobytes - a.kilobytes),
    ),
  );
}

/** Empty where no snapshot carries counters: the part is left out. */
export function tableBlocks(input: Input): readonly Block[] {
  const found = tablesHealth(input);
  if (found === null) return [];
  const { from, to } = found;
  const anew = found.tables.filter(({ change }) => change === null).map(({ name }) => name);
  const between = `From ${from.slice(0, 16)}Z to ${to.slice(0, 16)}Z. Rolled back work counts too, and so do the reads of the audit itself.`;
  const lost = `The counters of ${names(anew)} began anew between, or were taken once: what changed is not known.`;
  return [
    tableBlock(DATASET, 12, 'The mapping names no table.', 'Tables'),
    { type: 'note', tone: 'neutral', text: [anew.length === 0 ? between : `${between} ${lost}`] },
    ...reviewBlocks(found, input.settings.scannedRows),
  ];
}

/** Sequential scans that read much: a statement shows which indexes there are and how often each is used. */
function reviewBlocks({ tables }: TablesHealth, limit: number): readonly Block[] {
  const scanned = tables
    .flatMap(({ name, change }) => (change !== null && change.scanned > limit ? [{ name, ...change }] : []))
    .sort((a, b) => b.scanned - a.scanned)
    .slice(0, REVIEWED);
  if (scanned.length === 0) return [];
  const list = scanned.map(({ name }) => `'${name.replaceAll("'", "''")}'::regclass`).join(', ');
  return [
    {
      type: 'code',
      title: `Indexes to review: sequential scans read over ${String(limit)} rows of ${names(scanned.map(({ name }) => name))}`,
      language: 'sql',
      text: [
        'select t.relname, t.seq_scan, t.seq_tup_read, i.indexrelname, i.idx_scan, pg_get_indexdef(i.indexrelid)',
        'from pg_stat_user_tables t left join pg_stat_user_indexes i on i.relid = t.relid',
        `where t.relid in (${list}) order by t.seq_tup_read desc, i.idx_scan;`,
      ].join('\n'),
    },
  ];
}
