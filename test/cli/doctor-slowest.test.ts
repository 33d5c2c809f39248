import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { botReport } from '../../cli/doctor-bot.ts';
import { collectEvidence } from '../../sources/collect.ts';
import { recordCollection } from '../../store/collections.ts';
import {
  asking,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  WINDOW,
  type BotDatabase,
} from '../sources/support.ts';

const FILLS = queryOf(
  'select f.id, f.at, f.quantity, f.price from @fill f where f.at >= :from and f.at < :to',
  {
    id: 'fills',
    entities: ['fill'],
  },
);
const RECENT = `'${WINDOW.to}'::timestamptz - n * interval '1 minute'`;

let database: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;
let folder: string;

beforeAll(async () => {
  database = await botDatabase(`
    create table bot.fills (id bigint primary key, at timestamptz, symbol text, quantity numeric, price numeric);
    insert into bot.fills select n, ${RECENT}, 'BTCUSDT', 1, 100 from generate_series(1, 30000) n;
    create table bot.beats (at timestamptz, service text);
    insert into bot.beats values ('${WINDOW.from}', 'trader');
    analyze bot.fills`);
  folder = await mappingFolderOf({
    fill: `select id, id as order_id, at, symbol, 'buy' as side, quantity, price from bot.fills`,
    heartbeat: 'select at, service from bot.beats',
  });
  store = await freshStore();
});
afterAll(async () => {
  await database.drop();
  await store.drop();
});

const bot = () => botOf({ mapping: folder, databaseUrl: database.readerUrl });
const linesOf = async (storeUrl = store.url): Promise<readonly string[]> =>
  (await botReport(bot(), new Set(), storeUrl)).detail.split('\n');

test('a bot that nobody has read, or whose store is not there, has no slowest statements', async () => {
  expect((await linesOf()).filter((line) => line.includes('slowest'))).toEqual([]);
  const nowhere = 'postgres://audit@127.0.0.1:1/audit';
  expect((await linesOf(nowhere)).filter((line) => line.includes('slowest'))).toEqual([]);
});

test('the slowest statements come with their time, rows and the index that they lack, until there is one', async () => {
  const { statements } = await collectEvidence({
    bot: bot(),
    kind: 'production',
    window: WINDOW,
    sections: [asking(FILLS)],
    entryIds: ['probe'],
    policy: {},
    history: [],
    now: WINDOW.to,
    storePool: store.pool,
  });
  expect(statements.find(({ name }) => name === 'fills')).toMatchObject({ rows: 480, error: null });
  expect(statements.map(({ name }) => name)).toContain('checks of fill');
  const ofFills = statements.filter(({ name }) => name === 'fills');
  const collected = { bot: 'probe', window: WINDOW, collectedAt: WINDOW.to, slowest: ofFills };
  await recordCollection(store.pool, collected);
  // One that began before and ends after it says nothing new.
  await recordCollection(store.pool, { ...collected, collectedAt: WINDOW.from, slowest: [] });

  const lines = await linesOf();
  const at = lines.indexOf('slowest when it was read last, 20 Nov 00:00-08:00 UTC:');
  expect(lines.slice(at + 1)).toEqual([
    expect.stringMatching(/^ {2}fills +[\d.]+ m?s, 480 rows$/),
    '    would help, to review: create index concurrently on bot.fills (at);',
  ]);

  await database.run('create index on bot.fills (at)');
  expect((await linesOf()).filter((line) => line.includes('would help'))).toEqual([]);
});
