import type { Pool, PoolClient } from 'pg';
import { sha256 } from '../audit/hash.ts';
import { append } from './chain.ts';

/** `superseded`: a newer report was mailed while this one waited, so this one is never sent. */
export type MailState =
  'pending' | 'sending' | 'accepted' | 'deferred' | 'rejected' | 'ambiguous' | 'superseded';

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
  /** ISO 8601 UTC: when a run last gave this revision. Of two mails the one with the later time is the newer. */
  readonly toldAt: string;
  /** Hash of verdict and findings. */
  readonly digest: string;
  readonly reportHash: string;
  readonly recipients: readonly string[];
  /** Domain of Message-IDs. */
  readonly domain: string;
}

const COLUMNS = `id, recipient, revision, digest, message_id as "messageId", state, response`;

/**
 * Writes the mails that a report still owes, one a recipient, and returns those to send. A report that says what the
 * recipient was told last owes nothing; one refused for good is tried again, since nothing of it arrived. Waiting mails
 * of older reports that say something else are superseded.
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
  const { reportKey, digest, revision, toldAt } = order;
  await client.query(
    `update audit.outbox set state = 'superseded', response = $6, updated_at = now()
     where report_key = $1 and lower(recipient) = lower($2) and digest <> $3 and (told_at, revision) < ($4::timestamptz, $5::integer)
       and state in ('pending', 'deferred')`,
    [reportKey, recipient, digest, toldAt, revision, supersededBy(revision)],
  );
  const { rows } = await client.query<MailRow & { newer: boolean }>(
    `select ${COLUMNS}, (told_at, revision) > ($3::timestamptz, $4::integer) as newer from audit.outbox
     where report_key = $1 and lower(recipient) = lower($2) and state <> 'superseded'
     order by told_at desc, revision desc, telling desc`,
    [reportKey, recipient, toldAt, revision],
  );
  if (rows[0]?.newer === true && rows[0].digest !== digest) return null;
  // What was refused told the recipient nothing.
  const last = rows.find((row) => row.digest === digest || row.state !== 'rejected');
  if (last?.digest !== digest) return insert(client, order, recipient);
  // A worker may be settling the row at this moment: its state is taken as it is, not as it was read.
  const { rows: confirmed } = await client.query<MailRow>(
    `update audit.outbox set told_at = greatest(told_at, $2::timestamptz),
       state = case state when 'rejected' then 'pending' else state end,
       updated_at = case state when 'rejected' then now() else updated_at end
     where id = $1 returning ${COLUMNS}`,
    [last.id, toldAt],
  );
  const [row] = confirmed;
  return row === undefined || row.state === 'accepted' || row.state === 'ambiguous' ? null : row;
}

/** The id, and with it the Message-ID, follows from what is told how often: a retry finds it, a second telling differs. */
async function insert(client: PoolClient, order: MailOrder, recipient: string): Promise<MailRow> {
  const { reportKey, revision, toldAt, digest, reportHash, domain } = order;
  const { rows: told } = await client.query<{ telling: number }>(
    `select coalesce(max(telling), 0) + 1 as telling from audit.outbox
     where report_key = $1 and lower(recipient) = lower($2) and revision = $3`,
    [reportKey, recipient, revision],
  );
  const telling = told[0]?.telling ?? 1;
  const id = sha256(
    JSON.stringify([reportKey, recipient.toLowerCase(), revision, ...(telling === 1 ? [] : [telling])]),
  ).slice(0, 32);
  const { rows } = await client.query<MailRow>(
    `insert into audit.outbox (id, report_key, revision, recipient, digest, report_hash, message_id, told_at, telling)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
    [id, reportKey, revision, recipient, digest, reportHash, `<${id}@${domain}>`, toldAt, telling],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`mail ${id} was not written`);
  return row;
}

function supersededBy(revision: number): string {
  return `superseded: revision ${String(revision)} of this report was newer before this mail was sent`;
}

/** `fence` proves the claim: whoever claims later takes it away. */
export type Claim =
  | { readonly claimed: true; readonly mail: MailRow; readonly fence: number }
  | {
      readonly claimed: false;
      readonly state: MailState | 'unknown';
      /** How long somebody else still has it; 0: nobody does. */
      readonly leaseLeftMs: number;
    };

/** Whoever works on a delivery renews its claim well within this time; silence for longer means that its worker is gone. */
const LEASE = "interval '70 seconds'";

/** Holds of `mail` when a later report that says something else has a mail for the same recipient. */
const OUTDATED = `exists (select 1 from audit.outbox as newer
  where newer.report_key = mail.report_key and lower(newer.recipient) = lower(mail.recipient) and newer.digest <> mail.digest
    and newer.state <> 'superseded'
    and (newer.told_at, newer.revision, newer.telling) > (mail.told_at, mail.revision, mail.telling))`;

/**
 * Claims a mail for one attempt of `owner`. One that somebody else works on, is being sent, was accepted, refused, is
 * ambiguous or outdated cannot be claimed.
 */
export async function claimMail(pool: Pool, id: string, owner: string): Promise<Claim> {
  // One that was being sent when the newer was written, and came back deferred.
  await pool.query(
    `update audit.outbox as mail set state = 'superseded', updated_at = now(),
       response = 'superseded: a newer report was mailed before this mail was sent'
     where id = $1 and state in ('pending', 'deferred') and ${OUTDATED}`,
    [id],
  );
  const { rows } = await pool.query<MailRow & { fence: number }>(
    `update audit.outbox set fence = fence + 1, attempts = attempts + 1, state = 'pending', updated_at = now(),
       leased_until = now() + ${LEASE}, leased_by = $2
     where id = $1 and state in ('pending', 'deferred') and coalesce(leased_until, '-infinity') <= now()
     returning ${COLUMNS}, fence`,
    [id, owner],
  );
  const mail = rows[0];
  if (mail !== undefined) return { claimed: true, mail, fence: mail.fence };
  const { rows: found } = await pool.query<{ state: MailState; leftMs: number }>(
    `select state, greatest(0, coalesce(extract(epoch from leased_until - now()) * 1000, 0))::float8 as "leftMs"
     from audit.outbox where id = $1`,
    [id],
  );
  return { claimed: false, state: found[0]?.state ?? 'unknown', leaseLeftMs: found[0]?.leftMs ?? 0 };
}

/**
 * Durable before the final dot, without which no server keeps a message; false when a later attempt or a newer report
 * has taken the claim. A holder whose message was refused for its size may send another.
 */
export async function markSending(pool: Pool, id: string, fence: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox as mail set state = 'sending', updated_at = now(), leased_until = now() + ${LEASE}
     where id = $1 and fence = $2 and state in ('pending', 'sending') and not ${OUTDATED}`,
    [id, fence],
  );
  return rowCount === 1;
}

/** Says that its holder still works on the mail, so that nobody takes that worker for dead. */
export async function renewClaim(pool: Pool, id: string, fence: number): Promise<void> {
  await pool.query(
    `update audit.outbox set updated_at = now(), leased_until = now() + ${LEASE}
     where id = $1 and fence = $2 and state in ('pending', 'sending')`,
    [id, fence],
  );
}

/** Gives back a claim under which nothing was sent. */
export async function releaseClaim(pool: Pool, id: string, fence: number): Promise<void> {
  await pool.query(
    `update audit.outbox set leased_until = null where id = $1 and fence = $2 and state = 'pending'`,
    [id, fence],
  );
}

/** Records what the mail server said; a claim that was lost records nothing. */
export async function recordOutcome(
  pool: Pool,
  id: string,
  fence: number,
  state: Exclude<MailState, 'pending' | 'sending' | 'superseded'>,
  response: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with settled as (update audit.outbox o
        set state = $3, response = $4, updated_at = now(), leased_until = null
        where id = $1 and fence = $2 and state in ('pending', 'sending') returning o.id, o.report_hash, o.state)
      select case when state = 'accepted' then ${append('mail accepted', `jsonb_build_object('mail', id, 'report', report_hash)`)} end
      from settled`,
    [id, fence, state, response.slice(0, 500)],
  );
  return rowCount === 1;
}

/** A worker died while it was sending: nobody can know whether the message arrived. True when this call settled it. */
export async function giveUpSending(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox set state = 'ambiguous', fence = fence + 1, updated_at = now(), leased_until = null,
       response = 'the worker ended while it was sending'
     where id = $1 and state = 'sending' and coalesce(leased_until, '-infinity') <= now()`,
    [id],
  );
  return rowCount === 1;
}

/** All mails of a report, for status pages and tests. */
export async function mailsOf(pool: Pool, reportKey: string): Promise<readonly MailRow[]> {
  const { rows } = await pool.query<MailRow>(
    `select ${COLUMNS} from audit.outbox where report_key = $1 order by recipient, told_at, revision, telling`,
    [reportKey],
  );
  return rows;
}
