import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { dropAllButKeys, multiplyHistory } from '../../bench/history.ts';
import {
  nodesOf,
  recordStatements,
  touched,
  workOf,
  type PlanNode,
  type Work,
} from '../../bench/statements.ts';
import { fillDemo } from '../../local/demo/fill.ts';
import { thinnedTo } from '../../sections/shared/queries/prices.ts';
import { priceRow } from '../../sections/shared/queries/trading-rows.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import type { StatementRun } from '../../sources/database/statement-times.ts';
import type { Ran } from '../../sources/query-run.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { WINDOW } from './support.ts';

/** A week is what some queries look back: a shorter past would only show that it fills. */
const [SHORT, LONG] = [8, 32];
const LARGE = 5_000;
/** Less is read at once: a plan of few rows may read all of a small table. */
const FEW_ROWS = 2_000;
/** So with pages; and an index is followed row by row, where a short past was read page by page. */
const FEW_PAGES = 200;
/** The last state of a switch may be of any age: its table is grouped by name, a row in a microsecond. */
const OF_ALL_TIME = /^(states|checks of state)$/;

interface Cost extends StatementRun {
  readonly work: Work;
}

const databases: FreshDatabase[] = [];
let short: readonly Cost[];
let long: readonly Cost[];
let bare: readonly Cost[];
let large: ReadonlySet<string>;
/** 600 symbols with a price a minute: 288,000 rows, more than an audit takes. */
const MANY_PRICES = `insert into bot.prices (symbol, at, price, exchange, kind)
  select 'SYMBOL' || s, m, 100 + s, 'bybit', 'mark'
  from generate_series(1, 600) s cross join generate_series('${WINDOW.from}'::timestamptz, '${WINDOW.to}', '1 minute') m`;
let many: Ran | undefined;

beforeAll(async () => {
  await onDemo(SHORT, async (client, url) => {
    short = await costs(client, url);
    await dropAllButKeys(client);
    bare = await costs(client, url);
    await client.query(MANY_PRICES);
    many = (await recordStatements(url, WINDOW, TIMEOUTS)).evidence.ran.find(
      ({ run }) => run.id === 'prices',
    );
  });
  await onDemo(LONG, async (client, url) => {
    long = await costs(client, url);
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'bot'::regnamespace and relkind = 'r' and reltuples > $1`,
      [LARGE],
    );
    large = new Set(rows.map(({ name }) => name));
  });
}, 600_000);

afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** So many days of the demo, with few of its prices: most of its rows are prices, of which a symbol shows the same. */
async function onDemo(days: number, ask: (client: pg.Client, url: string) => Promise<void>): Promise<void> {
  const database = await freshDatabase({ name: `days_${String(days)}` });
  databases.push(database);
  const { url, name } = database;
  await fillDemo({ botUrl: url, storeUrl: null, now: WINDOW.to, readerRole: `${name}_reader` });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('delete from bot.prices where symbol > (select min(symbol) from bot.prices)');
    await multiplyHistory(client, days);
    await ask(client, url);
  } finally {
    await client.end();
  }
}

/** What each statement of an audit of the newest shift costs. */
async function costs(client: pg.Client, url: string): Promise<readonly Cost[]> {
  const { statements } = await recordStatements(url, WINDOW, TIMEOUTS);
  const costly: Cost[] = [];
  for (const statement of statements.filter(({ sql }) => /^(select|with)\b(?!.*\bpg_)/i.test(sql)))
    costly.push({ ...statement, work: await workOf(client, statement, TIMEOUTS) });
  return costly;
}

test('no statement reads more because the past is longer', () => {
  expect(long.map(({ name }) => name)).toEqual(short.map(({ name }) => name));
  const dearer = long.flatMap(({ name, work }, index) => {
    const { rows, pages } = short[index]?.work ?? { rows: 0, pages: 0 };
    const grows = work.rows > 1.5 * rows + FEW_ROWS || work.pages > 1.5 * pages + work.rows + FEW_PAGES;
    return grows && !OF_ALL_TIME.test(name)
      ? [
          `${name}: ${String(rows)} -> ${String(work.rows)} rows, ${String(pages)} -> ${String(work.pages)} pages`,
        ]
      : [];
  });
  expect(dearer).toEqual([]);
});

test('no large table is read from end to end, and no loop over many rows is without an index', () => {
  expect([...large]).toEqual(expect.arrayContaining(['positions', 'orders', 'fills', 'events', 'prices']));
  expect(
    long.flatMap(({ name, work }) => nodesOf(work.plan).flatMap((node) => faultsOf(name, node))),
  ).toEqual([]);
});

test('without any index but ids every statement answers, and none loops over a table', () => {
  expect(bare.filter(({ error }) => error !== null)).toEqual([]);
  expect(bare.flatMap(({ name, work }) => nodesOf(work.plan).flatMap((node) => loopOf(name, node)))).toEqual(
    [],
  );
});

test('prices of many symbols are thinned to buckets that all of them have, and said to be', () => {
  expect(many?.run).toMatchObject({ status: 'ok' });
  const rows = (many?.blob ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => priceRow.parse(JSON.parse(line)));
  const own = rows.filter(({ symbol }) => symbol === 'SYMBOL7').map(({ at }) => at.slice(11, 16));
  expect(own.slice(0, 3)).toEqual(['00:01', '00:03', '00:05']);
  expect(own).toHaveLength(240);
  expect(thinnedTo(rows, 8 * 3_600_000)).toBe(2);
  expect(thinnedTo(rows.slice(0, 480), 8 * 3_600_000)).toBeNull();
});

function faultsOf(name: string, node: PlanNode): readonly string[] {
  const table = node['Relation Name'] ?? '';
  const isScan = node['Node Type'] === 'Seq Scan' && large.has(table) && touched(node) > LARGE;
  return [...(isScan ? [`${name}: ${table} is read from end to end`] : []), ...loopOf(name, node)];
}

/** A nested loop over more than a thousand rows whose inner side is no look-up in an index, but looks at many rows a turn. */
function loopOf(name: string, node: PlanNode): readonly string[] {
  if (node['Node Type'] !== 'Nested Loop') return [];
  const [outer, inner] = node.Plans ?? [];
  const turns = (outer?.['Actual Rows'] ?? 0) * (outer?.['Actual Loops'] ?? 0);
  if (turns <= 1_000 || inner === undefined || touched(inner) <= 10 * turns) return [];
  return [
    `${name}: a loop of ${String(turns)} turns over ${String(touched(inner))} rows by ${inner['Node Type']}`,
  ];
}
