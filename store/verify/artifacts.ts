import type pg from 'pg';
import type { ArtifactStore } from '../../audit/artifact.ts';
import { ArtifactDamaged } from '../artifacts.ts';
import { findReports, type StoredReport } from '../reports.ts';
import { reportText } from './account.ts';
import { problem, type Problem } from './problem.ts';

export interface ArtifactsRequest {
  readonly pool: pg.Pool;
  readonly artifacts: ArtifactStore;
  readonly bot: string | null;
  /** Called before each artifact is read; throws to end the work. */
  readonly alive: (read: number) => void;
}

const ROWS = `select bot, kind, window_from as from, window_to as to, revision, report_hash as report,
    case when evidence_purged_at is null then evidence_hash end as evidence, files
  from audit.report where $1::text is null or bot = $1 order by reported_at, bot, kind, revision`;

interface Row {
  readonly bot: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly revision: number;
  readonly report: string;
  readonly evidence: string | null;
  readonly files: StoredReport['files'];
}

/** Reads everything that reports point at, the oldest report first, each artifact once. */
export async function checkArtifacts(
  request: ArtifactsRequest,
): Promise<{ readonly checked: number; readonly problem: Problem | null }> {
  const { pool, artifacts, bot, alive } = request;
  const seen = new Set<string>();
  const { rows } = await pool.query<Row>(ROWS, [bot]);

  async function read(row: Row, name: string, hash: string): Promise<Buffer | Problem | null> {
    if (seen.has(hash)) return null;
    alive(seen.size);
    seen.add(hash);
    try {
      return await artifacts.get(hash);
    } catch (error) {
      if (!(error instanceof ArtifactDamaged)) throw error;
      // A purge may have taken the report, or its evidence, since its row was read.
      if (!(await isNeeded(pool, row, hash))) return null;
      return problem(
        `${reportText(row)}, ${name}: ${error.message}`,
        'Restore this file from a backup of the artifacts.',
      );
    }
  }

  for (const row of rows) {
    const files = Object.entries(row.files).map(([name, { hash }]) => [name, hash] as const);
    for (const [name, hash] of [['the report itself', row.report] as const, ...files]) {
      const found = await read(row, name, hash);
      if (isProblem(found)) return { checked: seen.size, problem: found };
    }
    if (row.evidence === null) continue;
    const evidence = await read(row, 'its evidence', row.evidence);
    if (isProblem(evidence)) return { checked: seen.size, problem: evidence };
    for (const hash of evidence === null ? [] : partsOf(evidence)) {
      const part = await read(row, 'rows of its evidence', hash);
      if (isProblem(part)) return { checked: seen.size, problem: part };
    }
  }
  return { checked: seen.size, problem: null };
}

function isProblem(found: Buffer | Problem | null): found is Problem {
  return found !== null && 'what' in found;
}

/** The rows that an evidence names. */
function partsOf(evidence: Buffer): readonly string[] {
  const { queries } = JSON.parse(evidence.toString('utf8')) as {
    readonly queries: readonly { readonly rows: string | null }[];
  };
  return queries.flatMap(({ rows }) => (rows === null ? [] : [rows]));
}

async function isNeeded(
  pool: pg.Pool,
  { bot, kind, from, to, revision, report }: Row,
  hash: string,
): Promise<boolean> {
  const found = await findReports(pool, { bot, kind, window: { from, to }, hashPrefix: report });
  const stored = found.find((one) => one.revision === revision);
  if (stored === undefined) return false;
  if (stored.reportHash === hash || Object.values(stored.files).some((file) => file.hash === hash))
    return true;
  const { rows } = await pool.query<{ purged: boolean }>(
    'select bool_and(evidence_purged_at is not null) as purged from audit.report where evidence_hash = $1',
    [stored.evidenceHash],
  );
  return rows[0]?.purged !== true;
}
