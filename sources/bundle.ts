import type { ArtifactStore } from '../audit/artifact.ts';
import type { Evidence, QueryRun } from '../audit/evidence.ts';
import { canonicalJson } from '../audit/hash.ts';
import type { Query } from '../audit/query.ts';
import type { Rows } from '../audit/section.ts';

/** A stored bundle with the rows of its queries in memory. */
export interface LoadedEvidence {
  readonly hash: string;
  readonly evidence: Evidence;
  /** The stored rows of a query, unparsed; empty when it has none. */
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
  const evidence = JSON.parse((await artifacts.get(hash)).toString('utf8')) as Evidence;
  if ((evidence.version as number) !== 1) {
    throw new Error(
      `Evidence ${hash} has version ${String(evidence.version)}; this program reads version 1.`,
    );
  }
  const rows = new Map<string, readonly unknown[]>();
  for (const run of evidence.queries) {
    if (run.rows !== null && !rows.has(run.rows))
      rows.set(run.rows, parseLines(await artifacts.get(run.rows)));
  }
  return { hash, evidence, rowsOf: (run) => (run.rows === null ? [] : (rows.get(run.rows) ?? [])) };
}

/** The rows of a section's query, each validated by its schema, or why there are none to reason on. */
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
    rows.push(parsed.data);
  }
  return { ok: true, rows };
}

function parseLines(bytes: Buffer): readonly unknown[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
