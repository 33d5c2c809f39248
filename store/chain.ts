import type pg from 'pg';
import { codeOf } from './system-codes.ts';

/** The newest entry of the archive's chain. With it, everything before it can be checked. */
export interface ChainHead {
  readonly seq: number;
  /** sha256, hex. */
  readonly hash: string;
}

/** What an entry is made of. */
export type EntryKind =
  | 'genesis'
  | 'report stored'
  | 'report confirmed'
  | 'files attached'
  | 'evidence purged'
  | 'reports purged'
  | 'mail accepted'
  | 'mail purged'
  | 'purge ended'
  | 'bot purge ended';

/**
 * SQL that appends what a row of audit.report says now. The chain's lock is held until the transaction ends, so whatever
 * else may wait comes before.
 */
export function said(kind: EntryKind, row: string): string {
  return append(kind, `jsonb_build_object('report', audit.report_said(${row}))`);
}

/** SQL that appends an entry with this JSON as its body. */
export function append(kind: EntryKind, body: string): string {
  return `audit.chain_append('${kind}', ${body})`;
}

/** The chain's newest entry; null in a store that has none, which is of a release before there was one. */
export async function chainHead(pool: Pick<pg.Pool, 'query'>): Promise<ChainHead | null> {
  try {
    const { rows } = await pool.query<ChainHead>(
      'select seq, hash from audit.chain order by seq desc limit 1',
    );
    return rows[0] ?? null;
  } catch (error) {
    if (codeOf(error) === '42P01') return null;
    throw error;
  }
}

/** `42:1a2b3c4d5e6f`: an entry's number and the beginning of its hash, as people copy it from a mail. */
export function headText({ seq, hash }: ChainHead): string {
  return `${String(seq)}:${hash.slice(0, 12)}`;
}
