import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEvaluation } from '../../activities/evaluation.ts';
import { createNoticing } from '../../activities/notices.ts';
import type { Delivered } from '../../activities/types.ts';
import { silenceText } from '../../audit/watchdog/silence.ts';
import { ownState } from '../../activities/own-state.ts';
import type { Notice } from '../../audit/alerts/notice.ts';
import { createScrubber } from '../../audit/scrub.ts';
import { loadConfig } from '../../config.ts';
import { registry } from '../../sections/index.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import {
  lastSuccess,
  missedLately,
  noteProblems,
  noteSuccess,
  noteTold,
  unsettledDeliveries,
  type Problem,
} from '../../store/watchdog.ts';
import { freshStore } from '../sources/support.ts';
import { startHttp, type HttpAct, type TestHttp } from '../support/http.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { startSmtp } from '../support/smtp.ts';

let store: Awaited<ReturnType<typeof freshStore>>;
let folder: string;

beforeAll(async () => {
  store = await freshStore();
  folder = scratchDirectory('notices');
});
afterAll(() => store.drop());

const NOTICE: Notice = {
  ...{
    key: 'alert/demo/20261120T1000Z/0/L1',
    to: 1,
    at: '2026-11-20T10:00:00.000Z',
    workflowId: 'alerts/demo',
  },
  ...{ subject: '[CRITICAL] demo: Heartbeat lost', text: 'No heartbeat <!channel> for 12 minutes.' },
};

/** The activities of a worker whose contacts of level 1 are a Slack webhook and a mail address. */
async function noticing(http: TestHttp, smtpPort = 1) {
  const path = join(folder, 'notices.yaml');
  writeFileSync(
    path,
    `bots:\n  demo:\n    environment: paper\n    sources: { database: none }
mail: { from: audit@audit.test, recipients: [board@audit.test] }
groups:\n  oncall: { kinds: [], slack: '\${HOOK}', mail: [oncall@audit.test] }
alerts: { contacts: { L1: [oncall] } }
temporal: { uiUrl: http://127.0.0.1:8233 }\n`,
  );
  const config = await loadConfig(path, {
    AUDIT_DATABASE_URL: store.url,
    HOOK: `${http.url}/services/T/B/canary-secret`,
    SMTP_URL: `smtp://127.0.0.1:${String(smtpPort)}`,
  });
  const artifacts = createArtifactStore(folder);
  return createNoticing({
    ...{ config, registry, pool: store.pool, artifacts, searchAttributes: false, log: () => undefined },
    evaluation: createEvaluation(artifacts, registry),
    pdf: { render: () => Promise.reject(new Error('nothing is printed here')) },
    scrub: createScrubber(config.secrets),
  });
}

type Noticing = Awaited<ReturnType<typeof noticing>>;

async function deliver(
  activities: Noticing,
  mail: string,
  notice: Notice,
): Promise<Delivered | ApplicationFailure> {
  const ended: unknown = await new MockActivityEnvironment()
    .run(activities.deliverNotice, { mail, notice })
    .catch((error: unknown) => error);
  return ended as Delivered | ApplicationFailure;
}

async function idOf(recipient: string, key: string): Promise<string> {
  const { rows } = await store.pool.query<{ id: string }>(
    'select id from audit.outbox where recipient = $1 and report_key = $2',
    [recipient, key],
  );
  return rows[0]?.id ?? '';
}

test('a contact gets a notice once: a chat that says later is asked again when it said, and a second plan owes nothing', async () => {
  const later: HttpAct = { act: 'answer', status: 429, body: 'ratelimited', headers: { 'retry-after': '7' } };
  const [http, smtp] = await Promise.all([startHttp([later]), startSmtp({})]);
  try {
    const activities = await noticing(http, smtp.port);
    const { mails, skipped } = await activities.planNotice({ notice: NOTICE });
    expect([mails.length, skipped]).toEqual([2, null]);
    const slack = await idOf('slack:oncall', NOTICE.key);
    expect(await deliver(activities, slack, NOTICE)).toMatchObject({
      type: 'MailDeferred',
      nextRetryDelay: 7_000,
    });
    expect(http.posted).toEqual([]);
    expect(await deliver(activities, slack, NOTICE)).toMatchObject({ state: 'accepted' });
    expect(await deliver(activities, slack, NOTICE)).toMatchObject({ state: 'already' });
    expect(http.posted).toHaveLength(1);
    // What a bot wrote wakes nobody by itself.
    expect(http.posted[0]?.json['text']).toBe(
      '[CRITICAL] demo: Heartbeat lost\n\nNo heartbeat &lt;!channel&gt; for 12 minutes.\n\nWeb UI: http://127.0.0.1:8233/namespaces/default/workflows/alerts%2Fdemo',
    );
    expect(await deliver(activities, await idOf('oncall@audit.test', NOTICE.key), NOTICE)).toMatchObject({
      state: 'accepted',
    });
    expect(smtp.messages[0]?.raw).toContain('Subject: [CRITICAL] demo: Heartbeat lost');
    expect(smtp.messages[0]?.raw).toContain('X-Priority: 1');
    expect((await activities.planNotice({ notice: NOTICE })).mails).toEqual([]);
  } finally {
    await Promise.all([http.stop(), smtp.stop()]);
  }
});

test('without the store each contact is tried once, and what failed is named without a secret', async () => {
  const http = await startHttp([{ act: 'answer', status: 404, body: 'no_service canary-secret' }]);
  try {
    const activities = await noticing(http);
    const ended: unknown = await new MockActivityEnvironment().run(activities.sendUnrecorded, {
      notice: NOTICE,
    });
    expect(ended).toMatchObject({
      sent: 0,
      failed: [
        expect.stringContaining('oncall@audit.test: deferred'),
        expect.stringContaining('slack:oncall: rejected, 404'),
      ],
    });
    expect(JSON.stringify(ended)).not.toContain('canary-secret');
  } finally {
    await http.stop();
  }
});

test('a level that nobody is configured for says which key', async () => {
  const http = await startHttp([]);
  const activities = await noticing(http);
  expect(await activities.planNotice({ notice: { ...NOTICE, to: 2 } })).toEqual({
    mails: [],
    skipped: 'nobody is configured for it (key "alerts.contacts.L2")',
  });
  await http.stop();
});

test('what is missing is told once; what ended and comes back is told again', async () => {
  const at = (minute: number): string => new Date(Date.parse(NOTICE.at) + minute * 60_000).toISOString();
  const window: Problem = { id: 'window/1', kind: 'window', text: 'no report' };
  const schedule: Problem = { id: 'schedule/x/paused', kind: 'schedule', text: 'paused' };
  expect(await noteProblems(store.pool, [window, schedule], at(0))).toEqual([schedule, window]);
  await noteTold(store.pool, [window.id, schedule.id], at(0));
  expect(await noteProblems(store.pool, [window, schedule], at(15))).toEqual([]);
  expect(await noteProblems(store.pool, [window], at(30))).toEqual([]);
  expect(await noteProblems(store.pool, [window, schedule], at(45))).toEqual([schedule]);
});

test('a run that a schedule gave up is told until the schedule runs again, and for three days at most', async () => {
  const hours = (hour: number): string => new Date(Date.parse(NOTICE.at) + hour * 3_600_000).toISOString();
  const look = async (hour: number, counted: number, ran: number | null = -1) => [
    ...(await missedLately(
      store.pool,
      new Map([
        ['audit-x', { counted, lastAt: ran === null ? null : hours(ran) }],
        ['audit-y', { counted: 0, lastAt: null }],
      ]),
      { at: hours(hour), since: hours(hour - 72) },
    )),
  ];
  expect(await look(0, 2)).toEqual([['audit-x', 2]]);
  expect(await look(24, 3)).toEqual([['audit-x', 3]]);
  expect(await look(96, 3, null)).toEqual([['audit-x', 3]]);
  expect(await look(97, 3)).toEqual([]);
  expect(await look(98, 4)).toEqual([['audit-x', 1]]);
  // It runs: the night after is told by itself.
  expect(await look(99, 4, 98.5)).toEqual([]);
  expect(await look(100, 6, 98.5)).toEqual([['audit-x', 2]]);
  expect(await look(101, 6, 100.5)).toEqual([]);
  // Made anew, it is counted anew.
  expect(await look(102, 0, null)).toEqual([]);
  expect(await look(103, 1, null)).toEqual([['audit-x', 1]]);
});

test('a delivery that was refused is unsettled, one of the watchdog itself is not its affair', async () => {
  const since = '2026-01-01T00:00:00.000Z';
  const asked = { since, waitingBefore: since };
  await store.pool.query(
    `update audit.outbox set state = 'rejected', response = '550 no' where recipient = 'oncall@audit.test'`,
  );
  expect(await unsettledDeliveries(store.pool, asked)).toMatchObject([
    { reportKey: NOTICE.key, state: 'rejected', response: '550 no' },
  ]);
  expect(await unsettledDeliveries(store.pool, { ...asked, since: '2100-01-01T00:00:00.000Z' })).toEqual([]);
  await store.pool.query(
    `update audit.outbox set report_key = 'watchdog/x' where recipient = 'oncall@audit.test'`,
  );
  expect(await unsettledDeliveries(store.pool, asked)).toEqual([]);
});

test('the watchdog’s silence is a sentence after an hour', async () => {
  expect(await lastSuccess(store.pool, 'watchdog')).toBeNull();
  await noteSuccess(store.pool, 'watchdog', NOTICE.at);
  await noteSuccess(store.pool, 'watchdog', '2026-11-20T09:00:00.000Z');
  expect(await lastSuccess(store.pool, 'watchdog')).toBe(NOTICE.at);
  const now = Date.parse(NOTICE.at);
  expect(silenceText(NOTICE.at, now + 3_600_000)).toBeNull();
  expect(silenceText(NOTICE.at, now + 3_660_000)).toBe(
    'the watchdog has not run for 61 minutes: nobody is told of missing reports',
  );
  expect(silenceText(null, now)).toContain('never ran');
});

test('a mail tells of a watchdog that fell silent; the daily one of all messages, and of one that never ran', async () => {
  const own = await freshStore();
  const now = '2026-11-20T09:00:00.000Z';
  const said = (kind: string, isLive = true) => ownState(own.pool, { kind, isLive, now });
  try {
    expect(await said('production')).toEqual([]);
    expect(await said('daily', false)).toEqual([]);
    expect(await said('daily')).toEqual([
      'all 0 messages of the 24 hours before this mail were delivered',
      'the watchdog never ran: nobody is told of missing reports (production-audit schedules apply)',
    ]);
    await noteSuccess(own.pool, 'watchdog', '2026-11-20T08:45:00.000Z');
    for (const [hour, state] of [
      ['08', 'accepted'],
      ['07', 'rejected'],
      ['08', 'accepted'],
    ] as const)
      await own.pool.query(
        `insert into audit.outbox (id, report_key, revision, recipient, digest, report_hash, message_id, told_at, telling, state)
         select key, key, 1, 'a@audit.test', 'd', 'h', key, $2, 1, $1 from (select gen_random_uuid()::text as key) as made`,
        [state, `2026-11-20T${hour}:00:00.000Z`],
      );
    await noteProblems(own.pool, [{ id: 'x', kind: 'schedule', text: 'It is late.' }], now);
    expect(await said('daily')).toEqual([
      '2 of 3 messages of the 24 hours before this mail were delivered (production-audit deliveries list --failed), and the watchdog misses 1, as it has told',
    ]);
    expect(await said('production')).toEqual([]);
    await own.pool.query("update audit.last_success set at = '2026-11-20T05:00:00.000Z'");
    expect(await said('production')).toEqual([
      'the watchdog has not run for 4 hours: nobody is told of missing reports',
    ]);
  } finally {
    await own.drop();
  }
});
