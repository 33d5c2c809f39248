import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { freePort } from '../../local/ports.ts';
import { startOf, waitFor } from '../../local/process.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditInput, AuditResult } from '../../workflows/types.ts';
import { startSmtp } from '../support/smtp.ts';
import { startStage, type Stage } from './stage.ts';
import { startWorkerProcess } from './worker-process.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage('killed');
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

/** Process ids below `root`, from /proc. */
function descendantsOf(root: number | undefined): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid): (readonly [number, number])[] => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return [[Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return [];
      }
    });
  const below = (parent: number): readonly number[] =>
    parents.filter(([, ppid]) => ppid === parent).flatMap(([pid]) => [pid, ...below(pid)]);
  return root === undefined ? [] : below(root);
}

function isAlive(pid: number): boolean {
  return startOf(pid) !== null;
}

/** Resolves when the server says that a worker is at this activity. */
async function startedActivity(handle: WorkflowHandle, type: string): Promise<void> {
  for (;;) {
    const { raw, status } = await handle.describe();
    if (status.name !== 'RUNNING') throw new Error(`${type} was over before it was seen; nothing was killed`);
    const started = raw.pendingActivities?.some(
      (one) => one.activityType?.name === type && Number(one.state) === STARTED,
    );
    if (started === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

async function killedAt(activity: string, input: AuditInput): Promise<AuditResult> {
  const first = await startWorkerProcess(stage);
  const handle = await stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `killed-${activity}-${String(process.pid)}`,
    args: [input],
  });
  await startedActivity(handle, activity);
  const children = descendantsOf(first.child.pid);
  await first.kill('SIGKILL');
  const second = await startWorkerProcess(stage);
  // The browser ends with its worker, however that ended.
  await waitFor(() => !children.some(isAlive), 20_000);
  expect(children.filter(isAlive)).toEqual([]);
  try {
    return (await handle.result()) as AuditResult;
  } finally {
    await second.kill('SIGTERM');
  }
}

test.each<[string, AuditInput]>([
  ['collectEvidence', { last: '8h', deliver: true }],
  ['assembleReport', { last: '6h', deliver: true }],
  ['renderPdf', { last: '5h', deliver: true }],
])(
  'a worker killed in %s: one report, one mail',
  async (activity, input) => {
    const before = stage.smtp.messages.length;
    const { window, mails, degraded } = await killedAt(activity, input);
    expect({ mails, degraded }).toEqual({ mails: { sent: 1, failed: 0, skipped: null }, degraded: [] });
    const reports = await findReports(stage.pool, { bot: 'demo', window });
    expect(reports.map(({ revision }) => revision)).toEqual([1]);
    expect(stage.smtp.messages.length - before).toBe(1);
  },
  180_000,
);

test('a worker killed while the mail server has the message: one mail, recorded as ambiguous, never sent again', async () => {
  const slow = await startSmtp({ script: [{ act: 'stall', forMs: 5_000 }] });
  const first = await startWorkerProcess(stage, { SMTP_URL: slow.url });
  const handle = await stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `killed-sending-${String(process.pid)}`,
    args: [{ last: '3h', deliver: true }],
  });
  while (slow.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await first.kill('SIGKILL');
  const second = await startWorkerProcess(stage, { SMTP_URL: slow.url });
  const result = (await handle.result()) as AuditResult;
  await second.kill('SIGTERM');
  expect(result.mails).toEqual({ sent: 0, failed: 1, skipped: null });
  expect(result.degraded[0]).toContain('it may have arrived and is not sent again');
  expect(slow.messages).toHaveLength(1);
  await slow.stop();
}, 240_000);

/** A minute each, nearly all of it waiting for heartbeats that do not come. */
const trials = process.env['AUDIT_TRIALS'] === '1' ? test.each : test.skip.each;

trials<[string, AuditInput]>([
  ['collectEvidence', { last: '7h', deliver: true }],
  ['renderPdf', { last: '4h', deliver: true }],
  ['deliverMail', { last: '2h', deliver: true }],
])(
  'a worker frozen in %s, whose work another does before it goes on: one report, one mail',
  async (activity, input) => {
    const slow = await startSmtp({ script: [{ act: 'stall', forMs: 2_000 }] });
    const first = await startWorkerProcess(stage, { SMTP_URL: slow.url });
    const handle = await stage.client.workflow.start('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: `frozen-${activity}-${String(process.pid)}`,
      args: [input],
    });
    await startedActivity(handle, activity);
    first.child.kill('SIGSTOP');
    const second = await startWorkerProcess(stage, {
      SMTP_URL: slow.url,
      AUDIT_STACK_REPORT_PORT: String(await freePort(process.env)),
    });
    const { window, mails } = (await handle.result()) as AuditResult;
    first.child.kill('SIGCONT');
    expect(await first.kill('SIGTERM')).toBe(0);
    await second.kill('SIGTERM');
    const reports = await findReports(stage.pool, { bot: 'demo', window });
    expect(reports.map(({ revision }) => revision)).toEqual([1]);
    // A mail that was under way when its worker froze may be told as ambiguous; it is never there twice.
    expect(mails.sent + mails.failed).toBe(1);
    expect(slow.messages.length).toBeLessThanOrEqual(1);
    if (activity !== 'deliverMail') expect(slow.messages).toHaveLength(1);
    await slow.stop();
  },
  300_000,
);
