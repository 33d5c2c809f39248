import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeFailure, InterruptedError } from '../../cli/errors.ts';
import { handStartedId, startAndFollow, summaryOf } from '../../cli/follow.ts';
import type { AuditProgress } from '../../workflows/types.ts';
import { temporalEnvironment } from '../support/temporal.ts';

const QUEUE = 'cli-follow';
const WORKFLOWS = new URL('./fake-audit-workflow.ts', import.meta.url).pathname;
let environment: TestWorkflowEnvironment;
let client: Client;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  environment = await temporalEnvironment();
  client = environment.client;
  worker = await Worker.create({
    connection: environment.nativeConnection,
    workflowsPath: WORKFLOWS,
    taskQueue: QUEUE,
  });
  running = worker.run();
}, 60_000);
afterAll(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

test('progress is told until the result', async () => {
  const seen: AuditProgress[] = [];
  const result = await startAndFollow({
    client,
    taskQueue: QUEUE,
    input: { bot: 'passes' },
    onProgress: (progress) => seen.push(progress),
  });
  expect(result).toMatchObject({ verdict: 'PASS' });
  expect(seen[0]?.stages[0]?.state).toBe('running');
  expect(seen.at(-1)?.stages[0]?.state).toBe('done');
});

test('a server that is too busy to answer a start in time is asked again', async () => {
  let asked = 0;
  const { connection, namespace = 'default' } = environment;
  const late: WorkflowClientInterceptor = {
    startWithDetails: (input, next) =>
      (asked += 1) > 1 ? next(input) : connection.withDeadline(Date.now() - 1, () => next(input)),
  };
  const result = await startAndFollow({
    client: new Client({ connection, namespace, interceptors: { workflow: [late] } }),
    taskQueue: QUEUE,
    input: { bot: 'passes' },
  });
  expect({ asked, verdict: result.verdict }).toEqual({ asked: 2, verdict: 'PASS' });
});

test('a wrong input is wrong usage, whatever Temporal wraps around it', async () => {
  const error: unknown = await startAndFollow({ client, taskQueue: QUEUE, input: { bot: 'refused' } }).catch(
    (caught: unknown) => caught,
  );
  expect(describeFailure(error)).toEqual({
    exitCode: 64,
    message: 'There is no bot "refused". Write --bot demo.',
  });
});

test('a run that fails for another reason is "no report"', async () => {
  const error: unknown = await startAndFollow({ client, taskQueue: QUEUE, input: { bot: 'breaks' } }).catch(
    (caught: unknown) => caught,
  );
  expect(describeFailure(error)).toEqual({ exitCode: 3, message: 'The store is full.' });
});

test('an interrupt asks the run to stop and exits 130', async () => {
  const controller = new AbortController();
  const workflowId = handStartedId({ bot: 'waits' });
  const following = startAndFollow({
    client,
    taskQueue: QUEUE,
    workflowId,
    input: { bot: 'waits' },
    signal: controller.signal,
    onProgress: () => {
      controller.abort();
    },
  }).catch((caught: unknown) => caught);
  const error = await following;
  expect(error).toBeInstanceOf(InterruptedError);
  expect(describeFailure(error).exitCode).toBe(130);
  await expect(client.workflow.getHandle(workflowId).result()).rejects.toThrow(/cancelled/i);
});

test('ids of runs started by hand read by themselves and never meet', () => {
  const input = { bot: 'demo', from: '2026-11-20T00:00Z', to: '2026-11-20T08:00Z' };
  expect(handStartedId(input)).toMatch(
    /^audit\/demo\/production\/20261120T0000Z-20261120T0800Z\/[0-9a-f]{6}$/,
  );
  expect(handStartedId({ kind: 'monthly', month: '2026-10' })).toMatch(
    /^audit\/default\/monthly\/2026-10\/[0-9a-f]{6}$/,
  );
  expect(handStartedId({ shift: 'latest' })).toMatch(
    /^audit\/default\/production\/latest-shift\/[0-9a-f]{6}$/,
  );
  expect(handStartedId({ last: '24h' })).toContain('/last-24h/');
  expect(handStartedId(input)).not.toBe(handStartedId(input));
});

test.each([
  [{ bot: 'demo', from: '2026-11-20T00:00:00Z', to: '2026-11-20T08:00:00Z' }, 'demo, 20 Nov 00:00-08:00 UTC'],
  [
    { bot: 'demo', from: '2026-11-20T17:00+01:00', to: '2026-11-21T01:00+01:00' },
    'demo, 20 Nov 16:00-24:00 UTC',
  ],
  [{ kind: 'monthly', month: '2026-10' }, 'default bot, 2026-10'],
  [{ bot: 'demo', last: '24h' }, 'demo, last 24h'],
])('the summary of a run reads as a window does: %j', (input, text) => {
  expect(summaryOf(input)).toBe(`${text}, started by hand`);
});
