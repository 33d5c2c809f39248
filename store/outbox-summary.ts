import type { Pool } from 'pg';

/** What became of the mails of one report. */
export interface MailSummary {
  readonly sent: number;
  /** Refused, ambiguous, or given up. */
  readonly failed: number;
  readonly waiting: number;
  /** Of each failed one: to whom, what happened, and what the server said. */
  readonly failures: readonly string[];
}

/** An hour of silence is longer than any pause between two attempts: nobody tries such a mail any more. */
const ROWS = `select report_hash as "reportHash", state, recipient, response,
    state in ('deferred', 'sending', 'pending') and updated_at < now() - interval '1 hour' as "isGivenUp"
  from audit.outbox where report_hash = any($1) and state <> 'superseded' order by recipient, told_at, telling`;

interface Row {
  readonly reportHash: string;
  readonly state: string;
  readonly recipient: string;
  readonly response: string | null;
  readonly isGivenUp: boolean;
}

/** Report hash -> its mails; a report that owed none is absent. */
export async function mailSummaries(
  pool: Pool,
  reportHashes: readonly string[],
): Promise<ReadonlyMap<string, MailSummary>> {
  const { rows } = await pool.query<Row>(ROWS, [reportHashes]);
  const byReport = Map.groupBy(rows, ({ reportHash }) => reportHash);
  return new Map([...byReport].map(([hash, mails]) => [hash, summary(mails)]));
}

function summary(mails: readonly Row[]): MailSummary {
  const sent = mails.filter(({ state }) => state === 'accepted').length;
  const failed = mails.filter(
    ({ state, isGivenUp }) => state === 'rejected' || state === 'ambiguous' || isGivenUp,
  );
  return {
    sent,
    failed: failed.length,
    waiting: mails.length - sent - failed.length,
    failures: failed.map(
      ({ recipient, state, response }) => `${recipient}: ${state}${response === null ? '' : `, ${response}`}`,
    ),
  };
}

/** Messages of all kinds that were owed in a time, and how many of them were accepted. */
export async function messagesSince(
  pool: Pool,
  from: string,
  to: string,
): Promise<{ readonly owed: number; readonly accepted: number }> {
  const { rows } = await pool.query<{ owed: number; accepted: number }>(
    `select count(*)::integer as owed, (count(*) filter (where state = 'accepted'))::integer as accepted
     from audit.outbox where state <> 'superseded' and told_at >= $1 and told_at < $2
       and not (state in ('pending', 'sending', 'deferred') and updated_at > now() - interval '1 hour')`,
    [from, to],
  );
  return rows[0] ?? { owed: 0, accepted: 0 };
}
