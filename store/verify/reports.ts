import type pg from 'pg';
import { digestOf, reportKey, reportText, type Account, type SaidReport } from './account.ts';
import { problem, RESTORE, type Problem } from './problem.ts';

const PAGE = 500;
const ROWS = `select audit.report_said(r) as said, row_to_json(k)::text as key
  from audit.report r, lateral (select r.bot, r.kind, r.window_from, r.window_to, r.scope_hash, r.revision) k
  where ($1::text is null or r.bot = $1) and ($2::json is null or
    (r.bot, r.kind, r.window_from, r.window_to, r.scope_hash, r.revision) > (select bot, kind, window_from, window_to, scope_hash, revision
      from json_to_record($2::json) as last (bot text, kind text, window_from timestamptz, window_to timestamptz, scope_hash text, revision integer)))
  order by r.bot, r.kind, r.window_from, r.window_to, r.scope_hash, r.revision limit ${String(PAGE)}`;

/** Every report's row against what the chain says of it. */
export async function checkReports(
  client: pg.ClientBase,
  account: Account,
  bot: string | null,
): Promise<{ readonly checked: number; readonly problem: Problem | null }> {
  const missing = new Map(account.reports);
  let checked = 0;
  for (let after: string | null = null; ;) {
    const { rows }: { rows: { said: SaidReport; key: string }[] } = await client.query(ROWS, [bot, after]);
    for (const { said } of rows) {
      const key = reportKey(said);
      const told = account.reports.get(key);
      if (told === undefined) return { checked, problem: unknownRow(said) };
      if (told.digest !== digestOf(said))
        return { checked, problem: await changedRow(client, said, told.seq) };
      missing.delete(key);
      checked += 1;
    }
    after = rows.at(-1)?.key ?? null;
    if (rows.length < PAGE || after === null) break;
  }
  for (const [key, { seq }] of missing) {
    const [of, kind, from, to, , revision] = JSON.parse(key) as [
      string,
      string,
      string,
      string,
      string,
      number,
    ];
    if (bot !== null && of !== bot) continue;
    const name = reportText({ bot: of, kind, from, to, revision });
    const what = `${name} is missing: the chain told of it at entry ${String(seq)}, and no purge removed it.`;
    return { checked, problem: problem(what, 'Restore the rows of audit.report from a backup.') };
  }
  return { checked, problem: null };
}

function unknownRow(said: SaidReport): Problem {
  return problem(
    `${reportText(said)} is in the store, and the chain does not tell of it: its row was written by hand, or the end of the chain was cut off.`,
    `If a worker of a release before the chain was running, audit this window again. Else: ${RESTORE}`,
  );
}

async function changedRow(client: pg.ClientBase, said: SaidReport, seq: number): Promise<Problem> {
  const { rows } = await client.query<{ entry: string }>('select entry from audit.chain where seq = $1', [
    seq,
  ]);
  const body = JSON.parse(rows[0]?.entry ?? '{}') as {
    readonly report?: object;
    readonly reports?: SaidReport[];
  };
  const told = body.report ?? body.reports?.find((one) => reportKey(one) === reportKey(said)) ?? {};
  return problem(
    `${reportText(said)} was changed in the store: ${difference(said, told as Record<string, unknown>)} (entry ${String(seq)} of the chain).`,
    'Restore its row of audit.report from a backup; what the chain says is what was stored.',
  );
}

/** The first thing in which the row differs from the chain. */
function difference(said: object, told: Readonly<Record<string, unknown>>): string {
  for (const [name, value] of Object.entries(said)) {
    if (digestOf(value) === digestOf(told[name])) continue;
    if (name !== 'files') return `its ${name} is ${shown(value)}, and was ${shown(told[name])}`;
    const now = value as Readonly<Record<string, unknown>>;
    const then = (told[name] ?? {}) as Readonly<Record<string, unknown>>;
    const names = new Set([...Object.keys(now), ...Object.keys(then)]);
    const wrong = [...names].find((file) => shown(now[file]) !== shown(then[file])) ?? '';
    return `its file ${wrong} is ${shown(now[wrong])}, and was ${shown(then[wrong])}`;
  }
  return 'it says less than it did';
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 100);
}
