import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CancelledFailure,
  TerminatedFailure,
  WorkflowFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import pg from 'pg';
import { waitFor } from '../../local/process.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage('cancelquery');
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

/** The cluster's owner on the bot's database: the one that may lock its tables. */
function ownerOfBot(): pg.Client {
  const url = new URL(stage.environment['AUDIT_DATABASE_URL'] ?? '');
  url.pathname = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '').pathname;
  return new pg.Client({ connectionString: url.href });
}

/** What people do to a run, and what it then ends with. */
const ENDS: readonly [string, (handle: WorkflowHandle) => Promise<unknown>, new (...args: never) => Error][] =
  [
    ['cancelled', (handle) => handle.cancel(), CancelledFailure],
    ['terminated', (handle) => handle.terminate('by hand'), TerminatedFailure],
  ];

test.each(ENDS)(
  'a %s run ends its query in PostgreSQL, mails nothing, and leaves its turn to the next',
  async (what, end, kind) => {
    const reader = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '').username;
    const owner = ownerOfBot();
    await owner.connect();
    const working = async (): Promise<number> => {
      const { rows } = await stage.pool.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where usename = $1 and state <> 'idle' and wait_event_type = 'Lock'",
        [reader],
      );
      return rows[0]?.n ?? 0;
    };
    try {
      // A query is slow for as long as its table is locked, without any load on the machine.
      const { rows } = await owner.query<{ tables: string | null }>(
        "select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
      );
      await owner.query('begin');
      await owner.query(`lock table ${rows[0]?.tables ?? ''} in access exclusive mode`);
      const failure = await stage.withWorker(async (): Promise<unknown> => {
        const handle = await stage.client.workflow.start('productionAudit', {
          taskQueue: stage.taskQueue,
          workflowId: `${what}-query-${String(process.pid)}`,
          args: [{ last: '8h', deliver: true }],
        });
        expect(await waitFor(async () => (await working()) > 0, 20_000)).toBe(true);
        await end(handle);
        return (handle.result() as Promise<unknown>).catch((error: unknown) => error);
      });
      // Still locked: it is the cancel that ended the query, not the end of the lock.
      expect(await waitFor(async () => (await working()) === 0, 10_000)).toBe(true);
      expect(failure).toBeInstanceOf(WorkflowFailedError);
      expect((failure as WorkflowFailedError).cause).toBeInstanceOf(kind);
      expect(stage.smtp.messages).toHaveLength(0);
    } finally {
      await owner.end();
    }
  },
  120_000,
);
