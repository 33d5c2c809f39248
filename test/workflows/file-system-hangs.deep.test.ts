import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '../../local/process.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { startStage, type Stage } from './stage.ts';
import { startWorkerProcess } from './worker-process.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage('hangs');
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

interface Ready {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string | null>>;
}

test('a worker whose archive hangs says so, goes on with the rest, and ends on SIGTERM', async () => {
  const worker = await startWorkerProcess(stage);
  const base = `http://127.0.0.1:${String(stage.config.server.port)}`;
  const run = (last: string, id: string) =>
    stage.client.workflow.start('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: `hangs-${id}-${String(process.pid)}`,
      args: [{ last }],
    });
  const { urls, window } = (await (await run('2h', 'first')).result()) as AuditResult;
  const [stored] = await findReports(stage.pool, { bot: 'demo', window });
  const hash = stored?.files['pdf']?.hash ?? '';
  const path = join(stage.config.artifactDirectory, hash.slice(0, 2), hash);
  rmSync(path);
  execFileSync('mkfifo', [path]);

  // More readers than the folder has turns and than Node has file threads by itself.
  const asked = Array.from({ length: 6 }, async () => (await fetch(urls['pdf'] ?? '')).status);
  const ready = async (): Promise<Ready> => (await (await fetch(`${base}/readyz`)).json()) as Ready;
  expect(await waitFor(async () => !(await ready()).ok, 30_000)).toBe(true);
  const { checks } = await ready();
  expect(checks).toMatchObject({ worker: null, temporal: null, store: null });
  expect(checks['artifacts']).toMatch(/^(?:no answer in 3 s|does not answer)$/);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect(new Set(await Promise.all(asked))).toEqual(new Set([503]));

  // An audit under way is told what is wrong, and is not held by it: it waits in Temporal.
  const handle = await run('3h', 'second');
  const named = async (): Promise<boolean> => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).some(
      ({ lastFailure }) => lastFailure?.message?.includes('Its file system hangs') === true,
    );
  };
  expect(await waitFor(named, 60_000)).toBe(true);
  expect(await worker.kill('SIGTERM')).toBe('SIGKILL');
  expect(worker.lines.join('\n')).toContain('file operations have not come back');

  rmSync(path);
  const next = await startWorkerProcess(stage);
  expect(((await handle.result()) as AuditResult).degraded).toEqual([]);
  expect(await next.kill('SIGTERM')).toBe(0);
}, 300_000);
