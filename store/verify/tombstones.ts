import type pg from 'pg';
import { sha256 } from '../../audit/hash.ts';
import { brokenTombstone, type Removed } from '../retention/purges.ts';
import { digestOf, type Account } from './account.ts';
import { problem, RESTORE, type Problem } from './problem.ts';

interface Purge {
  readonly id: string;
  readonly hash: string | null;
  readonly removed: Removed | null;
}

/** Tombstones against the chain, and what they list against what they say of it. */
export async function checkTombstones(
  client: pg.ClientBase,
  account: Account,
  bot: string | null,
): Promise<{ readonly checked: number; readonly problem: Problem | null }> {
  const { rows } = await client.query<Purge>(
    'select id, hash, removed from audit.purge order by ended_at, id',
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const wrong =
    missingTombstone(account, found) ??
    strangeTombstone(account, rows) ??
    changed(await brokenTombstone(client)) ??
    (await checkLists(client, rows)) ??
    (await checkBotPurges(client, account, bot));
  return { checked: rows.length, problem: wrong };
}

function missingTombstone(account: Account, found: ReadonlyMap<string, Purge>): Problem | null {
  for (const [id, hash] of account.purges) {
    const row = found.get(id);
    if (row === undefined) return problem(`The tombstone of purge ${id} is missing; the chain tells of it.`);
    if (row.hash !== hash) return changed(id);
  }
  for (const [id, seq] of account.purgers)
    if (!found.has(id))
      return problem(
        `Purge ${id}, which removed what entry ${String(seq)} of the chain tells of, is not in the store.`,
      );
  return null;
}

function strangeTombstone(account: Account, rows: readonly Purge[]): Problem | null {
  const strange = rows.find(({ id, hash }) => hash !== null && !account.purges.has(id));
  return strange === undefined
    ? null
    : problem(
        `The tombstone of purge ${strange.id} is in the store, and the chain does not tell of it: it was written by hand, or the end of the chain was cut off.`,
      );
}

function changed(id: string | null): Problem | null {
  return id === null
    ? null
    : problem(`The tombstone of purge ${id} was changed, or is not in the order in which it was written.`);
}

/** What was removed stays listed; the tombstone has the hash of each list. */
async function checkLists(client: pg.ClientBase, purges: readonly Purge[]): Promise<Problem | null> {
  const { rows } = await client.query<{ purge: string; class: keyof Removed; keys: string }>(
    `select purge, class, string_agg(key || E'\\n', '' order by key) as keys from audit.purge_item
     where state = 'removed' and class in ('evidence', 'reports', 'snapshots') group by purge, class`,
  );
  const lists = new Map(rows.map((row) => [`${row.purge} ${row.class}`, sha256(row.keys)]));
  for (const { id, removed } of purges)
    for (const name of ['evidence', 'reports', 'snapshots'] as const) {
      const said = removed?.[name];
      if (said !== undefined && said.sha256 !== (lists.get(`${id} ${name}`) ?? sha256('')))
        return problem(
          `What purge ${id} removed of the class ${name} is not listed as its tombstone says: rows of audit.purge_item were changed or deleted.`,
        );
    }
  return null;
}

async function checkBotPurges(
  client: pg.ClientBase,
  account: Account,
  bot: string | null,
): Promise<Problem | null> {
  const { rows } = await client.query<{ id: string; said: unknown }>(
    'select id, audit.bot_purge_said(b) as said from audit.bot_purge b where outcome is not null order by ended_at, id',
  );
  const found = new Map(rows.map(({ id, said }) => [id, digestOf(said)]));
  for (const [id, { seq, digest }] of account.botPurges) {
    if (found.get(id) === digest) continue;
    const state = found.has(id) ? 'was changed' : 'is missing';
    return problem(`The record of bot purge ${id} ${state}; entry ${String(seq)} of the chain tells of it.`);
  }
  const strange = rows.find(({ id }) => !account.botPurges.has(id));
  return strange === undefined || bot !== null
    ? null
    : problem(
        `The record of bot purge ${strange.id} is in the store, and the chain does not tell of it.`,
        RESTORE,
      );
}
