import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../../local/ports.ts';
import type { AuditInput, AuditResult } from '../../workflows/types.ts';
import { startProgram } from '../support/program.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';
import { startStage, type Stage } from '../workflows/stage.ts';
import { startWorkerProcess } from '../workflows/worker-process.ts';
import { decodedHistory, decodedMail, findings } from './haystack.ts';
import { ALL, AROUND, CONFIGURED, ERROR_MESSAGES, REJECT_REASON, UNKNOWN_KEYS } from './planted.ts';

const sinks = new Map<string, string>();
const add = (sink: string, text: string): void => {
  sinks.set(sink, `${sinks.get(sink) ?? ''}\n${text}`);
};
let stage: Stage;
let smtp: TestSmtp;
let owner: pg.Client;
let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  [stage, smtp] = await Promise.all([
    startStage('canaries'),
    startSmtp({ user: 'audit', password: CONFIGURED.smtpPassword }),
  ]);
  folder = mkdtempSync(join(tmpdir(), 'audit-canaries-'));
  const readerUrl = new URL(stage.environment['DEMO_BOT_DATABASE_URL'] ?? '');
  const storeUrl = new URL(stage.environment['AUDIT_DATABASE_URL'] ?? '');
  owner = new pg.Client({
    connectionString: Object.assign(new URL(storeUrl), { pathname: readerUrl.pathname }).href,
  });
  await owner.connect();
  const storeRole = `store_canary_${String(process.pid)}`;
  await owner.query(
    `create role ${storeRole} login superuser password ${owner.escapeLiteral(CONFIGURED.storePassword)}`,
  );
  await owner.query(
    `alter role ${readerUrl.username} password ${owner.escapeLiteral(CONFIGURED.botPassword)}`,
  );
  await plantRows();
  storeUrl.username = storeRole;
  storeUrl.password = encodeURIComponent(CONFIGURED.storePassword);
  readerUrl.password = encodeURIComponent(CONFIGURED.botPassword);
  const wrongUrl = new URL(readerUrl);
  wrongUrl.password = encodeURIComponent(CONFIGURED.wrongBotPassword);
  writeFileSync(join(folder, 'password'), `${CONFIGURED.filedPassword}\n`);
  const smtpUrl = (password: string): string =>
    `smtp://audit:${encodeURIComponent(password)}@127.0.0.1:${String(smtp.port)}`;
  environment = {
    ...stage.environment,
    ...AROUND,
    AUDIT_CONFIG: configWith(
      'good.yaml',
      `  wrong: { mapping: native, environment: paper, database: "\${WRONG_DATABASE_URL}", exchanges: [binance], sources: { database: required } }
  filed: { patienceS: 0, mapping: native, environment: paper, database: "postgres://nobody:\${file:${join(folder, 'password')}}@127.0.0.1:1/none", exchanges: [binance], sources: { database: required } }
  queried: { patienceS: 0, mapping: native, environment: paper, database: "\${QUERIED_DATABASE_URL}", exchanges: [binance], sources: { database: required } }
`,
    ),
    AUDIT_DATABASE_URL: storeUrl.href,
    DEMO_BOT_DATABASE_URL: readerUrl.href,
    WRONG_DATABASE_URL: wrongUrl.href,
    QUERIED_DATABASE_URL: `postgres://nobody@127.0.0.1:1/none?password=${encodeURIComponent(CONFIGURED.queryPassword)}&sslpassword=${encodeURIComponent(CONFIGURED.sslPassword)}`,
    SMTP_URL: smtpUrl(CONFIGURED.smtpPassword),
    WRONG_SMTP_URL: smtpUrl(CONFIGURED.wrongSmtpPassword),
    AUDIT_METRICS_PORT: String(await freePort(process.env)),
  };
}, 120_000);

afterAll(async () => {
  await owner.end();
  await smtp.stop();
  await stage.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Every text into rows that the report prints: errors of the window, and the reasons of refused orders. */
async function plantRows(): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    "select id from bot.events where severity in ('ERROR', 'CRITICAL') order by at desc",
  );
  expect(rows.length).toBeGreaterThanOrEqual(ERROR_MESSAGES.length);
  for (const [index, message] of ERROR_MESSAGES.entries())
    await owner.query('update bot.events set error_message = $1 where id = $2', [message, rows[index]?.id]);
  const { rowCount } = await owner.query(
    "update bot.orders set reject_reason = $1 where status = 'rejected'",
    [REJECT_REASON],
  );
  expect(rowCount).toBeGreaterThan(0);
}

function configWith(name: string, bots: string): string {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(stage.configFile, 'utf8').replace('\nmail:', `\n${bots}mail:`));
  return path;
}

async function audited(input: AuditInput): Promise<AuditResult> {
  const workflowId = `canaries-${String(input.bot)}-${String(sinks.size)}-${String(process.pid)}`;
  const handle = await stage.client.workflow.start('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId,
    args: [input],
  });
  const result = (await handle.result()) as AuditResult;
  add('history', decodedHistory(await handle.fetchHistory()));
  add('description', decodedHistory((await handle.describe()).raw));
  return result;
}

/** Command lines of everything that runs now: they are open to every user of the machine. */
function commandLines(): string {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
}

async function cli(...args: readonly string[]): Promise<number | null> {
  const ended = await startProgram('cli.ts', args, { ...process.env, ...environment }).ended;
  add(`cli ${args[0] ?? ''}`, `${ended.stdout}\n${ended.stderr}`);
  return ended.code;
}

async function sweepStore(): Promise<void> {
  const { rows } = await stage.pool.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'audit'",
  );
  expect(rows.length).toBeGreaterThan(3);
  for (const { name } of rows) {
    const { rows: texts } = await stage.pool.query<{ text: string }>(`select t::text as text from ${name} t`);
    add(`store ${name}`, texts.map(({ text }) => text).join('\n'));
  }
  for (const file of readdirSync(stage.config.artifactDirectory, { recursive: true, withFileTypes: true }))
    if (file.isFile()) add('artifacts', readFileSync(join(file.parentPath, file.name), 'latin1'));
}

/** The words of a PDF, whose bytes are compressed; its HTML, which has the same, is searched in any case. */
function pdfText(pdf: Buffer): string | null {
  try {
    return execFileSync('pdftotext', ['-', '-'], {
      input: pdf,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    process.stderr.write(
      'SKIPPED: the words of the PDF need pdftotext (poppler-utils); its HTML is searched.\n',
    );
    return null;
  }
}

test('a good audit, with its mail, logs, history, files, pages and commands', async () => {
  const worker = await startWorkerProcess(stage, environment);
  const result = await audited({ bot: 'demo', last: '8h', deliver: true });
  expect(result).toMatchObject({ verdict: 'FAIL', degraded: [], mails: { sent: 1 } });
  const base = `http://127.0.0.1:${String(stage.config.server.port)}`;
  const metrics = `http://127.0.0.1:${environment['AUDIT_METRICS_PORT'] ?? ''}/metrics`;
  for (const url of [`${base}/`, `${base}/readyz`, metrics, ...Object.values(result.urls)])
    add(
      `served ${new URL(url).pathname}`,
      Buffer.from(await (await fetch(url)).arrayBuffer()).toString('latin1'),
    );
  const printed = await (await fetch(result.urls.pdf ?? '')).arrayBuffer();
  expect(sinks.get('served /metrics')).toMatch(/^audit_mails_total\{[^}]*state="accepted"[^}]*\} 1$/m);
  const words = pdfText(Buffer.from(printed));
  if (words !== null) {
    add('pdf', words);
    expect(words.includes('[secret]')).toBe(true);
  }
  for (const { raw } of smtp.messages) add('mail', decodedMail(raw));
  expect(smtp.messages).toHaveLength(1);
  expect((await audited({ bot: 'wrong', last: '8h' })).degraded.join()).toMatch(/refused the login/);
  expect((await audited({ bot: 'filed', last: '8h' })).degraded.join()).toMatch(/ECONNREFUSED/);
  expect((await audited({ bot: 'queried', last: '8h' })).degraded.join()).toMatch(/ECONNREFUSED/);
  add('command lines', commandLines());
  const codes: unknown[] = [];
  for (const args of [
    ['config'],
    ['list', '--json'],
    ['show', 'demo/latest'],
    ['explain', 'demo/latest', 'errors_logged', '--json'],
    ['mapping', 'check', '--bot', 'demo'],
    ['doctor'],
  ])
    codes.push([args[0], await cli(...args)]);
  // A command that refuses its arguments prints nothing that could leak; the doctor has unreachable bots to tell of.
  expect(codes).toEqual([
    ['config', 0],
    ['list', 0],
    ['show', 0],
    ['explain', 0],
    ['mapping', 0],
    ['doctor', 3],
  ]);
  expect(await cli('run', '--bot', 'demo', '--last', '8h', '--json')).toBe(1);
  await worker.kill('SIGTERM');
  add('worker log', worker.lines.join('\n'));
  // The rows were there to be found: what the bot wrote around its secrets is in the report.
  await sweepStore();
  expect(findings(sinks, ALL)).toEqual([]);
  expect(sinks.get('artifacts')?.includes('signature=[secret]')).toBe(true);
}, 240_000);

test('a mail server that refuses the login, and a worker that cannot start', async () => {
  const worker = await startWorkerProcess(stage, {
    ...environment,
    SMTP_URL: environment['WRONG_SMTP_URL'] ?? '',
  });
  const to = '2026-11-20T08:00:00Z';
  const result = await audited({ bot: 'demo', from: '2026-11-20T04:00:00Z', to, deliver: true });
  expect(result.mails).toMatchObject({ sent: 0, failed: 1 });
  // The server's refusal repeats the credentials in base64.
  expect(result.degraded.join()).toContain('AUTH PLAIN [secret]');
  await worker.kill('SIGTERM');
  add('worker log', worker.lines.join('\n'));
  const unknown = `  spare: { mapping: native, environment: paper, database: none, apiKey: "${UNKNOWN_KEYS.apiKey}", credentials: { secret: "${UNKNOWN_KEYS.apiSecret}" } }\n`;
  for (const env of [
    { AUDIT_CONFIG: configWith('unknown.yaml', unknown) },
    { WRONG_DATABASE_URL: '' },
    { AUDIT_DATABASE_URL: (environment['AUDIT_DATABASE_URL'] ?? '').replace(/:\d+\//, ':1/') },
  ]) {
    const failure: unknown = await startWorkerProcess(stage, { ...environment, ...env }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain('before it was ready');
    add('worker that did not start', String(failure));
  }
  await sweepStore();
  expect(findings(sinks, ALL)).toEqual([]);
}, 240_000);
