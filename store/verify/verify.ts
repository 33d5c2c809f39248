import type pg from 'pg';
import type { ArtifactStore } from '../../audit/artifact.ts';
import type { ChainHead } from '../chain.ts';
import { createAccount, type Account } from './account.ts';
import { checkArtifacts } from './artifacts.ts';
import { createChainLinks, type ChainRow, type PrintedHead } from './chain-links.ts';
import { checkOutbox } from './outbox.ts';
import type { Problem } from './problem.ts';
import { checkReports } from './reports.ts';
import { checkTombstones } from './tombstones.ts';

export interface VerifyRequest {
  readonly pool: pg.Pool;
  readonly artifacts: ArtifactStore;
  /** Null: all. The chain is one, and is always checked whole. */
  readonly bot: string | null;
  /** A head that was printed before; null: whatever the chain ends with. */
  readonly printed: PrintedHead | null;
  /** Called as artifacts are read; throws to end the work. */
  readonly alive: (read: number) => void;
}

export interface Verified {
  readonly head: ChainHead | null;
  /** How many were checked before the first thing that is wrong, by what they are. */
  readonly checked: Readonly<
    Partial<Record<'entries' | 'reports' | 'purges' | 'mails' | 'artifacts', number>>
  >;
  /** The first thing that is wrong; null: all is as it was stored. */
  readonly problem: Problem | null;
}

const PAGE = 1_000;

/**
 * Checks the archive by its chain: its links, then reports, tombstones and outbox against what it says, in one snapshot of
 * the store, then the artifacts. Reads only. Ends at the first thing that is wrong.
 */
export async function verifyArchive(request: VerifyRequest): Promise<Verified> {
  const { pool, bot, printed } = request;
  const client = await pool.connect();
  let rows: Verified;
  try {
    await client.query('begin isolation level repeatable read read only; set local statement_timeout = 0');
    rows = await checkRows(client, bot, printed);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  if (rows.problem !== null) return rows;
  const { checked, problem } = await checkArtifacts(request);
  return { ...rows, checked: { ...rows.checked, artifacts: checked }, problem };
}

/** The rows of the store, in the transaction of the client. */
export async function checkRows(
  client: pg.ClientBase,
  bot: string | null,
  printed: PrintedHead | null,
): Promise<Verified> {
  const account = createAccount();
  const { head, problem: broken } = await checkChain(client, account, printed);
  const checked: Record<string, number> = { entries: head?.seq ?? 0 };
  if (broken !== null) return { head, checked, problem: broken };
  for (const [name, check] of [
    ['reports', checkReports],
    ['purges', checkTombstones],
    ['mails', checkOutbox],
  ] as const) {
    const found = await check(client, account, bot);
    checked[name] = found.checked;
    if (found.problem !== null) return { head, checked, problem: found.problem };
  }
  return { head, checked, problem: null };
}

async function checkChain(
  client: pg.ClientBase,
  account: Account,
  printed: PrintedHead | null,
): Promise<{ readonly head: ChainHead | null; readonly problem: Problem | null }> {
  const links = createChainLinks(printed);
  // A cursor, so that two of one number, which the table's key forbids, are both seen.
  await client.query(
    'declare chain no scroll cursor for select seq, entry, previous_hash, hash from audit.chain order by seq',
  );
  for (;;) {
    const { rows } = await client.query<ChainRow>(`fetch ${String(PAGE)} from chain`);
    for (const row of rows) {
      const problem = links.next(row) ?? account.enter(row.seq, row.entry);
      if (problem !== null) return { head: links.head, problem };
    }
    if (rows.length < PAGE) break;
  }
  return { head: links.head, problem: links.end() };
}
