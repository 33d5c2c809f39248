import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { AuditActivities } from '../../activities/types.ts';
import { ALERT_TIMES, type AlertLook, type RuleLook } from '../../audit/alerts/alert.ts';
import type { Notice } from '../../audit/alerts/notice.ts';
import { failure, FAILURE } from '../../activities/failures.ts';
import { waitFor } from '../../local/process.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import type { AlertsCarried } from '../../workflows/alerts-types.ts';
import { timeSkippingEnvironment } from '../support/temporal.ts';
import { LOST_HEARTBEAT as LOST } from './scripted-activities.ts';
import { scriptedWorker } from './scripted-worker.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundleOption;
let run = 0;

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([timeSkippingEnvironment(), sharedWorkflows()]);
});
afterAll(async () => {
  await temporal.teardown();
});

interface Playing {
  readonly handle: WorkflowHandle;
  /** Notices in the order in which they were planned. */
  readonly notices: Notice[];
  look(...rules: readonly RuleLook[]): Promise<void>;
  state(): Promise<AlertsCarried>;
}

async function play<T>(own: Partial<AuditActivities>, use: (playing: Playing) => Promise<T>): Promise<T> {
  run += 1;
  const taskQueue = `alerts-${String(run)}`;
  const notices: Notice[] = [];
  let delivered = 0;
  const worker = await scriptedWorker(temporal, bundle, taskQueue, {
    planNotice: ({ notice }) => {
      notices.push(notice);
      return Promise.resolve({ mails: [`mail of ${notice.key}`], skipped: null });
    },
    deliverNotice: () => {
      delivered += 1;
      return Promise.resolve({ state: 'accepted', detail: '250' });
    },
    ...own,
  });
  return worker.runUntil(async () => {
    const handle = await temporal.client.workflow.start('alerts', {
      taskQueue,
      workflowId: 'alerts/demo',
      args: [{ bot: 'demo' }],
    });
    const state = (): Promise<AlertsCarried> => handle.query<AlertsCarried>('alerts');
    const look = async (...rules: readonly RuleLook[]): Promise<void> => {
      const at = new Date(await temporal.currentTimeMs()).toISOString();
      await handle.signal<[AlertLook]>('look', { bot: 'demo', at, rules, times: ALERT_TIMES });
      await waitFor(async () => (await state()).alerts.lookedAt === at, 30_000);
    };
    const result = await use({ handle, notices, look, state });
    // An activity that nobody takes any more would hold the server's time for the tests that follow.
    await waitFor(() => Promise.resolve(delivered === notices.length), 30_000);
    await handle.terminate('the test is over');
    return result;
  });
}

const told = (notices: readonly Notice[]): readonly string[] =>
  notices.map(({ to, subject }) => `L${String(to)} ${subject}`);

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = (await attempt.then(
    () => new Error('it was accepted'),
    (failed: unknown) => failed,
  )) as Error;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

test('what level 1 does not get level 2 is told at once, and the store is not needed for it', async () => {
  const direct: Notice[] = [];
  await play(
    {
      planNotice: () => Promise.reject(failure(FAILURE.storeUnavailable, 'the store is away')),
      sendUnrecorded: ({ notice }) => {
        direct.push(notice);
        return Promise.resolve(
          notice.to === 1
            ? { sent: 0, failed: ['ops@example.test: rejected, 550'] }
            : { sent: 1, failed: [] },
        );
      },
    },
    async ({ look, state }) => {
      await look(LOST);
      await temporal.sleep('2 minutes');
      await waitFor(() => Promise.resolve(direct.length === 2), 30_000);
      expect(direct.map(({ to }) => to)).toEqual([1, 2]);
      expect((await state()).unsent[0]).toContain('to level 1: ops@example.test: rejected, 550');
    },
  );
});

test('an alert is told once, escalates while nobody acknowledges it, and stops when somebody does', async () => {
  await play({}, async ({ handle, notices, look, state }) => {
    await look(LOST);
    await look(LOST);
    await temporal.sleep('16 minutes');
    await waitFor(() => Promise.resolve(notices.length === 2), 30_000);
    expect(told(notices)).toEqual([
      'L1 [CRITICAL] demo: Heartbeat lost',
      'L2 [CRITICAL, level 2] demo: Heartbeat lost',
    ]);
    expect(notices[0]?.text).toContain('Acknowledge: production-audit ack 3f9a1c0700 --by NAME');
    const acknowledge = (...given: readonly unknown[]): Promise<string> =>
      handle.executeUpdate<string, [unknown, ...unknown[]]>('acknowledge', { args: given as [unknown] });
    expect(await refusalOf(acknowledge({ id: '3f9a' }, { by: 'Ann' }))).toMatch(/^There are 2 inputs/);
    expect(await refusalOf(acknowledge({ id: 'ffff' }))).toBe(
      'No open alert of bot demo has the id "ffff". Those that wait: 3f9a1c0700.',
    );
    expect(await refusalOf(acknowledge({ alert: '3f9a' }))).toContain('There is no key "alert"');
    expect(await acknowledge({ id: '3F9A', by: 'Ann', note: 'restarting' })).toBe('Acknowledged by Ann.');
    expect((await state()).alerts.open[0]?.acknowledged).toMatchObject({ by: 'Ann', note: 'restarting' });
    await temporal.sleep('1 hour');
    await look({ ...LOST, firings: [] });
    await temporal.sleep('11 minutes');
    await look({ ...LOST, firings: [] });
    await waitFor(() => Promise.resolve(notices.length === 6), 30_000);
    expect([...told(notices.slice(2))].sort()).toEqual([
      'L1 [ACKNOWLEDGED] demo: Heartbeat lost',
      'L1 [RESOLVED] demo: Heartbeat lost',
      'L2 [ACKNOWLEDGED] demo: Heartbeat lost',
      'L2 [RESOLVED] demo: Heartbeat lost',
    ]);
    expect((await state()).alerts.open).toEqual([]);
  });
});

test('a signal that people send in place of a look changes nothing and is said', async () => {
  await play({}, async ({ handle, look, state }) => {
    await look(LOST);
    const open = (await state()).alerts;
    const [at, ahead] = ['2026-01-01T00:00:00.000Z', '2126-01-01T00:00:00.000Z'];
    const good = { bot: 'demo', at: new Date(await temporal.currentTimeMs()).toISOString(), rules: [LOST] };
    const instead: readonly (readonly unknown[])[] = [
      [],
      [null],
      [{}],
      ['look'],
      [[]],
      [{ ...good, times: {} }],
      [{ ...good, at: 'now', times: ALERT_TIMES }],
      [{ ...good, at: ahead, rules: [], times: ALERT_TIMES }],
      [{ bot: 'other', at, rules: [], times: ALERT_TIMES }],
      [{ ...good, rules: [{ ...LOST, firings: null }], times: ALERT_TIMES }],
      [{ ...good, rules: [{ ...LOST, firings: [{ id: 1 }] }], times: ALERT_TIMES }],
      [{ ...good, rules: [{ ...LOST, state: 'fine' }], times: ALERT_TIMES }],
      [{ ...good, times: { ...ALERT_TIMES, escalateMinutes: [15] } }],
    ];
    for (const args of instead) await handle.signal('look', ...args);
    expect((await state()).alerts).toEqual(open);
    const metadata = await handle.query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toMatch(
      /A signal `look` of \S+ \S+ UTC was no look at this bot and changed nothing; only `alertWatch` sends it\./,
    );
    await look({ ...LOST, firings: [] });
    expect((await state()).alerts.open[0]?.quietSince).not.toBeNull();
  });
});

test('alerts of a bot go by their own id: another would wait for looks that nobody sends', async () => {
  const worker = await scriptedWorker(temporal, bundle, 'alerts-other', {});
  const start = { taskQueue: 'alerts-other', workflowId: 'by-hand-1', args: [{ bot: 'demo' }] };
  const why = await worker.runUntil(refusalOf(temporal.client.workflow.execute('alerts', start)));
  expect(why).toBe(
    'The alerts of demo are kept by the run alerts/demo; start `alertWatch` with {"bot": "demo"}, which starts that one when it is missing.',
  );
});

test('a hundred looks are one run: the next goes on with what is open', async () => {
  await play({}, async ({ handle, notices, look, state }) => {
    const first = (await handle.describe()).runId;
    await look(LOST);
    await Promise.all(
      Array.from({ length: 99 }, () =>
        handle.signal<[AlertLook]>('look', {
          bot: 'demo',
          at: '2020-01-01T00:00:00.000Z',
          rules: [],
          times: ALERT_TIMES,
        }),
      ),
    );
    await waitFor(async () => (await handle.describe()).runId !== first, 30_000);
    await look(LOST);
    expect((await state()).alerts.open).toHaveLength(1);
    expect(told(notices)).toEqual(['L1 [CRITICAL] demo: Heartbeat lost']);
  });
});
