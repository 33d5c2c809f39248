import type pg from 'pg';
import { inTransaction } from './transaction.ts';

export type ProblemKind = 'window' | 'delivery' | 'schedule';

export interface Problem {
  /** Stable from look to look. */
  readonly id: string;
  readonly kind: ProblemKind;
  /** One sentence for people. */
  readonly text: string;
}

/** Notes what is missing now, and gives what nobody was told yet. What is gone ends; when it comes back it is told again. */
export async function noteProblems(
  pool: pg.Pool,
  problems: readonly Problem[],
  at: string,
): Promise<readonly Problem[]> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `insert into audit.watchdog_problem as known (id, kind, text, first_at, last_at)
       select found.id, found.kind, found.text, $4::timestamptz, $4::timestamptz
       from unnest($1::text[], $2::text[], $3::text[]) as found (id, kind, text)
       on conflict (id) do update set text = excluded.text, last_at = greatest(known.last_at, excluded.last_at), ended_at = null,
         first_at = case when known.ended_at is null then known.first_at else excluded.first_at end,
         told_at = case when known.ended_at is null then known.told_at end`,
      [problems.map(({ id }) => id), problems.map(({ kind }) => kind), problems.map(({ text }) => text), at],
    );
    await client.query(
      `update audit.watchdog_problem set ended_at = $1 where ended_at is null and last_at < $1::timestamptz`,
      [at],
    );
    await client.query(
      `delete from audit.watchdog_problem where ended_at < $1::timestamptz - interval '90 days'`,
      [at],
    );
    const { rows } = await client.query<Problem>(
      `select id, kind, text from audit.watchdog_problem where ended_at is null and told_at is null order by kind, id`,
    );
    return rows;
  });
}

/** What was missing at the last look. */
export async function openProblems(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(
    'select count(*)::integer as open from audit.watchdog_problem where ended_at is null',
  );
  return rows[0]?.open ?? 0;
}

export async function noteTold(pool: pg.Pool, ids: readonly string[], at: string): Promise<void> {
  await pool.query(`update audit.watchdog_problem set told_at = $2 where id = any($1) and told_at is null`, [
    ids,
    at,
  ]);
}

/** Deliveries that nobody settled: refused or in doubt since a time, or on their way for longer than anything waits. */
export async function unsettledDeliveries(
  pool: pg.Pool,
  { since, waitingBefore }: { readonly since: string; readonly waitingBefore: string },
): Promise<
  readonly {
    readonly id: string;
    readonly reportKey: string;
    readonly state: string;
    readonly response: string | null;
  }[]
> {
  const { rows } = await pool.query<{
    id: string;
    reportKey: string;
    state: string;
    response: string | null;
  }>(
    `select id, report_key as "reportKey", state, response from audit.outbox
     where not starts_with(report_key, 'watchdog/')
       and ((state in ('rejected', 'ambiguous') and updated_at >= $1)
         or (state in ('pending', 'sending', 'deferred') and created_at < $2 and updated_at >= $1))
     order by created_at, id limit 200`,
    [since, waitingBefore],
  );
  return rows;
}

/** What Temporal says of one schedule: runs given up since it was made, and its newest run. */
export interface CountedMisses {
  readonly counted: number;
  readonly lastAt: string | null;
}

/**
 * Runs that each schedule gave up and after which it has not run since, by what Temporal has counted since it was made;
 * those without one are left out. What nobody made up for is forgotten after `since`.
 */
export async function missedLately(
  pool: pg.Pool,
  schedules: ReadonlyMap<string, CountedMisses>,
  { at, since }: { readonly at: string; readonly since: string },
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ schedule: string; missed: number }>(
    `with found as (select * from unnest($1::text[], $2::integer[], $5::timestamptz[]) as found (schedule, counted, last_at)),
     noted as (
       insert into audit.schedule_missed as known (schedule, counted, before, grown_at)
       select schedule, counted, 0, $3::timestamptz from found
       on conflict (schedule) do update set counted = excluded.counted,
         before = case when excluded.counted < known.counted then 0
           when excluded.counted > known.counted and (known.grown_at < $4::timestamptz
             or exists (select from found where schedule = known.schedule and last_at > known.grown_at)) then known.counted
           else known.before end,
         grown_at = case when excluded.counted = known.counted then known.grown_at else excluded.grown_at end
       returning schedule, counted, before, grown_at)
     select schedule, counted - before as missed from noted join found using (schedule, counted)
     where counted > before and grown_at >= $4::timestamptz and coalesce(last_at <= grown_at, true)`,
    [
      [...schedules.keys()],
      [...schedules.values()].map(({ counted }) => counted),
      at,
      since,
      [...schedules.values()].map(({ lastAt }) => lastAt),
    ],
  );
  return new Map(rows.map(({ schedule, missed }) => [schedule, missed]));
}

/** Windows of a bot that have a report, by their ends. */
export async function reportedWindows(
  pool: pg.Pool,
  bot: string,
  since: string,
): Promise<readonly { readonly from: string; readonly to: string }[]> {
  const { rows } = await pool.query<{ from: string; to: string }>(
    `select distinct window_from as "from", window_to as "to" from audit.report where bot = $1 and kind = 'production' and window_to > $2`,
    [bot, since],
  );
  return rows;
}

export async function noteSuccess(pool: pg.Pool, name: string, at: string): Promise<void> {
  await pool.query(
    `insert into audit.last_success as known (name, at) values ($1, $2)
     on conflict (name) do update set at = greatest(known.at, excluded.at)`,
    [name, at],
  );
}

/** When it last did its work, ISO 8601 UTC; null: never. */
export async function lastSuccess(pool: pg.Pool, name: string): Promise<string | null> {
  const { rows } = await pool.query<{ at: string }>(`select at from audit.last_success where name = $1`, [
    name,
  ]);
  return rows[0]?.at ?? null;
}
