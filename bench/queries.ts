import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { environment } from '../config.ts';
import { fillDemo } from '../local/demo/fill.ts';
import { cacheDirectory } from '../local/paths.ts';
import { connectedClient } from '../local/pg-client.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres } from '../local/postgres.ts';
import { TIMEOUTS } from '../sources/database/connect.ts';
import type { StatementRun } from '../sources/database/statement-times.ts';
import { dropAllButKeys, multiplyHistory } from './history.ts';
import { median } from './median.ts';
import { recordStatements } from './statements.ts';

/**
 * `node bin/bootstrap.mjs bench/queries.ts [--days 10] [--data FOLDER] [--json]`: every statement of an audit of the
 * demo's newest shift, with a day of history, with `days` of it, and with `days` and no index but ids. A folder keeps the databases.
 */
const { values } = parseArgs({
  options: { days: { type: 'string', default: '10' }, data: { type: 'string' }, json: { type: 'boolean' } },
});
const days = Number(values.days);
const NOW = '2026-11-20T09:00:00Z';
const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const ROUNDS = 3;

const own = values.data ?? mkdtempSync(join(cacheDirectory(environment()), 'bench-queries-'));
mkdirSync(own, { recursive: true });
const server = await startPostgres({
  dataDirectory: join(own, 'data'),
  port: await freePort(environment()),
  environment: environment(),
  logFile: join(own, 'postgres.log'),
  settings: { fsync: 'off', max_wal_size: '4GB', shared_buffers: '1GB' },
});
try {
  const short = await measured(
    await prepared('day', async (client, url) => {
      await fillDemo({ botUrl: url, storeUrl: null, now: NOW });
      await client.query('vacuum analyze');
    }),
  );
  const long = `days_${String(days)}`;
  const indexed = await measured(await prepared(long, (client) => multiplyHistory(client, days), 'day'));
  const bare = await measured(await prepared(`${long}_keys`, dropAllButKeys, long));
  const rows = short.map((one, index) => ({ one, indexed: indexed[index], bare: bare[index] }));
  process.stdout.write(values.json === true ? `${JSON.stringify(rows)}\n` : table(rows));
} finally {
  await server.stop();
  if (values.data === undefined) rmSync(own, { recursive: true, force: true });
}

/** The URL of a database of ours, made from a template when it is not there. */
async function prepared(
  name: string,
  fill: (client: pg.Client, url: string) => Promise<void>,
  template = 'template0',
): Promise<string> {
  const admin = await connectedClient({ connectionString: server.url });
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  try {
    const found = await admin.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount !== 0) return url.href;
    const started = performance.now();
    await admin.query(`create database "${name}_part" template "${template}" strategy file_copy`);
    const part = new URL(server.url);
    part.pathname = `/${name}_part`;
    const client = await connectedClient({ connectionString: part.href });
    try {
      await fill(client, part.href);
    } finally {
      await client.end();
    }
    await admin.query(`alter database "${name}_part" rename to "${name}"`);
    process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s to make\n`);
  } finally {
    await admin.end();
  }
  return url.href;
}

/** Each statement with the median of its times; the first round warms the cache and is not counted. */
async function measured(url: string): Promise<readonly StatementRun[]> {
  const rounds: (readonly StatementRun[])[] = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    rounds.push((await recordStatements(url, WINDOW, TIMEOUTS)).statements);
  const [first = [], ...counted] = rounds;
  return first.map((statement, index) => ({
    ...statement,
    ms: median(counted.map((round) => round[index]?.ms ?? Number.NaN)),
  }));
}

interface Row {
  readonly one: StatementRun;
  readonly indexed: StatementRun | undefined;
  readonly bare: StatementRun | undefined;
}

function table(rows: readonly Row[]): string {
  const cell = (statement: StatementRun | undefined): string =>
    statement?.error == null ? `${statement?.ms.toFixed(1) ?? '-'} ms` : 'failed';
  const lines = rows
    .filter(({ one, indexed, bare }) => Math.max(one.ms, indexed?.ms ?? 0, bare?.ms ?? 0) >= 5)
    .map(
      ({ one, indexed, bare }) =>
        `| ${one.name} | ${String(one.rows)} | ${cell(one)} | ${cell(indexed)} | ${((indexed?.ms ?? 0) / one.ms).toFixed(2)} | ${cell(bare)} |`,
    );
  const total = (of: (row: Row) => StatementRun | undefined): string =>
    `${rows.reduce((ms, row) => ms + (of(row)?.ms ?? 0), 0).toFixed(0)} ms`;
  return [
    `| statement | rows | a day | ${String(days)} days | ratio | without indexes |`,
    '|---|---|---|---|---|---|',
    ...lines,
    `| all ${String(rows.length)} | | ${total(({ one }) => one)} | ${total(({ indexed }) => indexed)} | | ${total(({ bare }) => bare)} |`,
    '',
  ].join('\n');
}
