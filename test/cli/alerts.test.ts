import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ALERT_TIMES, type AlertLook, type RuleLook } from '../../audit/alerts/alert.ts';
import { waitFor } from '../../local/process.ts';
import type { AlertsCarried } from '../../workflows/alerts-types.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { LOST_HEARTBEAT } from '../workflows/scripted-activities.ts';
import { scriptedWorker } from '../workflows/scripted-worker.ts';
import { commandLine } from './in-process.ts';

const QUEUE = `cli-alerts-${String(process.pid)}`;
/** Ids of workflows on the run's one server are made of them. */
const [LIVE, PINNED] = [`live_${String(process.pid)}`, `pinned_${String(process.pid)}`];
const UNWATCHED: RuleLook = {
  ...{ rule: 'zero-ingestion', title: 'No data ingestion', state: 'unwatched', doubt: null },
  ...{ reason: 'no ingestion_run in the mapping', firings: [] },
};
let temporal: TestWorkflowEnvironment;
let config: string;

beforeAll(async () => {
  temporal = await temporalEnvironment();
  config = join(scratchDirectory('alerts'), 'audit.config.yaml');
  writeFileSync(
    config,
    `bots:
  ${LIVE}: { environment: paper, sources: { database: none } }
  ${PINNED}: { environment: paper, sources: { database: none }, asOf: 2026-11-20T08:00:00Z }
temporal: { taskQueue: ${QUEUE} }
`,
  );
});
afterAll(async () => {
  await temporal.teardown();
});

const typed = (...args: readonly string[]) =>
  commandLine([...args, '--config', config], {
    TEMPORAL_ADDRESS: temporal.address,
    AUDIT_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    AUDIT_STATE_DIRECTORY: join(config, '..'),
  });

test('alerts are listed with what is not watched, and acknowledged by the beginning of their id', async () => {
  const nobody = await typed('alerts', 'list');
  expect([nobody.code, nobody.stderr]).toEqual([0, '']);
  expect(nobody.stdout).toMatch(new RegExp(`${LIVE}: nobody has looked .*schedules apply`));
  expect(nobody.stdout).toContain(`start the workflow alertWatch with {"bot": "${PINNED}"}`);

  const worker = await scriptedWorker(temporal, await sharedWorkflows(), QUEUE, {});
  await worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('alerts', {
      ...{ taskQueue: QUEUE, workflowId: `alerts/${LIVE}`, args: [{ bot: LIVE }] },
    });
    try {
      const state = async () => (await handle.query<AlertsCarried>('alerts')).alerts;
      const at = new Date().toISOString();
      const look = { bot: LIVE, at, rules: [LOST_HEARTBEAT, UNWATCHED], times: ALERT_TIMES };
      await handle.signal<[AlertLook]>('look', look);
      await waitFor(async () => (await state()).open.length === 1, 30_000);

      const { stdout } = await typed('alerts', 'list', '--bot', LIVE);
      expect(stdout).toContain('3f9a1c0700  critical  Heartbeat lost, since ');
      expect(stdout).toContain('not watched        No data ingestion: no ingestion_run in the mapping');

      expect(await typed('ack', '3f9')).toMatchObject({ code: 64 });
      expect((await typed('ack', 'ffff')).stderr).toContain('No open alert has an id that begins with ffff.');
      expect(await typed('ack', '3F9A', '--by', 'Ann', '--note', 'restarting it')).toMatchObject({
        code: 0,
        stdout: `Alert 3F9A of bot ${LIVE} is acknowledged by Ann.\n`,
      });
      expect((await state()).open[0]?.acknowledged).toMatchObject({ by: 'Ann', note: 'restarting it' });
      expect((await typed('alerts', 'list', '--bot', LIVE)).stdout).toContain('acknowledged by Ann');
      const json = JSON.parse((await typed('alerts', 'list', '--json')).stdout) as readonly unknown[];
      expect(json).toMatchObject([{ bot: LIVE }, { bot: PINNED, kept: null }]);
    } finally {
      await handle.terminate('the test is over');
    }
  });
  expect((await typed('alerts', 'list', '--bot', 'nobody')).stderr).toContain('There is no bot "nobody"');
});
