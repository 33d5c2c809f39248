import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '../../local/process.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;
let folder: string;
let mounted = false;

beforeAll(async () => {
  stage = await startStage('diskfull');
  folder = stage.config.artifactDirectory;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mounted = mount(['-t', 'tmpfs', '-o', 'size=2m', 'audit-test', folder]);
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
    process.stderr.write('SKIPPED: no tmpfs can be mounted here, so an audit on a full disk is not tried.\n');
    return false;
  }
}

test('a disk that is full is named with its folder, waited for, and leaves one whole report and one mail', async () => {
  if (!mounted) return;
  await stage.withWorker(async () => {
    const handle = await stage.client.workflow.start('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: `disk-full-${String(process.pid)}`,
      args: [{ last: '8h', deliver: true }],
    });
    const failures = async (): Promise<string> => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '').join('\n');
    };
    expect(await waitFor(async () => (await failures()).includes('is full'), 60_000)).toBe(true);
    expect(await failures()).toContain(`The artifact folder ${folder} is full`);
    expect(await findReports(stage.pool, { bot: 'demo', limit: 10 })).toEqual([]);
    expect(stage.smtp.messages).toEqual([]);

    execFileSync('mount', ['-o', 'remount,size=200m', folder]);
    const result = (await handle.result()) as AuditResult;
    expect(result).toMatchObject({ verdict: 'FAIL', degraded: [], mails: { sent: 1, failed: 0 } });
    expect(await findReports(stage.pool, { bot: 'demo', limit: 10 })).toHaveLength(1);
    expect(stage.smtp.messages).toHaveLength(1);
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => name.includes('.tmp-'))).toEqual([]);
  });
}, 180_000);
