import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { shownMetrics } from '../audit/metrics.ts';
import { freePort } from '../local/ports.ts';
import { ownerTag } from '../store/owner.ts';
import type { AuditResult } from '../workflows/types.ts';
import { startSmtp } from './support/smtp.ts';
import { startStage, type Stage } from './workflows/stage.ts';
import { startWorkerProcess, type WorkerProcess } from './workflows/worker-process.ts';

let stage: Stage;
let metricsPort: number;
let worker: WorkerProcess | undefined;

beforeAll(async () => {
  metricsPort = await freePort(process.env);
  stage = await startStage('worker');
});

afterAll(async () => {
  worker?.child.kill('SIGKILL');
  await stage.stop();
});

test('the worker serves an audit, its files, health and metrics, logs JSON without secrets, and ends on SIGTERM', async () => {
  // The process that has this id started later.
  const left = join(
    stage.config.artifactDirectory,
    'ab',
    `.tmp-${ownerTag().replace(/\d+$/, '1')}-0123456789ab`,
  );
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, 'half');
  worker = await startWorkerProcess(stage, { AUDIT_METRICS_PORT: String(metricsPort) });
  const base = `http://127.0.0.1:${String(stage.config.server.port)}`;
  const result = (await stage.client.workflow.execute('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `worker-test-${String(process.pid)}`,
    args: [{}],
  })) as AuditResult;
  expect(result.degraded).toEqual([]);
  expect(existsSync(left)).toBe(false);

  const pdf = await fetch(result.urls['pdf'] ?? '');
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  const data = (result.urls['html'] ?? '').replace('report.html', 'data/figures.csv');
  expect((await fetch(data)).headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(await (await fetch(`${base}/`)).text()).toContain('20261120T0000Z-20261120T0800Z/report.pdf');
  expect(await (await fetch(`${base}/readyz`)).json()).toEqual({
    ok: true,
    checks: { worker: null, temporal: null, store: null, artifacts: null },
  });
  for (const [name, ...args] of [['alertWatch', { bot: 'demo' }], ['reportWatchdog']] as const) {
    const workflowId = `worker-test-${name}-${String(process.pid)}`;
    await stage.client.workflow.execute(name, { taskQueue: stage.taskQueue, workflowId, args });
  }
  const shown = await shownBy(metricsPort);
  expect([...shown.keys()].join(' ')).toContain('temporal_workflow_completed');
  // In the last minutes of the demo no breaker opens and no order is refused; it counts no requests of a cache.
  const idle = [
    ...['audit_bot_circuit_breaker_trips_total', 'audit_bot_orders_rejected_total'],
    'audit_bot_cache_requests',
  ];
  expect(
    shownMetrics().flatMap(({ name, labels }) =>
      labels.every((label) => shown.get(name)?.has(label) === true) && shown.has(name) ? [] : [name],
    ),
  ).toEqual(idle);

  expect(await worker.kill('SIGTERM')).toBe(0);
  const parsed = worker.lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg: string });
  expect(parsed.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['ready', 'stopped']));
  expect(worker.lines.filter((line) => !line.startsWith('{'))).toEqual([]);
  for (const secret of stage.config.secrets) expect(worker.lines.join('\n')).not.toContain(secret);
});

/** Metrics of the port with the labels that each has. */
async function shownBy(port: number): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const page = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  const shown = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of page.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const known = shown.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    shown.set(name, known);
  }
  return shown;
}

test('a worker whose metrics or report port is taken names it', async () => {
  const taken = await startSmtp();
  const port = String(taken.port);
  for (const [name, keys] of [
    ['AUDIT_METRICS_PORT', 'metrics.port, AUDIT_METRICS_PORT'],
    ['AUDIT_STACK_REPORT_PORT', 'server.port, AUDIT_REPORT_PORT'],
  ] as const) {
    const failure = String(
      await startWorkerProcess(stage, { [name]: port }).catch((error: unknown) => error),
    );
    expect(failure).toMatch(/ended with 3 before it was ready: \{"level":"error"|"level":"error"/);
    expect(failure).toContain(`127.0.0.1:${port} of the `);
    expect(failure).toContain(`(${keys}) cannot be used: another program listens on it`);
    expect(failure).not.toMatch(/\\n {4}at /);
  }
  await taken.stop();
});

test.each([
  [
    'a configuration that is not there',
    { AUDIT_CONFIG: '/nonexistent/audit.config.yaml' },
    /\/nonexistent\/audit\.config\.yaml/,
  ],
  [
    'a store that does not answer',
    { AUDIT_DATABASE_URL: 'postgres://audit:s3cret-word@127.0.0.1:1/audit' },
    /own store at 127\.0\.0\.1:1\/audit as audit cannot be used: .*ECONNREFUSED.*correct AUDIT_DATABASE_URL/,
  ],
])(
  'a worker that cannot start says why in one line without a stack and exits with 3: %s',
  async (_what, env, why) => {
    const failure = String(await startWorkerProcess(stage, env).catch((error: unknown) => error));
    expect(failure).toMatch(/ended with 3 before it was ready: \{"level":"error"/);
    expect(failure).toMatch(why);
    expect(failure).not.toMatch(/\\n {4}at |s3cret-word/);
  },
);
