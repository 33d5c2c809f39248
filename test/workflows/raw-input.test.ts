import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { scriptedWorker } from './scripted-worker.ts';

let temporal: TestWorkflowEnvironment;

beforeAll(async () => {
  temporal = await temporalEnvironment();
}, 60_000);
afterAll(async () => {
  await temporal.teardown();
});

interface RawPayload {
  readonly encoding: string | null;
  readonly data: string;
}

const json = (data: string): RawPayload => ({ encoding: 'json/plain', data });

/** Starts runs as any client can, whatever it sends, and returns what each of them ends with. */
async function failuresOf(
  runs: readonly (readonly [type: string, payloads: readonly RawPayload[]])[],
): Promise<readonly { readonly type: string; readonly message: string }[]> {
  const taskQueue = `raw-${String(process.pid)}-${String(runs.length)}`;
  const worker = await scriptedWorker(temporal, await sharedWorkflows(), taskQueue, {});
  return worker.runUntil(() =>
    Promise.all(
      runs.map(async ([name, payloads], index) => {
        const workflowId = `${taskQueue}-${String(index)}`;
        await temporal.connection.workflowService.startWorkflowExecution({
          namespace: 'default',
          workflowId,
          requestId: workflowId,
          workflowType: { name },
          taskQueue: { name: taskQueue },
          input: {
            payloads: payloads.map(({ encoding, data }) => ({
              metadata: encoding === null ? {} : { encoding: Buffer.from(encoding) },
              data: Buffer.from(data),
            })),
          },
        });
        const failure: unknown = await temporal.client.workflow
          .getHandle(workflowId)
          .result()
          .catch((error: unknown) => error);
        const cause = failure instanceof WorkflowFailedError ? failure.cause : null;
        if (cause instanceof ApplicationFailure) return { type: cause.type ?? '', message: cause.message };
        throw new Error(`${name} did not fail as an input does: ${String(failure)}`);
      }),
    ),
  );
}

const UNREADABLE = [
  [
    [{ encoding: 'json/protobuf', data: '{"bot": "demo"}' }],
    /^The input has the encoding "json\/protobuf"; send it as "json\/plain"/,
  ],
  [
    [{ encoding: 'binary/plain', data: '{"bot": "demo", "last": "8h"}' }],
    /^The input has the encoding "binary\/plain"; send it as/,
  ],
  [[{ encoding: 'binary/encrypted', data: 'x' }], /^The input has the encoding "binary\/encrypted"/],
  [[{ encoding: null, data: '{}' }], /^The input has no encoding; send it as/],
  [[json('{"bot": demo}')], /^The input is not JSON; it must be one JSON object, such as \{/],
  [
    [json('{"bot": "demo"}'), json('{"last": "8h"}')],
    /^There are 2 inputs, and a run reads one; put all of it into one JSON object/,
  ],
  [[json('{}'), json('{"tellsArchived": true}')], /^There are 2 inputs/],
  [[json('[]')], /^The input is a list; it must be one JSON object/],
  [[json(JSON.stringify('{"bot": "demo"}'))], /^The input is a string; it must be one JSON object/],
  [[json('{}'), { encoding: 'json/protobuf', data: '{}' }, json('null')], /^There are 3 inputs/],
] as const;
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const MANY = JSON.stringify(
  Object.fromEntries(Array.from({ length: 50_000 }, (_, key) => [`k${String(key)}`, 1])),
);
/** JSON that is read, and whose mistakes are more than fit into a failure. */
const ENDLESS = [
  [[json(`{"x": ${DEEP}}`)], /^There is no key "x"\. /],
  [[json(DEEP)], /^The input is a list; /],
  [[json(`{"${'k'.repeat(1_000_000)}": 1}`)], /^There is no key "k{63}\.\.\.\. /],
  [[json(MANY)], /^There is no key "k0"\. .*There is no key "k9"\. (?!.*There is no key)/],
] as const;
const AUDITS = ['productionAudit', 'nightlyAudit', 'monthlyAudit', 'monitorWindow'] as const;
const TYPES = [
  ...AUDITS,
  ...(['periodAudit', 'redelivery', 'alertWatch', 'alerts', 'reportWatchdog'] as const),
  ...(['botPurge', 'retentionPurge', 'dailyMaintenance'] as const),
];

test('an input that cannot be read, or a second one, ends every kind of run with one sentence', async () => {
  const scenes = TYPES.flatMap((type) =>
    UNREADABLE.map(([payloads, sentence]) => ({ type, payloads, sentence })),
  );
  const failures = await failuresOf(scenes.map(({ type, payloads }) => [type, payloads]));
  expect(failures).toEqual(
    scenes.map(({ sentence }) => ({
      type: 'InvalidAuditInput',
      message: expect.stringMatching(sentence),
    })),
  );
  for (const { message } of failures) expect(message.match(/[.] /g) ?? []).toEqual([]);
}, 120_000);

test('an input without end ends every kind of run as any other mistake does', async () => {
  const scenes = TYPES.flatMap((type) =>
    ENDLESS.map(([payloads, sentence]) => ({ type, payloads, sentence })),
  );
  const deepBot = [json(`{"bot": ${DEEP}}`)];
  const failures = await failuresOf([
    ...scenes.map(({ type, payloads }) => [type, payloads] as const),
    ['productionAudit', deepBot],
  ]);
  expect(failures.map(({ message }) => message)).toEqual([
    ...scenes.map(({ sentence }): unknown => expect.stringMatching(sentence)),
    expect.stringMatching(/^"bot" is a value of very many levels, but must be the name of a bot/),
  ]);
}, 120_000);

test('a fault of the workflow code itself ends the run with what it was, and is not tried for ever', async () => {
  const nothing = (): Promise<never> => Promise.resolve(undefined as never);
  const taskQueue = `mistake-${String(process.pid)}`;
  const worker = await scriptedWorker(temporal, await sharedWorkflows(), taskQueue, {
    resolveAudit: nothing,
    planNightly: nothing,
    planMonthly: nothing,
    planMonitor: nothing,
    planPurge: nothing,
    planBotPurge: nothing,
  });
  const types = [...AUDITS, 'retentionPurge', 'botPurge'] as const;
  const ends = await worker.runUntil(() =>
    Promise.all(
      types.map((type) =>
        temporal.client.workflow
          .execute(type, { taskQueue, workflowId: `${taskQueue}-${type}`, args: [] })
          .then(
            () => null,
            (error: unknown) => (error instanceof WorkflowFailedError ? rootCause(error.cause) : null),
          ),
      ),
    ),
  );
  for (const end of ends) expect(end).toMatch(/undefined/);
}, 120_000);
