import type { Pool } from 'pg';
import type { Window } from '../audit/evidence.ts';
import type { MailState } from './outbox.ts';

/** One message of the outbox as people see it. */
export interface Delivery {
  readonly id: string;
  /** A mail address, or a chat such as `slack:ops`. */
  readonly recipient: string;
  readonly state: MailState;
  readonly attempts: number;
  /** What the other side said last. */
  readonly response: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Host and process of the worker that tried last. */
  readonly by: string | null;
  /** Null: it tells of no report (the plan of a purge), or a purge has removed that. */
  readonly report: {
    readonly bot: string;
    readonly kind: string;
    readonly window: Window;
    readonly revision: number;
    readonly reportHash: string;
  } | null;
  /** What it is about, where that is no report. */
  readonly reportKey: string;
}

interface Row extends Omit<Delivery, 'report'> {
  readonly bot: string | null;
  readonly kind: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly revision: number;
  readonly reportHash: string;
}

const SELECT = `select o.id, o.recipient, o.state, o.attempts, o.response, o.created_at as "createdAt",
    o.updated_at as "updatedAt", o.leased_by as "by", o.report_key as "reportKey", o.revision, o.report_hash as "reportHash",
    r.bot, r.kind, r.window_from as "from", r.window_to as "to"
  from audit.outbox as o
  left join lateral (select * from audit.report where report_hash = o.report_hash order by revision desc limit 1) as r on true`;

/** The newest first. */
export async function listDeliveries(
  pool: Pool,
  filter: { readonly states?: readonly MailState[]; readonly bot?: string; readonly limit: number },
): Promise<readonly Delivery[]> {
  const { rows } = await pool.query<Row>(
    `${SELECT} where ($1::text[] is null or o.state = any($1)) and ($2::text is null or r.bot = $2)
     order by o.created_at desc, o.id limit $3`,
    [filter.states ?? null, filter.bot ?? null, filter.limit],
  );
  return rows.map(toDelivery);
}

/** Those whose id begins so. */
export async function deliveriesNamed(pool: Pool, prefix: string): Promise<readonly Delivery[]> {
  const { rows } = await pool.query<Row>(`${SELECT} where starts_with(o.id, $1) order by o.id limit 5`, [
    prefix.toLowerCase(),
  ]);
  return rows.map(toDelivery);
}

/**
 * Lets a delivery that failed be claimed once more. False: its state has changed meanwhile. Who asks for an ambiguous one
 * has been told that it may arrive twice.
 */
export async function reopenDelivery(pool: Pool, id: string, evenIfDoubled: boolean): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update audit.outbox set state = 'pending', updated_at = now(),
       response = left('tried again after ' || state || ': ' || coalesce(response, ''), 500)
     where id = $1 and (state in ('rejected', 'deferred', 'pending') or ($2 and state = 'ambiguous'))`,
    [id, evenIfDoubled],
  );
  return rowCount === 1;
}

function toDelivery({ bot, kind, from, to, revision, reportHash, ...row }: Row): Delivery {
  const report =
    bot === null || kind === null || from === null || to === null
      ? null
      : { bot, kind, window: { from, to }, revision, reportHash };
  return { ...row, report };
}
