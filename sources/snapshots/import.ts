import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ImportedSnapshot } from '../../audit/snapshot.ts';
import { parseSnapshotLine } from './parse-line.ts';

export interface SnapshotImport {
  /** JSON Lines, one snapshot a line. */
  readonly file: string;
  readonly bot: string;
  /** IANA zone of times that are written without one. */
  readonly timeZone: string;
  /** Stores rows and returns how many were new: `(rows) => insertSnapshots(pool, bot, rows)` of store/snapshots.ts. */
  readonly insert: (rows: readonly ImportedSnapshot[]) => Promise<number>;
}

export interface ImportResult {
  /** Lines with something on them. */
  readonly lines: number;
  readonly inserted: number;
  /** Good lines whose time the store, or the file, already had. */
  readonly duplicates: number;
  /** All bad lines are counted; the first thousand are listed. */
  readonly badLines: number;
  readonly bad: readonly { readonly line: number; readonly reason: string }[];
  /** First and last time of the good lines, ISO 8601 UTC. */
  readonly first: string | null;
  readonly last: string | null;
}

const BATCH = 2_000;
const BAD_LISTED = 1_000;

/**
 * Imports a bot's own snapshots into the store. Times are kept exactly; the slot is the minute a snapshot fell into. A
 * bad line is counted and shown and never stops the import; importing a file again adds nothing.
 */
export async function importSnapshots({ file, timeZone, insert }: SnapshotImport): Promise<ImportResult> {
  const bad: { line: number; reason: string }[] = [];
  let [number, lines, good, inserted, badLines] = [0, 0, 0, 0, 0];
  let previousMs: number | null = null;
  const range: { first: string | null; last: string | null } = { first: null, last: null };
  let batch: ImportedSnapshot[] = [];
  const input = createReadStream(file, { encoding: 'utf8' });
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    const line = (number === 1 ? text.replace(/^\uFEFF/, '') : text).trim();
    if (line === '') continue;
    lines += 1;
    const parsed = parseSnapshotLine(line, timeZone, previousMs);
    if (!parsed.ok) {
      badLines += 1;
      if (bad.length < BAD_LISTED) bad.push({ line: number, reason: parsed.reason });
      continue;
    }
    good += 1;
    previousMs = parsed.ms;
    const { at } = parsed.row;
    if (range.first === null || at < range.first) range.first = at;
    if (range.last === null || at > range.last) range.last = at;
    batch.push(parsed.row);
    if (batch.length === BATCH) {
      inserted += await insert(batch);
      batch = [];
    }
  }
  inserted += await insert(batch);
  return { lines, inserted, duplicates: good - inserted, badLines, bad, ...range };
}
