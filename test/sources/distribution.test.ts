import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { apiDurationsQuery } from '../../sections/shared/queries/api-calls.ts';
import { compileQuery } from '../../sources/database/compile.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { countedSql } from '../../sources/database/counted.ts';
import { createPool, fetchDistribution } from '../../sources/database/distribution.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { probeEntity } from '../../sources/database/relations.ts';
import { openSession } from '../../sources/database/session.ts';
import { botDatabase, mappingFolderOf, WINDOW, type BotDatabase } from './support.ts';

const ROWS = 210_000;
let bot: BotDatabase;

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.calls as select '2026-11-20T00:00:00Z'::timestamptz + n * interval '8 hours' / ${String(ROWS)} as at,
      (array['ok', 'OK', 'timeout'])[1 + n % 3] as outcome, 'op' || n % 5 as operation, 1 + n % 2 as attempt,
      case n % 100 when 7 then -1 when 8 then null when 9 then 1e20 else (n % 1000) + 0.5 end::numeric as duration_ms
    from generate_series(0, ${String(ROWS - 1)}) n;
    analyze bot.calls`);
});
afterAll(() => bot.drop());

/** What the reader gets while another writes, with the connections that it then has. */
async function read(): Promise<{ rows: readonly unknown[]; connections: unknown }> {
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    const mapping = await readMapping(
      await mappingFolderOf({
        api_call: 'select at, operation, outcome, duration_ms, attempt from bot.calls',
      }),
    );
    const probe = await probeEntity(session, mapping, 'api_call', { timeZone: 'UTC', parameters: WINDOW });
    if (probe.status !== 'ok' || apiDurationsQuery.distribution === undefined) throw new Error('no relation');
    const compiled = compileQuery(apiDurationsQuery, () => probe.relation, WINDOW, countedSql);
    await bot.run(`insert into bot.calls values ('2026-11-20T07:00:00Z', 'ok', 'written later', 1, 5)`);
    let connections: unknown;
    const watched: typeof session = {
      ...session,
      async beside() {
        const second = await session.beside();
        const [row] = await bot.run(
          `select count(*)::int as n from pg_stat_activity where usename = '${bot.reader}'`,
        );
        connections = row?.['n'];
        return second;
      },
    };
    const limits = { rows: 5_000, bytes: 1e8 };
    const answer = await fetchDistribution(watched, apiDurationsQuery.distribution, compiled, limits);
    if (!answer.ok || !answer.complete) throw new Error('not read');
    const rows = answer.lines.map((line) => apiDurationsQuery.row.parse(JSON.parse(line)));
    return { rows, connections };
  } finally {
    await session.close();
    await bot.run(`delete from bot.calls where operation = 'written later'`);
  }
}

/** The same in one plain statement. */
async function expected(): Promise<readonly unknown[]> {
  return bot.run(`with spans as (
      select operation, lower(outcome) as outcome, round(least(duration_ms, 2e9))::int as ms, duration_ms >= 0 as is_one,
        count(*)::int as n, count(*) filter (where attempt = 1)::int as firsts, sum(duration_ms) as total
      from bot.calls group by 1, 2, 3, 4)
    select operation, outcome, sum(n)::int as calls, sum(n)::int as attempts, sum(firsts)::int as firsts,
      trim_scale(sum(total) filter (where is_one))::text as total_ms, array_agg(ms order by ms) filter (where is_one) as ms,
      array_agg(n order by ms) filter (where is_one) as counts
    from spans group by 1, 2 order by 1, 2`);
}

test('a distribution of many rows is read exactly, over two connections of one snapshot, or over the one that there is', async () => {
  const rows = (await expected()).map((row) => ({
    ...(row as object),
    exchange: null,
    operation_kind: null,
  }));
  const order = ({ rows: found }: Awaited<ReturnType<typeof read>>): unknown =>
    found.toSorted((a, b) => (JSON.stringify(nameOf(a)) < JSON.stringify(nameOf(b)) ? -1 : 1));
  const both = await read();
  expect(both.connections).toBe(2);
  expect(order(both)).toEqual(rows);
  await bot.run(`alter role ${bot.reader} connection limit 1`);
  const alone = await read();
  expect(alone.connections).toBe(1);
  expect(alone.rows).toEqual(both.rows);
  await bot.run(`alter role ${bot.reader} connection limit -1`);
  await bot.run('revoke execute on function pg_export_snapshot() from public');
  const refused = await read();
  expect(refused.connections).toBe(1);
  expect(refused.rows).toEqual(both.rows);
});

function nameOf(row: unknown): unknown {
  const { operation, outcome } = row as Readonly<Record<string, unknown>>;
  return [operation, outcome];
}

test('rows that say the same are added up; values of any size are counted, and added up exactly', () => {
  const pool = createPool({ values: 'ms', counts: 'n', total: 'total', sums: ['calls'] });
  pool.add({ name: 'a', calls: 3, ms: '{7,2000000000,7,0.1}' });
  pool.add({ name: 'b', calls: 1, ms: null });
  pool.add({ name: 'a', calls: 2, ms: '{2000000000,NULL,0,0.2}' });
  expect(pool.rows()).toEqual([
    { name: 'a', calls: 5, total: '4000000014.3', ms: [0, 7, 2_000_000_000], n: [3, 2, 2] },
    { name: 'b', calls: 1, total: null, ms: [], n: [] },
  ]);
});

/** As `round(least(value, 2e9))` and `sum(value)` of the values from 0 to 1e30 have it. */
test.each<[string, readonly number[], string | null]>([
  ['{}', [], null],
  ['{NULL,NaN,Infinity,-Infinity,-1,-0.5,1e30,1e+300}', [], null],
  ['{0}', [0], '0'],
  ['{0.5,1.5,2.49999999999999,2.5}', [1, 2, 2, 3], '6.99999999999999'],
  ['{65535,65536,999999999,1234567890123}', [65_535, 65_536, 999_999_999, 2_000_000_000], '1235568021193'],
  ['{999999999.999999999,0.000000001}', [0, 1_000_000_000], '1000000000'],
  ['{1e-05,1e+20,12.30}', [0, 12, 2_000_000_000], '100000000000000000012.30001'],
])('the list %s is counted', (list, values, total) => {
  const pool = createPool({ values: 'ms', counts: 'n', total: 'total', sums: [] });
  pool.add({ ms: list });
  const [row] = pool.rows();
  const counted = values.toSorted((a, b) => a - b);
  expect(row).toMatchObject({ ms: [...new Set(counted)], total });
});
