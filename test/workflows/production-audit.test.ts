import { decodedMail } from '../secrets/haystack.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure, CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { findReports } from '../../store/reports.ts';
import type { AuditInput, AuditProgress, AuditResult } from '../../workflows/types.ts';
import pg from 'pg';
import { serverUrl } from '../support/postgres.ts';
import { withHeartbeat } from '../../activities/activity-context.ts';
import type { AuditActivities } from '../../activities/types.ts';
import { AS_OF, startStage, type Stage } from './stage.ts';

let stage: Stage;
let run = 0;

beforeAll(async () => {
  stage = await startStage('audit');
});

afterAll(async () => {
  await stage.stop();
});

async function start(input: AuditInput | undefined, activities?: Partial<AuditActivities>) {
  run += 1;
  const own = activities === undefined ? undefined : { ...stage.activities, ...activities };
  return stage.withWorker(async () => {
    const handle = await stage.client.workflow.start('productionAudit', {
      taskQueue: stage.taskQueue,
      workflowId: `audit-test-${String(process.pid)}-${String(run)}`,
      args: input === undefined ? [] : [input],
    });
    const result = (await handle.result()) as AuditResult;
    const progress = await handle.query<AuditProgress>('progress');
    return { handle, result, progress };
  }, own);
}

/** What the run says that it ended with: the activity's own failure, with nothing of Temporal's before it. */
function causeOf(failure: unknown): ApplicationFailure {
  const cause = failure instanceof WorkflowFailedError ? failure.cause : null;
  if (cause instanceof ApplicationFailure) return cause;
  throw new Error(`not a failure of an activity: ${String(failure)}`);
}

const permanent = (type: string) => () =>
  Promise.reject(ApplicationFailure.nonRetryable(`${type} for this test`, type));

test('no input at all audits the default bot to a verdict, with references only in the history', async () => {
  const { handle, result, progress } = await start(undefined);
  expect(result).toMatchObject({
    bot: 'demo',
    kind: 'production',
    window: { from: '2026-11-20T00:00:00.000Z', to: AS_OF },
    verdict: 'FAIL',
    revision: 1,
    degraded: [],
    mails: { sent: 0, failed: 0 },
  });
  expect(Object.keys(result.urls).sort()).toEqual(['html', 'json', 'md', 'pdf']);
  expect(result.urls['pdf']).toMatch(
    /\/reports\/demo\/production\/20261120T0000Z-20261120T0800Z\/report\.pdf$/,
  );
  expect(progress.stages.map(({ stage: name, state }) => `${name} ${state}`)).toEqual([
    'resolve done',
    'collect done',
    'evaluate done',
    'assemble done',
    'render done',
    'archive done',
    'deliver skipped',
  ]);

  const { typedSearchAttributes } = await handle.describe();
  const attributes = Object.fromEntries(
    typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  expect(attributes).toMatchObject({ AuditBot: 'demo', AuditKind: 'production', AuditVerdict: 'FAIL' });
  expect(stage.smtp.messages).toHaveLength(0);

  const history = JSON.stringify(historyToJSON(await handle.fetchHistory()));
  const decoded = history.replace(/"data":"([^"]+)"/g, (_match, data: string) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
  expect(stage.config.secrets.length).toBeGreaterThan(0);
  for (const secret of stage.config.secrets) expect(decoded).not.toContain(secret);
  expect(history.length).toBeLessThan(150_000);
});

test('{} and the same window again are the same report, and deliver mails it once', async () => {
  const input: AuditInput = { bot: 'demo', last: '8h', deliver: true };
  const first = await start(input);
  const second = await start(input);
  expect([first.result.mails.sent, second.result.mails.sent]).toEqual([1, 0]);
  expect(second.result.mails.skipped).toBe('every recipient has this verdict and these findings already');
  expect(second.result.reportHash).toBe(first.result.reportHash);
  const reports = await findReports(stage.pool, { bot: 'demo', kind: 'production' });
  expect(reports.map(({ revision }) => revision)).toEqual([1]);
  expect(Object.keys(reports[0]?.files ?? {})).toEqual(
    expect.arrayContaining(['pdf', 'data/figures.csv', 'data/snapshots.jsonl']),
  );

  expect(stage.smtp.messages.map(({ to }) => to)).toEqual([['ops@example.test']]);
  const raw = stage.smtp.messages[0]?.raw ?? '';
  expect(raw).toMatch(/^Subject: \[FAIL/m);
  expect(raw).toContain('demo_production_20261120T0000Z-20261120T0800Z_FAIL.pdf');
});

test('a typo fails at once with the field and a right example', async () => {
  const failure: unknown = await start({ bots: 'demo' } as unknown as AuditInput).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(WorkflowFailedError);
  expect((failure as WorkflowFailedError).cause).toMatchObject({
    type: 'InvalidAuditInput',
    message: 'There is no key "bots". Did you mean "bot"? For example {"bot": "demo"}.',
  });
});

test.each<[AuditInput, string, string]>([
  [
    { bot: 'demmo' },
    'UnknownBot',
    'There is no bot "demmo" in the configuration. Write {"bot": "demo"}. The only bot is demo.',
  ],
  [{ last: '25h' }, 'InvalidAuditInput', 'The window is 25 h long'],
])('%j is refused after one attempt', async (input, type, message) => {
  const failure: unknown = await start(input).catch((error: unknown) => error);
  const cause = causeOf(failure);
  expect(cause.type).toBe(type);
  expect(cause.message).toContain(message);
});

test('a database that is refused costs the verdict, never the report', async () => {
  const { result } = await start({ last: '4h' }, { collectEvidence: permanent('SourceRefused') });
  // INCONCLUSIVE at best: what the snapshots show may still fail it.
  expect(['INCONCLUSIVE', 'FAIL']).toContain(result.verdict);
  expect(result.degraded).toEqual(['database: SourceRefused for this test']);
  expect(Object.keys(result.urls)).toContain('pdf');
});

async function revisions(): Promise<readonly unknown[]> {
  const window = { from: '2026-11-20T00:00:00.000Z', to: AS_OF };
  const reports = await findReports(stage.pool, { bot: 'demo', kind: 'production', window });
  return reports.map(({ revision, reportHash }) => [revision, reportHash]);
}

test('a database that is refused makes no revision that replaces a report which has read it', async () => {
  if ((await revisions()).length === 0) await start(undefined);
  const before = await revisions();
  const failure: unknown = await start(undefined, { collectEvidence: permanent('SourceRefused') }).catch(
    (error: unknown) => error,
  );
  expect(causeOf(failure)).toMatchObject({
    type: 'ReportKept',
    message: expect.stringMatching(
      /^No new report of this window: SourceRefused for this test\. Revision \d+ has read the database and stays the newest\.$/,
    ) as unknown,
  });
  expect(await revisions()).toEqual(before);
});

test.each([
  [
    'one table',
    'fills',
    /permission denied for table fills; GRANT SELECT on it to the audit's role\. \d+ queries/,
  ],
  ['every table', null, /permission denied for table \w+; GRANT SELECT on it/],
  [
    'the schema',
    undefined,
    /permission denied for schema bot; GRANT USAGE ON SCHEMA bot to the audit's role\./,
  ],
])('%s refused makes no revision that replaces a report which has read it', async (_what, table, why) => {
  if ((await revisions()).length === 0) await start(undefined);
  const before = await revisions();
  const reader = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '');
  const admin = new URL(await serverUrl());
  admin.pathname = reader.pathname;
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  const what =
    table === undefined
      ? 'usage on schema bot'
      : `select on ${table === null ? 'all tables in schema bot' : `bot.${table}`}`;
  try {
    await client.query(`revoke ${what} from ${reader.username}`);
    const failure: unknown = await start(undefined).catch((error: unknown) => error);
    const { type, message } = causeOf(failure);
    expect(type).toBe('ReportKept');
    expect(message).toMatch(
      /^No new report of this window: .* Revision \d+ has read the database and stays the newest\.$/,
    );
    expect(message).toMatch(why);
    expect(await revisions()).toEqual(before);
  } finally {
    await client.query(`grant ${what} to ${reader.username}`);
    await client.end();
  }
});

test('a section that fails degrades alone', async () => {
  const { evaluateSection } = stage.activities;
  const { result } = await start(
    { last: '3h' },
    {
      evaluateSection: (request) =>
        request.section === 'pnl' ? permanent('SectionFailed')() : evaluateSection(request),
    },
  );
  expect(result.degraded).toHaveLength(1);
  expect(result.degraded[0]).toContain('SectionFailed for this test');
  expect(result.verdict).not.toBe('PASS');
});

test('without a browser the other formats are archived and mailed, and the PDF is named', async () => {
  const before = stage.smtp.messages.length;
  const { result, progress } = await start(
    { last: '2h', deliver: true },
    { renderPdf: permanent('PdfFailed') },
  );
  expect(result.degraded).toEqual(['pdf: PdfFailed for this test']);
  expect(Object.keys(result.urls).sort()).toEqual(['html', 'json', 'md']);
  expect(progress.stages.find(({ stage: name }) => name === 'render')?.state).toBe('failed');
  expect(stage.smtp.messages).toHaveLength(before + 1);
  expect(decodedMail(stage.smtp.messages.at(-1)?.raw ?? '')).toContain('the PDF could not be made');
});

test('made again once there is a browser, the same revision gets its PDF and nobody a second mail', async () => {
  const before = stage.smtp.messages.length;
  const { result } = await start({ last: '2h', deliver: true });
  expect(result).toMatchObject({ revision: 1, degraded: [], mails: { sent: 0, failed: 0 } });
  expect(Object.keys(result.urls)).toContain('pdf');
  expect(stage.smtp.messages).toHaveLength(before);
});

test('a bot that is pinned in time cannot be monitored, said in one sentence', async () => {
  const failure: unknown = await stage.withWorker(() =>
    stage.client.workflow
      .execute('monitorWindow', {
        taskQueue: stage.taskQueue,
        workflowId: `monitor-${String(process.pid)}`,
        args: [{}],
      })
      .catch((error: unknown) => error),
  );
  const cause = causeOf(failure);
  expect(cause.type).toBe('InvalidConfiguration');
  expect(cause.message).toContain('its time is pinned by asOf');
});

test('a cancelled run stops the activity at work, mails nothing and says that it was cancelled', async () => {
  const before = stage.smtp.messages.length;
  let stopped = false;
  const working = Promise.withResolvers<undefined>();
  const renderPdf = (): Promise<never> =>
    withHeartbeat(async (signal) => {
      working.resolve(undefined);
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      stopped = true;
      throw new Error('the page was closed');
    });
  const outcome = await stage.withWorker(
    async () => {
      const handle = await stage.client.workflow.start('productionAudit', {
        taskQueue: stage.taskQueue,
        workflowId: `cancelled-${String(process.pid)}`,
        args: [{ last: '1h', deliver: true }],
      });
      await working.promise;
      await handle.cancel();
      const failure: unknown = await handle.result().catch((error: unknown) => error);
      return { failure, progress: await handle.query<AuditProgress>('progress') };
    },
    { ...stage.activities, renderPdf },
  );
  expect((outcome.failure as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect(stopped).toBe(true);
  expect(outcome.progress.stages.find(({ stage: name }) => name === 'render')).toMatchObject({
    state: 'failed',
    detail: 'cancelled',
  });
  expect(stage.smtp.messages.length).toBe(before);
});
