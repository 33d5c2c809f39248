import { canonicalLines } from '../../audit/hash.ts';
import { isUntranslatable } from './encoded-texts.ts';
import type { Parameters } from './compile.ts';
import type { Session, StatementError } from './session.ts';

export interface RowLimits {
  readonly rows: number;
  readonly bytes: number;
}

export type Fetched =
  /** Rows as they are stored, one canonical JSON each. */
  | { readonly ok: true; readonly lines: readonly string[]; readonly complete: true }
  /** There is more than a limit allows; `exceeded` says which. */
  | { readonly ok: true; readonly complete: false; readonly exceeded: string }
  | StatementError;

/** What one query may hold in memory: hostile texts in many rows must not take the worker down. */
export const MAX_BYTES = 128 * 1024 * 1024;
const BATCH = 5_000;

/**
 * Reads a statement's rows through a cursor, so that what is too much is noticed before all of it is here. Where a character
 * has no UTF-8, which the server tells when it comes to it, they are read again as bytes.
 */
export async function fetchRows(
  session: Session,
  sql: string,
  parameters: Parameters,
  limits: RowLimits,
): Promise<Fetched> {
  const answer = await readThrough(session, sql, parameters, limits);
  const bytes = isUntranslatable(answer) ? await session.inBytes?.(sql, parameters) : null;
  return bytes == null ? answer : readThrough(session, bytes, parameters, limits);
}

async function readThrough(
  session: Session,
  sql: string,
  parameters: Parameters,
  limits: RowLimits,
): Promise<Fetched> {
  const declared = await session.ask(`declare evidence_rows no scroll cursor for\n${sql}`, parameters);
  if (!declared.ok) return declared;
  const lines: string[] = [];
  let bytes = 0;
  for (;;) {
    const answer = await session.ask(`fetch forward ${String(BATCH)} from evidence_rows`);
    // The failure rolled back to the savepoint, and with it went the cursor.
    if (!answer.ok) return answer;
    const batch = canonicalLines(answer.rows);
    lines.push(...batch);
    bytes += batch.reduce((total, line) => total + line.length, 0);
    const exceeded = excess(lines.length, bytes, limits);
    if (exceeded !== null || answer.rows.length < BATCH) {
      await session.ask('close evidence_rows');
      return exceeded === null
        ? { ok: true, lines, complete: true }
        : { ok: true, complete: false, exceeded };
    }
  }
}

function excess(rows: number, bytes: number, limits: RowLimits): string | null {
  if (rows > limits.rows) return `more than ${String(limits.rows)} rows`;
  return bytes > limits.bytes ? `more than ${String(Math.floor(limits.bytes / 1_048_576))} MB of rows` : null;
}
