import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { separateQueues, taskQueueOf, type Role } from '../../audit/task-queues.ts';
import { waitFor } from '../../local/process.ts';
import { workersProblem } from '../../server/readiness.ts';
import { createRoleWorkers, runRoles } from '../../worker-roles.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { scriptedActivities } from './scripted-activities.ts';

let temporal: TestWorkflowEnvironment;

beforeAll(async () => {
  // A real clock: on one that is skipped, what waits for a slow bot is over at once.
  temporal = await temporalEnvironment();
});
afterAll(async () => {
  await temporal.teardown();
});

const OF_ROLE: Readonly<Record<Exclude<Role, 'main'>, readonly (keyof AuditActivities)[]>> = {
  collect: ['collectEvidence', 'collectWithoutDatabase'],
  compute: ['evaluateSection', 'assembleReport', 'renderText'],
  render: ['renderPdf'],
};

test('with queues of their own each role does its work alone, and a bot that collects slowly delays no other', async () => {
  const taskQueue = 'separate-queues';
  const plain = scriptedActivities();
  const slow = Promise.withResolvers<undefined>();
  const all = scriptedActivities({
    resolveAudit: async (request) => ({
      ...(await plain.resolveAudit(request)),
      queues: separateQueues(taskQueue),
    }),
    collectEvidence: async (request) => {
      if (request.audit.bot === 'slow') await slow.promise;
      return plain.collectEvidence(request);
    },
  });
  const ofRoles = new Set<string>(Object.values(OF_ROLE).flat());
  const bundle = await sharedWorkflows();
  const { nativeConnection: connection } = temporal;
  const main = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: bundle,
    activities: Object.fromEntries(Object.entries(all).filter(([name]) => !ofRoles.has(name))),
  });
  const others = await Promise.all(
    Object.entries(OF_ROLE).map(([role, names]) =>
      Worker.create({
        connection,
        taskQueue: taskQueueOf(taskQueue, role as Role),
        activities: Object.fromEntries(names.map((name) => [name, all[name]])),
      }),
    ),
  );
  const running = others.map((worker) => worker.run());
  await main.runUntil(async () => {
    const run = (bot: string) =>
      temporal.client.workflow.execute('productionAudit', {
        taskQueue,
        workflowId: `separate-queues-${bot}`,
        args: [{ bot, deliver: true }],
      }) as Promise<AuditResult>;
    const waiting = run('slow');
    expect(await run('quick')).toMatchObject({ verdict: 'PASS', degraded: [] });
    slow.resolve(undefined);
    expect(await waiting).toMatchObject({ verdict: 'PASS', degraded: [] });
  });
  for (const worker of others) worker.shutdown();
  await Promise.all(running);
}, 60_000);

test('a worker of one process that takes two roles polls their queues, and ends whole', async () => {
  const workers = await createRoleWorkers(
    {
      ...{
        address: temporal.address,
        namespace: 'default',
        security: { tls: false },
        taskQueue: 'separate-two',
      },
      ...{ separateQueues: true, searchAttributes: false, uiUrl: null },
      roles: [
        { role: 'main', slots: 4 },
        { role: 'render', slots: 1 },
      ],
    },
    () => sharedWorkflows(),
    { connection: temporal.nativeConnection, activities: scriptedActivities() },
  );
  expect(workers.map(({ worker }) => worker.options.taskQueue)).toEqual([
    'separate-two',
    'separate-two-render',
  ]);
  const running = runRoles(workers);
  expect(await waitFor(() => workersProblem(workers) === null, 30_000)).toBe(true);
  for (const { worker } of workers) worker.shutdown();
  await running;
  expect(workersProblem(workers)).toBe('state STOPPED');
}, 60_000);
