import type { Pool, PoolClient } from 'pg';
import { sha256 } from '../audit/hash.ts';

export type MailState = 'pending' | 'sending' | 'accepted' | 'deferred' | 'rejected' | 'ambiguous';

export interface MailRow {
  readonly id: string;
  readonly recipient: string;
  readonly revision: number;
  readonly digest: string;
  readonly messageId: string;
  readonly state: MailState;
  readonly response: string | null;
}

export interface MailOrder {
  /** (bot, kind, from, to, scope hash) as one text. */
  readonly reportKey: string;
  readonly revision: number;
  /** Hash of verdict and findings. */
  readonly digest: string;
  readonly reportHash: string;
  readonly recipients: readonly string[];
  /** Domain of Message-IDs. */
  readonly domain: string;
}

const COLUMNS = `id, recipient, revision, digest, message_id as "messageId", state, response`;

/**
 * Writes the mails that a report still owes, one a recipient, and returns those to send. A revision that says what the
 * recipient was told already owes nothing; one refused for good is tried again, since nothing of it arrived.
 */
export async function enqueueMails(pool: Pool, order: MailOrder): Promise<readonly MailRow[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // Two runs of one report must not both find nothing and both insert.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('outbox ' || $1, 0))`, [
      order.reportKey,
    ]);
    const owed: MailRow[] = [];
    for (const recipient of order.recipients) {
      const row = await owedRow(client, order, recipient);
      if (row !== null) owed.push(row);
    }
    await client.query('commit');
    return owed;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function owedRow(client: PoolClient, order: MailOrder, recipient: string): Promise<MailRow | null> {
  const { rows } = await client.query<MailRow>(
    `select ${COLUMNS} from audit.outbox where report_key = $1 and recipient = $2 order by revision desc limit 1`,
    [order.reportKey, recipient],
  );
  const newest = rows[0];
  if (newest === undefined || (newest.digest !== order.digest && newest.revision < order.revision)) {
    return insert(client, order, recipient);
  }
  if (newest.digest !== order.digest || newest.state === 'accepted' || newest.state === 'ambiguous')
    return null;
  if (newest.state !== 'rejected') return newest;
  await client.query(`update audit.outbox set state = 'pending', updated_at = now() where id = $1`, [
    newest.id,
  ]);
  return { ...newest, state: 'pending' };
}

async function insert(client: PoolClient, order: MailOrder, recipient: string): Promise<MailRow | null> {
  const { reportKey, revision, digest, reportHash, domain } = order;
  const id = sha256(JSON.stringify([reportKey, recipient, revision])).slice(0, 32);
  const { rows } = await client.query<MailRow>(
    `insert into audit.outbox (id, report_key, revision, recipient, digest, report_hash, message_id)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning ${COLUMNS}`,
    [id, reportKey, revision, recipient, digest, reportHash, `<${id}@${domain}>`],
  );
  return rows[0] ?? null;
}

/** `fence` proves the claim: whoever claims later takes it away. */
export type Claim =
  | { readonly claimed: true; readonly mail: MailRow; readonly fence: number }
  | { readonly claimed: false; readonly state: MailState | 'unknown'; readonly sendingForMs: number };

/** Claims a mail for one attempt. A mail that is being sent, was accepted, refused or is ambiguous cannot be claimed. */
export async function claimMail(pool: Pool, id: string): Promise<Claim> {
  const { rows } = await pool.query<MailRow & { fence: number }>(
    `update audit.outbox set fence = fence + 1, attempts = attempts + 1, state = 'pending', updated_at = now()
     where id = $1 and state in ('pending', 'deferred') returning ${COLUMNS}, fence`,
    [id],
  );
  const mail = rows[0];
  if (mail !== undefined) return { claimed: true, mail, fence: mail.fence };
  const { rows: found } = await pool.query<{ state: MailState; ageMs: number }>(
    `select state, (extract(epoch from now() - updated_at) * 1000)::float8 as "ageMs" from audit.outbox where id = $1`,
    [id],
  );
  return { claimed: false, state: found[0]?.state ?? 'unknown', sendingForMs: found[0]?.ageMs ?? 0 };
}

/** Durable before the first byte of the message; false when a later attempt has taken the claim. */
export async function markSending(pool: Pool, id: string, fence: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox set state = 'sending', updated_at = now() where id = $1 and fence = $2 and state = 'pending'`,
    [id, fence],
  );
  return rowCount === 1;
}

/** Records what the mail server said; a claim that was lost records nothing. */
export async function recordOutcome(
  pool: Pool,
  id: string,
  fence: number,
  state: Exclude<MailState, 'pending' | 'sending'>,
  response: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox set state = $3, response = $4, updated_at = now()
     where id = $1 and fence = $2 and state in ('pending', 'sending')`,
    [id, fence, state, response.slice(0, 500)],
  );
  return rowCount === 1;
}

/** A worker died while it was sending: nobody can know whether the message arrived. True when this call settled it. */
export async function giveUpSending(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox set state = 'ambiguous', fence = fence + 1, updated_at = now(),
       response = 'the worker ended while it was sending' where id = $1 and state = 'sending'`,
    [id],
  );
  return rowCount === 1;
}

/** All mails of a report, for status pages and tests. */
export async function mailsOf(pool: Pool, reportKey: string): Promise<readonly MailRow[]> {
  const { rows } = await pool.query<MailRow>(
    `select ${COLUMNS} from audit.outbox where report_key = $1 order by recipient, revision`,
    [reportKey],
  );
  return rows;
}
