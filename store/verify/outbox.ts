import type pg from 'pg';
import type { Account } from './account.ts';
import { problem, type Problem } from './problem.ts';

interface Mail {
  readonly id: string;
  readonly message_id: string | null;
  readonly state: string;
  readonly report_key: string;
  readonly report_hash: string;
}

/** What `keyText` writes; other mails of ours have other keys. */
const REPORT_KEY = /^[^/]+\/[a-z-]+\/\d{8}T\d{4,6}Z-\d{8}T\d{4,6}Z\//;
const TODO =
  'Restore the rows of audit.outbox from a backup; the mail server and its log know what was sent.';

/** Mails against the chain: what a server accepted stays accepted, and every mail is of a report that was stored. */
export async function checkOutbox(
  client: pg.ClientBase,
  account: Account,
  bot: string | null,
): Promise<{ readonly checked: number; readonly problem: Problem | null }> {
  const { rows } = await client.query<Mail>(
    'select id, message_id, state, report_key, report_hash from audit.outbox order by created_at, id',
  );
  const found = new Set(rows.map(({ id }) => id));
  for (const [id, seq] of account.accepted)
    if (!found.has(id)) {
      const what = `Mail ${id} is missing from the outbox: entry ${String(seq)} of the chain says that it was accepted, and no purge removed it.`;
      return { checked: 0, problem: problem(what, TODO) };
    }
  const own = rows.filter(({ report_key: key }) => bot === null || key.startsWith(`${bot}/`));
  for (const mail of own) {
    const why = mailProblem(mail, account);
    if (why !== null) return { checked: 0, problem: problem(`Mail ${mail.id} of the outbox ${why}`, TODO) };
  }
  return { checked: own.length, problem: null };
}

function mailProblem(
  { id, message_id, state, report_key, report_hash }: Mail,
  account: Account,
): string | null {
  const seq = account.accepted.get(id);
  if (seq !== undefined && state !== 'accepted')
    return `is said to be ${state}; a mail server accepted it (entry ${String(seq)} of the chain).`;
  if (seq === undefined && state === 'accepted')
    return 'is said to be accepted, and the chain does not tell of it.';
  if (message_id?.startsWith(`<${id}@`) === false) return 'has a Message-ID that is not its own.';
  if (REPORT_KEY.test(report_key) && !account.everStored.has(report_hash))
    return `is of a report that was never stored (${report_hash.slice(0, 12)}).`;
  return null;
}
