import type { ArtifactStore } from '../audit/artifact.ts';
import { openEvidence, type OpenEvidence } from '../audit/evaluate.ts';
import type { Evidence, QueryRun } from '../audit/evidence.ts';
import { canonicalJson } from '../audit/hash.ts';
import type { Rows } from '../audit/input.ts';
import type { Query } from '../audit/query.ts';

/** A stored bundle in memory, every part checked against its hash. */
export interface LoadedEvidence {
  readonly hash: string;
  readonly evidence: Evidence;
  /** Stored size of all parts. */
  readonly bytes: number;
  /** The stored rows of a query as JSON gives them, parsed by each call; empty when it has none. */
  rowsOf(run: QueryRun): readonly unknown[];
}

/** Stores the rows, then the evidence that names them: a stored evidence is always complete. Returns its hash. */
export async function storeEvidence(
  artifacts: ArtifactStore,
  collected: { readonly evidence: Evidence; readonly blobs: ReadonlyMap<string, string> },
): Promise<string> {
  for (const [hash, blob] of collected.blobs) {
    const stored = await artifacts.put(blob);
    if (stored.hash !== hash)
      throw new Error(`the rows stored under ${stored.hash} were collected as ${hash}`);
  }
  const { hash } = await artifacts.put(canonicalJson(collected.evidence));
  return hash;
}

/** Reads a bundle back. Throws when a part is missing or was changed. */
export async function loadEvidence(artifacts: ArtifactStore, hash: string): Promise<LoadedEvidence> {
  const stored = await artifacts.get(hash);
  const evidence = JSON.parse(stored.toString('utf8')) as Evidence;
  if ((evidence.version as number) !== 1) {
    throw new Error(
      `Evidence ${hash} has version ${String(evidence.version)}; this program reads version 1.`,
    );
  }
  const parts = new Map<string, Buffer>();
  for (const { rows } of evidence.queries) {
    if (rows !== null && !parts.has(rows)) parts.set(rows, await artifacts.get(rows));
  }
  return {
    hash,
    evidence,
    bytes: [...parts.values()].reduce((total, part) => total + part.length, stored.length),
    rowsOf({ rows }) {
      const part = rows === null ? undefined : parts.get(rows);
      return part === undefined ? [] : parseLines(part);
    },
  };
}

/** Opens a bundle for evaluation; `bucketS` is the width of a timeline's bucket, seconds, of its report kind. */
export function openBundle(
  loaded: Pick<LoadedEvidence, 'evidence' | 'rowsOf'>,
  bucketS: number,
): OpenEvidence {
  return openEvidence({ evidence: loaded.evidence, bucketS, rowsFor: (query) => rowsFor(loaded, query) });
}

/**
 * The rows of a section's query, each validated by its schema, or why there are none to reason on. A bundle may be of
 * an earlier version of that schema, so they are validated here, where they are used. Frozen: sections share them.
 */
export function rowsFor(loaded: Pick<LoadedEvidence, 'evidence' | 'rowsOf'>, query: Query): Rows<unknown> {
  const run = loaded.evidence.queries.find(({ id }) => id === query.id);
  if (!run)
    return { ok: false, value: null, reason: 'not_in_report', detail: `query ${query.id} was not collected` };
  if (run.status !== 'ok') {
    const detail = run.error === undefined ? {} : { detail: run.error };
    return { ok: false, value: null, reason: run.reason ?? 'source_failed', ...detail };
  }
  const rows: unknown[] = [];
  for (const [index, row] of loaded.rowsOf(run).entries()) {
    const parsed = query.row.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'not as declared';
      const detail = `row ${String(index + 1)} of ${query.id} is not as the section expects it (${where})`;
      return { ok: false, value: null, reason: 'source_failed', detail };
    }
    rows.push(Object.freeze(parsed.data));
  }
  return { ok: true, rows: Object.freeze(rows) };
}

/** JSON Lines as one document: no line has a line break in itself. */
function parseLines(bytes: Buffer): readonly unknown[] {
  const lines = bytes.toString('utf8').trimEnd().replaceAll('\n', ',');
  return JSON.parse(`[${lines}]`) as readonly unknown[];
}
