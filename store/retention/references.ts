import type pg from 'pg';
import type { ArtifactStore } from '../../audit/artifact.ts';
import { ArtifactDamaged } from '../artifacts.ts';
import { REPORT_KEY, REVISION_KEY } from './plan-rows.ts';

const HASHES = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
const PAGE = 500;

/** What reports point at, themselves and through their evidence. */
export interface References {
  has(hash: string): boolean;
  /** Evidence that cannot be read: what it points at is not known, so nothing may be taken for unreferenced. */
  readonly unreadable: readonly string[];
}

interface Row {
  readonly key: string;
  readonly said: string;
  readonly evidence: string | null;
}

/** Reports as they will be when the purge has run; without a purge, as they are. */
const ROWS = `select ${REVISION_KEY} as key, r.report_hash || ' ' || r.files::text as said,
    case when r.evidence_purged_at is null
      and not exists (select 1 from audit.purge_item i where i.purge = $1 and i.class = 'evidence' and i.key = ${REVISION_KEY})
      then r.evidence_hash end as evidence
  from audit.report r
  where not exists (select 1 from audit.purge_item i where i.purge = $1 and i.class = 'reports' and i.key = ${REPORT_KEY})
    and ${REVISION_KEY} > $2 order by 1 limit ${String(PAGE)}`;

/**
 * Reads what all reports point at. Whatever looks like a hash in a row or in an evidence counts: too much kept is no
 * loss. `alive` is called as it goes on, and throws to end it.
 */
export async function readReferences(
  pool: pg.Pool,
  artifacts: ArtifactStore,
  purge: string | null,
  alive: () => void,
): Promise<References> {
  const known = new Set<number>();
  const evidence = new Set<string>();
  const unreadable: string[] = [];
  let after = '';
  for (;;) {
    const { rows } = await pool.query<Row>(ROWS, [purge, after]);
    for (const { said, evidence: hash } of rows) {
      for (const [found] of said.matchAll(HASHES)) known.add(short(found));
      if (hash !== null) evidence.add(hash);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.key;
    alive();
  }
  for (const hash of evidence) {
    alive();
    known.add(short(hash));
    const text = await readable(artifacts, hash);
    if (text === null) unreadable.push(hash);
    else for (const [found] of text.matchAll(HASHES)) known.add(short(found));
  }
  return { has: (hash) => known.has(short(hash)), unreadable };
}

async function readable(artifacts: ArtifactStore, hash: string): Promise<string | null> {
  try {
    return (await artifacts.get(hash)).toString('utf8');
  } catch (error) {
    if (error instanceof ArtifactDamaged) return null;
    throw error;
  }
}

/** 52 bits of a hash: millions fit in memory, and two that agree in them only keep one file more. */
function short(hash: string): number {
  return Number.parseInt(hash.slice(0, 13), 16);
}
