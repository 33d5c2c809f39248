import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import type { AuditActivities } from '../../activities/types.ts';
import { ALERT_TIMES } from '../../audit/alerts/alert.ts';
import type { AlertsCarried } from '../../workflows/alerts-types.ts';
import { waitFor } from '../../local/process.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { LOST_HEARTBEAT, planned, PURGE_PLAN, REPORT, scriptedActivities } from '../workflows/scripted-activities.ts';
import { startStage } from '../workflows/stage.ts';

export const HISTORIES = import.meta.dirname;

/**
 * Runs every workflow once on real servers and writes its history. Do this after a change of a workflow that is not
 * compatible, together with a `patched` branch for the histories that were there: `RECORD_HISTORIES=1` (`purge`, `redelivery`: only
 * purges; `periods`: only periods and the upkeep; `monitor`: one more of the monitor; `alerts`: alerts and watchdog), then the test.
 */
export async function recordHistories(which: string): Promise<void> {
  if (which === 'purge') return recordPurges();
  if (which === 'periods') return recordPeriods();
  if (which === 'alerts') return recordAlerts();
  if (which === 'redelivery') return recordRedelivery();
  if (which === 'monitor') return recordMonitor('monitor-window-early');
  for (const name of readdirSync(HISTORIES)) if (name.endsWith('.json')) rmSync(join(HISTORIES, name));
  await recordPurges();
  await recordRedelivery();
  await recordAudits();
  await recordMonitor('monitor-window');
  const plans = { planNightly: () => Promise.resolve([planned('made'), planned('found', { found: { report: REPORT, verdict: 'PASS' } })]) };
  await recordSkipped('nightly-audit', 'nightlyAudit', [], plans);
  await recordSkipped('nightly-audit-failed', 'nightlyAudit', [], { ...plans, resolveAudit: refuse('UnknownBot') });
  await recordPatience();
  await recordPeriods();
  await recordAlerts();
  await recordSkipped('monthly-audit', 'monthlyAudit', [{ month: '2026-10' }], { planMonthly: () => Promise.resolve([planned('month')]) });
}

/** An alert that is acknowledged and forgotten; a look at a bot that fails; something that is missing. */
async function recordAlerts(): Promise<void> {
  await recordSkipped('alerts', 'alerts', [{ bot: 'demo' }], {}, async (handle) => {
    const at = new Date(Date.now()).toISOString();
    await handle.signal('look', { bot: 'demo', at, rules: [LOST_HEARTBEAT], times: ALERT_TIMES });
    const isTold = async (): Promise<boolean> =>
      (await handle.query<AlertsCarried>('alerts')).alerts.open.some(({ told }) => told !== null);
    await waitFor(isTold, 30_000);
    await handle.executeUpdate('acknowledge', { args: [{ id: LOST_HEARTBEAT.firings[0]?.id, by: 'Ann' }] });
  });
  await recordSkipped('alert-watch', 'alertWatch', [], {
    planAlertWatch: () => Promise.resolve({ bots: ['demo', 'away'], searchAttributes: false }),
    watchAlerts: (request) => (request.bot === 'away' ? refuse('UnknownBot')() : scriptedActivities().watchAlerts(request)),
  });
  await recordSkipped('report-watchdog', 'reportWatchdog', [], {
    checkReports: () =>
      Promise.resolve({ problems: 1, untold: [{ id: 'window/1', text: 'as recorded' }], searchAttributes: false }),
  });
}

/** A shift that has yet to settle, and the upkeep with a bot that is away. */
async function recordPeriods(): Promise<void> {
  await recordSkipped('period-audit', 'periodAudit', [{ kind: 'daily' }], {
    planPeriod: ({ now }) =>
      Promise.resolve({ audits: [planned('day')], settledAt: new Date(Date.parse(now) + 120_000).toISOString() }),
  });
  await recordSkipped('daily-maintenance', 'dailyMaintenance', [], {
    botNames: () => Promise.resolve(['demo', 'away']),
    examineBot: (request) => (request.bot === 'away' ? refuse('SourceRefused')() : scriptedActivities().examineBot(request)),
  });
}

async function recordRedelivery(): Promise<void> {
  await recordSkipped('redelivery', 'redelivery', [{ delivery: '3f9a1c07d2b4' }], {});
}

async function recordMonitor(name: string): Promise<void> {
  await recordSkipped(name, 'monitorWindow', [{ bot: 'demo', hours: 2 }], {
    takeSnapshot: ({ slot }) => (slot.includes(':07:') ? refuse('SourceLost')() : Promise.resolve({ inserted: true })),
  });
}

/** One that a person approves, and a first one, which is a dry run and mailed. */
async function recordPurges(): Promise<void> {
  let batches = 0;
  const purgeBatch: AuditActivities['purgeBatch'] = () => {
    batches += 1;
    return Promise.resolve({ left: batches === 1 ? 1 : 0 });
  };
  await recordSkipped('retention-purge', 'retentionPurge', [], { purgeBatch }, async (handle) => {
    await waitFor(async () => (await handle.query<{ readonly stage: string }>('progress')).stage === 'waiting', 30_000);
    await handle.executeUpdate('approve', { args: [{ plan: '3f9a1c07', by: 'Ann' }] });
  });
  await recordSkipped('retention-purge-first', 'retentionPurge', [{}], {
    planPurge: ({ purge }) => Promise.resolve({ ...PURGE_PLAN, purge, approval: 'dryRun' }),
  });
  await recordSkipped('retention-purge-refused', 'retentionPurge', [{ maxSharePercent: 5 }], {
    planPurge: ({ purge }) =>
      Promise.resolve({ ...PURGE_PLAN, purge, tripped: [{ type: 'PurgeTooLarge', message: 'as recorded' }] }),
  });
  await recordSkipped('bot-purge', 'botPurge', [{ bot: 'demo', execute: true }], {});
  await recordSkipped('retention-purge-expired', 'retentionPurge', [], {});
}

/** Waits for a turn, for the database and for a place of the night, which earlier histories do not know. */
async function recordPatience(): Promise<void> {
  let asked = 0;
  await recordSkipped('production-audit-patient', 'productionAudit', [{}], {
    collectEvidence: (request) => {
      asked += 1;
      if (asked === 1) return Promise.reject(ApplicationFailure.create({ type: 'SourceBusy', message: 'as recorded', details: [2_000] }));
      return asked < 8 ? Promise.reject(ApplicationFailure.create({ type: 'SourceLost', message: 'as recorded' })) : scriptedActivities().collectEvidence(request);
    },
  });
  const unread = { report: REPORT, verdict: 'INCONCLUSIVE' } as const;
  await recordSkipped('nightly-audit-patient', 'nightlyAudit', [], {
    planNightly: () => Promise.resolve([planned('away', { unread }), planned('there')]),
    collectEvidence: (request) => (request.audit.bot === 'away' ? refuse('SourceLost')() : scriptedActivities().collectEvidence(request)),
  });
}

const refuse = (type: string) => () => Promise.reject(ApplicationFailure.nonRetryable(`${type}, as recorded`, type));

/** The real thing: the demo bot, mailed; and with everything failing that may fail. */
async function recordAudits(): Promise<void> {
  const stage = await startStage('histories');
  const runs: readonly [string, unknown, Partial<AuditActivities>][] = [
    ['production-audit-mailed', { bot: 'demo', last: '8h', deliver: true }, {}],
    ['production-audit-degraded', { last: '4h', deliver: true }, {
      collectEvidence: refuse('SourceRefused'),
      renderPdf: refuse('PdfFailed'),
      evaluateSection: (request) => (request.section === 'pnl' ? refuse('SectionFailed')() : stage.activities.evaluateSection(request)),
      deliverMail: refuse('MailRejected'),
    }],
    ['production-audit-typo', { bots: 'demo' }, {}],
  ];
  for (const [name, input, own] of runs) {
    await stage.withWorker(() => record(stage.temporal, stage.taskQueue, name, 'productionAudit', [input]), {
      ...stage.activities,
      ...own,
    });
  }
  await stage.stop();
}

type During = (handle: WorkflowHandle) => Promise<void>;

async function recordSkipped(name: string, type: string, args: unknown[], own: Partial<AuditActivities>, during?: During): Promise<void> {
  const temporal = await timeSkippingEnvironment();
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: 'histories',
    workflowBundle: await sharedWorkflows(),
    activities: scriptedActivities(own),
  });
  await worker.runUntil(() => record(temporal, 'histories', name, type, args, during));
  await temporal.teardown();
}

async function record(temporal: TestWorkflowEnvironment, taskQueue: string, name: string, type: string, args: unknown[], during?: During): Promise<void> {
  // The alerts of a bot go by their own id.
  const workflowId = name === 'alerts' ? 'alerts/demo' : `history/${name}`;
  const handle = await temporal.client.workflow.start(type, { taskQueue, workflowId, args });
  await during?.(handle);
  await handle.result().catch(() => undefined);
  const first = temporal.client.workflow.getHandle(workflowId, handle.firstExecutionRunId);
  const history: unknown = JSON.parse(historyToJSON(await first.fetchHistory()));
  writeFileSync(join(HISTORIES, `${name}.json`), `${JSON.stringify(history, withoutHost, 1)}\n`);
}

/** A history is committed: it must not name the machine that made it. */
function withoutHost(key: string, value: unknown): unknown {
  if (key === 'identity') return 'worker';
  if (key === 'stackTrace') return '';
  return value;
}
