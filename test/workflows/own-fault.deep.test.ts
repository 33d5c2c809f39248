import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '../../local/process.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;
let folder: string;
let mounted = false;

beforeAll(async () => {
  stage = await startStage('ownfault');
  folder = stage.config.artifactDirectory;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mounted = mount(['-t', 'tmpfs', '-o', 'size=200m', 'audit-test', folder]);
}, 120_000);

afterAll(async () => {
  if (mounted) execFileSync('umount', [folder]);
  await stage.stop();
});

function mount(args: readonly string[]): boolean {
  try {
    execFileSync('mount', [...args], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      'SKIPPED: no tmpfs can be mounted here, so an audit on a broken disk is not tried.\n',
    );
    return false;
  }
}

/** Ends whatever the store was told before, so that the next connection is told anew. */
async function readOnlyStore(setting: 'on' | 'off'): Promise<void> {
  const url = new URL(stage.environment['AUDIT_DATABASE_URL'] ?? '');
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  await owner.query(`alter database "${name}" set default_transaction_read_only = ${setting}`);
  await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await owner.end();
}

interface Scene {
  readonly what: string;
  /** Whether the trouble needs a file system of its own. */
  readonly mount: boolean;
  readonly window: string;
  readonly says: RegExp;
  readonly breaks: () => void | Promise<void>;
  readonly mends: () => void | Promise<void>;
}

const remount = (options: string): void => {
  execFileSync('mount', ['-o', `remount,${options}`, folder]);
};

const SCENES: readonly Scene[] = [
  {
    what: 'a full disk under the artifacts',
    mount: true,
    window: '8h',
    says: /The artifact folder .* is full/,
    breaks: () => {
      remount('size=2m');
    },
    mends: () => {
      remount('size=200m');
    },
  },
  {
    what: 'a folder of artifacts that is read-only',
    mount: true,
    window: '7h',
    says: /The artifact folder .* cannot be used: EROFS/,
    breaks: () => {
      remount('ro');
    },
    mends: () => {
      remount('rw');
    },
  },
  {
    what: 'a store that takes no writes',
    mount: false,
    window: '6h',
    says: /own store at .* cannot be used: .*read-only transaction.* \(25006\)/,
    breaks: () => readOnlyStore('on'),
    mends: () => readOnlyStore('off'),
  },
  // The last, since it takes the file system away.
  {
    what: 'a file where the folder of artifacts was',
    mount: false,
    window: '5h',
    says: /The artifact folder .* cannot be used: ENOTDIR.*Its path leads to no folder/,
    breaks: () => {
      if (mounted) execFileSync('umount', [folder]);
      mounted = false;
      rmSync(folder, { recursive: true, force: true });
      writeFileSync(folder, '');
    },
    mends: () => {
      rmSync(folder);
      mkdirSync(folder, { mode: 0o700 });
    },
  },
];

test.each(SCENES)(
  '$what is named, waited for, never told of the bot, and leaves one whole report and one mail',
  async ({ what, mount: needsMount, window, says, breaks, mends }) => {
    if (needsMount && !mounted) return;
    const mailsBefore = stage.smtp.messages.length;
    await stage.withWorker(async () => {
      await breaks();
      const handle = await stage.client.workflow.start('productionAudit', {
        taskQueue: stage.taskQueue,
        workflowId: `own-fault-${what.replaceAll(' ', '-')}-${String(process.pid)}`,
        args: [{ last: window, deliver: true }],
      });
      const failures = async (): Promise<string> => {
        const { raw } = await handle.describe();
        return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '').join('\n');
      };
      let said = '';
      await waitFor(async () => says.test((said = await failures())), 90_000);
      await mends();
      expect(said).toMatch(says);
      expect(stage.smtp.messages).toHaveLength(mailsBefore);
      const result = (await handle.result()) as AuditResult;
      expect(result).toMatchObject({ verdict: 'FAIL', degraded: [], mails: { sent: 1, failed: 0 } });
      expect(await findReports(stage.pool, { bot: 'demo', window: result.window })).toHaveLength(1);
      expect(stage.smtp.messages).toHaveLength(mailsBefore + 1);
    });
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => name.includes('.tmp-'))).toEqual([]);
  },
  180_000,
);
