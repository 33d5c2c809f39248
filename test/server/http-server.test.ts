import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../audit/hash.ts';
import { mustBeFree } from '../../server/port-unusable.ts';
import { startServer, type RunningServer } from '../../server/http-server.ts';

const html = '<!doctype html><title>r</title>';
const key = 'demo/production/2026-11-20T00:00:00.000Z/2026-11-20T08:00:00.000Z';
const FILES: Readonly<Record<string, string>> = {
  [`${key}/html`]: html,
  [`${key}/pdf`]: '%PDF-1.7',
  [`${key}/md`]: '# r',
  [`${key}/json`]: '{}',
  [`${key}/data/stop-loss.unprotected.csv`]: '"a"\r\n',
};
const SHIFT = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const NOTHING = { window: SHIFT, revision: 1, files: ['html'], findings: 0, top: null };
const asked: string[] = [];
let server: RunningServer;
let storeProblem: string | null = null;
let degraded: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    baseUrl: 'http://audit.example.test:8787',
    temporal: { uiUrl: 'http://127.0.0.1:8233/?a="b"', namespace: 'our audits' },
    health: () => ({ ok: true, state: 'RUNNING' }),
    ready: () => Promise.resolve({ store: storeProblem }),
    degraded: () => Promise.resolve(degraded),
    onError: () => undefined,
    reports: {
      list: () =>
        Promise.resolve([
          {
            bot: '<script>alert(1)</script>',
            kind: 'production',
            window: SHIFT,
            verdict: 'FAIL',
            overall: 4.4,
            revision: 2,
            files: ['html', 'pdf'],
            findings: 2,
            top: { severity: 'HIGH', title: 'a <b> of "data"' },
          },
          { ...NOTHING, bot: 'listed', kind: 'production', verdict: 'PASS', overall: 9.4 },
          {
            ...NOTHING,
            bot: 'listed',
            kind: 'strategy@trend-3f9a1c07',
            verdict: 'INCONCLUSIVE',
            overall: null,
          },
        ]),
      find({ bot, kind, window, file, revision }) {
        if (revision !== null && revision !== 2) return Promise.resolve(null);
        asked.push(`${bot}/${kind}/${window.from}/${window.to}/${file}`);
        const content = FILES[`${bot}/${kind}/${window.from}/${window.to}/${file}`];
        return Promise.resolve({ revision: 2, hash: content === undefined ? null : sha256(content) });
      },
      run: ({ bot, revision }) =>
        Promise.resolve(
          bot === 'demo'
            ? {
                revision: revision ?? 2,
                run: revision === 1 ? null : { workflowId: 'audit/demo', runId: 'a1' },
              }
            : null,
        ),
      latest: (bot, kind) =>
        Promise.resolve(
          bot === 'demo' && kind !== 'weekly'
            ? {
                kind: 'production',
                window: SHIFT,
                files: ['json', 'html'],
              }
            : null,
        ),
      read(hash) {
        const content = Object.values(FILES).find((one) => sha256(one) === hash) ?? '';
        return Promise.resolve(Buffer.from(content));
      },
    },
  });
});

afterAll(async () => {
  await server.close();
});

const base = '/reports/demo/production/20261120T0000Z-20261120T0800Z';
const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(server.port)}${path}`, init);

/** A request as bytes, since fetch tidies paths up. */
function raw(target: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('utf8')));
    socket
      .on('end', () => {
        resolve(answer.split('\r\n')[0] ?? '');
      })
      .on('error', reject);
  });
}

test.each([
  ['report.html', 'text/html; charset=utf-8'],
  ['report.pdf', 'application/pdf'],
  ['report.md', 'text/markdown; charset=utf-8'],
  ['report.json', 'application/json; charset=utf-8'],
  ['data/stop-loss.unprotected.csv', 'text/csv; charset=utf-8'],
])('%s is served as what it is, sealed', async (file, type) => {
  const response = await get(`${base}/${file}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  if (file.endsWith('.html'))
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test.each([
  ['/reports/demo/latest', `${base}/report.html`],
  ['/reports/demo/latest/', `${base}/report.html`],
  ['/reports/demo/production/latest', `${base}/report.html`],
  ['/reports/demo/production/latest/report.json?x=1', `${base}/report.json`],
  ['/reports/demo/weekly/latest', null],
  ['/reports/nobody/latest', null],
  ['/reports/demo/latest/report.exe', null],
  ['/reports/demo/LATEST', null],
  ['/reports/demo/../latest', null],
])('the newest report has an address that leads to it: %s', async (path, location) => {
  const response = await get(path, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([
    location === null ? 404 : 302,
    location,
  ]);
});

test.each([
  ['run', 302, 'http://127.0.0.1:8233/?a="b"/namespaces/our%20audits/workflows/audit%2Fdemo/a1'],
  ['run?revision=2', 302, 'http://127.0.0.1:8233/?a="b"/namespaces/our%20audits/workflows/audit%2Fdemo/a1'],
  ['run?revision=1', 404, 'Nobody noted which run gave revision 1 of this report.'],
  ['run?revision=x', 404, 'There is no such report. The list is at /reports.'],
  ['run/', 404, 'There is no such report. The list is at /reports.'],
])('a report leads to the run that gave it: %s', async (path, status, text) => {
  const response = await get(`${base}/${path}`, { redirect: 'manual' });
  expect([response.status, (await response.text()).trim()]).toEqual([status, text]);
  if (status === 302) expect(response.headers.get('location')).toBe(text);
});

test('a bot has a page of its own, and one without a report has none', async () => {
  expect((await get('/reports/nobody')).status).toBe(404);
  for (const path of ['/reports/listed', '/reports/listed/']) {
    const page = await (await get(path)).text();
    expect(page).toContain('<h1>Production audits of listed</h1>');
    expect(page).toContain('<a href="/reports">All bots</a>');
    expect(page).toContain('<a href="/reports/listed/latest">The newest report</a>');
    expect(page).not.toContain('alert(1)');
    expect(page).toContain('<p>No findings.</p>');
    expect(page).toContain('/latest">Strategy performance, limited: trend-3f9a1c07</a>');
    expect(page).toContain('<p>No findings in what could be checked.</p>');
  }
  expect(await (await get('/reports')).text()).toContain('<h2><a href="/reports/listed">listed</a></h2>');
});

test('a file that the report lacks is a plain 404', async () => {
  const response = await get('/reports/demo/production/20261120T0800Z-20261120T1600Z/report.pdf');
  expect([response.status, await response.text()]).toEqual([
    404,
    'Revision 2 of this report has no report.pdf. The list at /reports shows what it has.\n',
  ]);
});

test.each([
  ['', 200],
  ['?', 200],
  ['?revision=2', 200],
  ['?utm_source=mail', 200],
  ['?revision=2&utm_source=mail', 200],
  ['?revision=3', 404],
  ['?revision=0', 404],
  ['?revision=', 404],
  ['?revision', 404],
  ['?revision=latest', 404],
  ['?revision=-2', 404],
  ['?revision=2.0', 404],
  ['?revision=02', 404],
  ['?revision=+2', 404],
  ['?revision=2e0', 404],
  ['?revision=2%00', 404],
  ['?revision=99999999999999999999', 404],
  ['?revision=2&revision=3', 404],
  ['?revision=2?', 404],
  ['?Revision=3', 404],
  ['?rev=1', 404],
])('a revision is a number of one, or 404: %s', async (query, status) => {
  expect((await get(`${base}/report.html${query}`)).status).toBe(status);
});

test('a port that is taken is named, with its key', async () => {
  const at = { host: '127.0.0.1', port: server.port };
  await expect(mustBeFree('metrics', at, 'metrics.port')).rejects.toThrow(
    `The address 127.0.0.1:${String(server.port)} of the metrics (metrics.port) cannot be used: another program listens on it (EADDRINUSE).`,
  );
  await expect(mustBeFree('metrics', { host: '192.0.2.1', port: 0 }, 'metrics.port')).rejects.toThrow(
    'EADDRNOTAVAIL',
  );
});

test('an unchanged file is not sent again', async () => {
  const first = await get(`${base}/report.html`);
  const etag = first.headers.get('etag') ?? '';
  const again = await get(`${base}/report.html`, { headers: { 'if-none-match': etag } });
  expect([await first.text(), again.status]).toEqual([html, 304]);
});

describe('paths are keys, never files', () => {
  test.each([
    '/reports/../../etc/passwd',
    '/reports/demo/production/20261120T0000Z-20261120T0800Z/../../../../etc/passwd',
    `${base}/report.exe`,
    `${base}/data/../report.json`,
    `${base}/data/%2e%2e/x.csv`,
    `${base}/data/..%2fx.csv`,
    `${base}/data/a\\b.csv`,
    `${base}/data/.hidden.csv`,
    `${base}/data/x.csv%00.html`,
    `/reports/${'a'.repeat(300)}/production/20261120T0000Z-20261120T0800Z/report.html`,
    '/reports/demo/production/20261320T0000Z-20261120T0800Z/report.html',
    '/reports//production/20261120T0000Z-20261120T0800Z/report.html',
    '//reports/demo',
    'http://evil.test/reports',
  ])('%s', async (target) => {
    const before = asked.length;
    expect(await raw(target)).toBe('HTTP/1.1 404 Not Found');
    expect(asked.length).toBe(before);
  });
});

test('a name that is not ours is refused, so that a page elsewhere cannot read reports', async () => {
  expect(await raw('/reports', 'evil.test')).toBe('HTTP/1.1 421 Misdirected Request');
  expect(await raw('/reports', 'audit.example.test:8787')).toBe('HTTP/1.1 200 OK');
});

test('it is read-only', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await get(`${base}/report.html`, { method })).status).toBe(405);
  const head = await get(`${base}/report.html`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    String(html.length),
    '',
  ]);
});

test('the list escapes what it prints and links to the Web UI', async () => {
  const page = await (await get('/')).text();
  expect(page).not.toContain('<script>');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('href="http://127.0.0.1:8233/?a=&quot;b&quot;"');
  expect(page).toContain('20261120T0000Z-20261120T0800Z/report.pdf');
  expect(page).toContain('<span class="severity">HIGH</span> a &lt;b&gt; of &quot;data&quot;');
  expect(page).toContain('aria-label="20 Nov 00:00-08:00 UTC: FAIL 4.4">F</a>');
});

test('health and readiness say what is wrong', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ ok: true, state: 'RUNNING' });
  expect((await get('/readyz')).status).toBe(200);
  storeProblem = 'does not answer';
  const response = await get('/readyz');
  expect([response.status, await response.json()]).toEqual([
    503,
    { ok: false, checks: { store: 'does not answer' }, degraded: {} },
  ]);
  storeProblem = null;
});

test('what works less well stands over the list of reports, and the worker is ready all the same', async () => {
  expect(await (await get('/reports')).text()).not.toContain('Attention');
  degraded = { watchdog: 'the watchdog has not run for 2 h: nobody is told of missing <reports>' };
  expect(await (await get('/reports')).text()).toContain(
    '<p class="warning" role="alert">Attention: the watchdog has not run for 2 h: nobody is told of missing &lt;reports&gt;.</p>',
  );
  const ready = await get('/readyz');
  expect([ready.status, await ready.json()]).toMatchObject([200, { ok: true, degraded }]);
  degraded = {};
});
