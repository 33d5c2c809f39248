import type pg from 'pg';
import type { BotTableCount } from '../../audit/bot-retention.ts';
import type { Window } from '../../audit/evidence.ts';
import { append } from '../chain.ts';

export type BotPurgeOutcome = 'dryRun' | 'done' | 'cancelled' | 'failed';

export interface NewBotPurge {
  readonly id: string;
  readonly bot: string;
  readonly workflowId: string;
  /** ISO 8601 UTC. */
  readonly plannedAt: string;
  readonly cutoff: string;
  readonly tables: readonly BotTableCount[];
}

/** Earlier runs that are looked at for what is usual. */
const EARLIER = 6;

/** Writes down what is planned in a bot's tables; a second time changes nothing. */
export async function recordBotPurge(pool: pg.Pool, purge: NewBotPurge): Promise<void> {
  await pool.query(
    `insert into audit.bot_purge (id, bot, workflow_id, planned_at, cutoff, tables) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing`,
    [purge.id, purge.bot, purge.workflowId, purge.plannedAt, purge.cutoff, JSON.stringify(purge.tables)],
  );
}

/** Closes a run with what it came to. */
export async function closeBotPurge(
  pool: pg.Pool,
  id: string,
  outcome: BotPurgeOutcome,
  tables: readonly BotTableCount[],
): Promise<void> {
  await pool.query(
    `with ended as (
       update audit.bot_purge b set outcome = $2, tables = $3, ended_at = now() where id = $1 and outcome is null returning b)
     select ${append('bot purge ended', `jsonb_build_object('botPurge', audit.bot_purge_said(b))`)} from ended`,
    [id, outcome, JSON.stringify(tables)],
  );
}

/** Whether a run has shown, or done, what a purge of this bot's tables does. */
export async function hadBotPurge(pool: pg.Pool, bot: string): Promise<boolean> {
  const { rows } = await pool.query<{ had: boolean }>(
    `select exists (select 1 from audit.bot_purge where bot = $1 and outcome in ('dryRun', 'done')) as had`,
    [bot],
  );
  return rows[0]?.had === true;
}

/** Rows that earlier runs of the bot removed, the newest first. */
export async function earlierTotals(pool: pg.Pool, bot: string): Promise<readonly number[]> {
  const { rows } = await pool.query<{ total: number }>(
    `select coalesce((select sum((t->>'removed')::bigint) from jsonb_array_elements(tables) t), 0)::bigint as total
     from audit.bot_purge where bot = $1 and outcome = 'done' order by planned_at desc limit ${String(EARLIER)}`,
    [bot],
  );
  return rows.map(({ total }) => total);
}

/** Windows whose rows stay: of held reports, and of the newest report of each kind that has findings. */
export async function sparedWindows(pool: pg.Pool, bot: string): Promise<readonly Window[]> {
  const { rows } = await pool.query<Window>(
    `select window_from as "from", window_to as "to" from audit.hold where bot = $1
     union
     select window_from, window_to from (
       select distinct on (kind) * from audit.report where bot = $1 order by kind, window_to desc, confirmed_at desc) newest
     where jsonb_array_length(coalesce(summary->'findings', '[]')) > 0`,
    [bot],
  );
  return rows;
}
