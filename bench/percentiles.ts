import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { connectedClient } from '../local/pg-client.ts';
import { durationsOf } from '../sections/api-performance/durations.ts';
import type { CallGroup } from '../sections/api-performance/facts.ts';
import { apiDurationsQuery } from '../sections/shared/queries/api-calls.ts';
import { compileQuery } from '../sources/database/compile.ts';
import { TIMEOUTS } from '../sources/database/connect.ts';
import { countedSql } from '../sources/database/counted.ts';
import { fetchDistribution } from '../sources/database/distribution.ts';
import { MAX_BYTES } from '../sources/database/fetch-rows.ts';
import { readMapping } from '../sources/database/mapping.ts';
import { probeEntity } from '../sources/database/relations.ts';
import { openSession } from '../sources/database/session.ts';
import { wallMs } from './ratio.ts';
import { withServer } from './server.ts';

/**
 * `node bin/bootstrap.mjs bench/percentiles.ts [--rows 1000000] [--rounds 5]`: exact percentiles of the durations of so many
 * API calls in eight hours, by six groupings, against a serial count(*) of the same rows; then with ten times the history.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const HISTORY = 10;

const settings = { fsync: 'off', max_wal_size: '4GB', shared_buffers: '1GB' };
await withServer({ name: 'percentiles', settings }, async ({ url }) => {
  const client = await connectedClient({ connectionString: url });
  await createCalls(client);
  await insertCalls(client, 0);
  const alone = await measured(url, client);
  for (let windows = 1; windows < HISTORY; windows += 1) await insertCalls(client, windows);
  const beside = await measured(url, client);
  await client.end();
  report(alone, beside);
});

/** The table of the recommended schema, with its index. */
async function createCalls(client: pg.Client): Promise<void> {
  const schema = await readFile(new URL('../mappings/native/schema.sql', import.meta.url), 'utf8');
  const [table = ''] = /create table bot\.api_calls[^;]*;\s*create index[^;]*;/.exec(schema) ?? [];
  await client.query(`create schema bot; ${table}`);
}

/** Ten exchanges, twenty operations, durations spread log-normally and one in 500 given up, in a window so many before the newest. */
async function insertCalls(client: pg.Client, windowsBefore: number): Promise<void> {
  await client.query(
    `insert into bot.api_calls (at, operation, outcome, exchange, duration_ms, rate_limit_used, rate_limit_remaining)
     select $1::timestamptz + (n::float8 / $2) * interval '8 hours', (array['fetch_tickers', 'open_position', 'close_position', 'set_stop'])[1 + n % 4] || case when n % 20 < 4 then '' else '_' || n % 20 end,
       case when n % 500 = 7 then 'timeout' else 'ok' end, 'exchange' || n / 20 % 10,
       case when n % 500 = 7 then 10000 else round(80 * exp(0.9 * random_normal())) end, n % 1000, 1000
     from generate_series(0, $2::int - 1) n`,
    [new Date(Date.parse(WINDOW.from) - windowsBefore * 8 * 3_600_000).toISOString(), rows],
  );
  await client.query('vacuum analyze bot.api_calls');
}

interface Measured {
  readonly countMs: number;
  readonly queryMs: number;
  readonly groupMs: number;
  readonly groups: number;
}

/** The least of several rounds, of which one more warms the caches. */
async function measured(url: string, client: pg.Client): Promise<Measured> {
  const all: Measured[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    await client.query('set max_parallel_workers_per_gather = 0');
    const [countMs] = await wallMs(() =>
      client.query('select count(*) from bot.api_calls where at >= $1 and at < $2', [WINDOW.from, WINDOW.to]),
    );
    const { queryMs, lines } = await asked(url);
    const [groupMs, groups] = await wallMs(async () => Promise.resolve(sixGroupings(lines)));
    if (round === 0) continue;
    all.push({ countMs, queryMs, groupMs, groups });
  }
  const least = (of: (one: Measured) => number): number => Math.min(...all.map(of));
  return {
    countMs: least(({ countMs }) => countMs),
    queryMs: least(({ queryMs }) => queryMs),
    groupMs: least(({ groupMs }) => groupMs),
    groups: least(({ groups }) => groups),
  };
}

/** The distribution as an audit reads it, through the mapping and over its own session. */
async function asked(url: string): Promise<{ queryMs: number; lines: readonly string[] }> {
  const session = await openSession({ url, bot: 'bench', timeouts: { ...TIMEOUTS, statementMs: 600_000 } });
  try {
    const mapping = await readMapping('native');
    const probe = await probeEntity(session, mapping, 'api_call', { timeZone: 'UTC', parameters: WINDOW });
    if (probe.status !== 'ok') throw new Error(probe.error);
    const { distribution, limit } = apiDurationsQuery;
    if (distribution === undefined) throw new Error('the query is no distribution');
    const compiled = compileQuery(apiDurationsQuery, () => probe.relation, WINDOW, countedSql);
    const limits = { rows: limit, bytes: MAX_BYTES };
    const [queryMs, answer] = await wallMs(() => fetchDistribution(session, distribution, compiled, limits));
    if (!answer.ok || !answer.complete) throw new Error('the statement gave nothing');
    return { queryMs, lines: answer.lines };
  } finally {
    await session.close();
  }
}

/** P95, P99 and maximum of all, and by exchange, kind, operation, exchange and kind, exchange and operation. */
function sixGroupings(lines: readonly string[]): number {
  const groups = lines.map((line): CallGroup => {
    const parsed = apiDurationsQuery.row.parse(JSON.parse(line));
    const { exchange, operation, operation_kind: kind, outcome } = parsed;
    return {
      ...parsed,
      venue: exchange ?? '',
      operation: operation ?? '',
      kind: kind ?? 'unknown',
      outcome: outcome ?? '',
      totalMs: parsed.total_ms,
    };
  });
  const keys: readonly ((group: CallGroup) => string)[] = [
    () => '',
    ({ venue }) => venue,
    ({ kind }) => kind,
    ({ operation }) => operation,
    ({ venue, kind }) => `${venue} ${kind}`,
    ({ venue, operation }) => `${venue} ${operation}`,
  ];
  return keys.reduce((total, keyOf) => {
    const grouped = Map.groupBy(groups, keyOf);
    for (const own of grouped.values()) durationsOf(own);
    return total + grouped.size;
  }, 0);
}

function report(alone: Measured, beside: Measured): void {
  const line = (name: string, { countMs, queryMs, groupMs, groups }: Measured): string =>
    `| ${name} | ${countMs.toFixed(0)} ms | ${queryMs.toFixed(0)} ms | ${groupMs.toFixed(0)} ms | ${String(groups)} | ${((queryMs + groupMs) / countMs).toFixed(1)} |`;
  process.stdout.write(
    [
      `| ${rows.toLocaleString('en')} calls in eight hours | count(*) | statement | six groupings | percentiles of | ratio |`,
      '|---|---|---|---|---|---|',
      line('alone', alone),
      line(`beside ${String(HISTORY - 1)} times as many before`, beside),
      `with ${String(HISTORY)} times the history / alone: ${((beside.queryMs + beside.groupMs) / (alone.queryMs + alone.groupMs)).toFixed(2)}; most memory of this process ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB\n`,
    ].join('\n'),
  );
}
