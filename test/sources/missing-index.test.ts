import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { missingIndexes } from '../../sources/database/missing-index.ts';
import { openSession, type Session } from '../../sources/database/session.ts';
import { botDatabase, WINDOW, type BotDatabase } from './support.ts';

let database: BotDatabase;
let session: Session;

beforeAll(async () => {
  database = await botDatabase(`
    create table bot.positions (id text, opened_at timestamptz, status text);
    create table bot."Fills" (id bigint, "positionId" text, at timestamptz);
    create table bot.beats (at timestamptz, service text) partition by range (at);
    create table bot.beats_all partition of bot.beats default;
    create table bot.few (at timestamptz);
    insert into bot.positions select n, '${WINDOW.to}'::timestamptz - n * interval '1 hour', 'closed' from generate_series(1, 40000) n;
    insert into bot."Fills" select n, n, '${WINDOW.to}'::timestamptz - n * interval '1 hour' from generate_series(1, 40000) n;
    insert into bot.beats select '${WINDOW.to}'::timestamptz - n * interval '1 hour', 'trader' from generate_series(1, 40000) n;
    insert into bot.few select '${WINDOW.to}'::timestamptz - n * interval '1 hour' from generate_series(1, 1000) n;
    analyze`);
  session = await openSession({ url: database.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

const wanted = (sql: string): Promise<readonly string[]> => missingIndexes(session, sql, WINDOW);

test('a filter by time that leaves little of a large table names the column', async () => {
  expect(
    await wanted('select * from bot.positions p where p.opened_at >= :from and p.opened_at < :to'),
  ).toEqual(['create index concurrently on bot.positions (opened_at);']);
});

test('a table joined by its ids to few rows names the id, quoted where it must be', async () => {
  const sql = `select * from (select m.id from bot.positions m where m.opened_at >= :from offset 0) p
    join bot."Fills" f on f."positionId" = p.id`;
  const indexes = [
    'create index concurrently on bot."Fills" ("positionId");',
    'create index concurrently on bot.positions (opened_at);',
  ];
  expect([...(await wanted(sql))].sort()).toEqual(indexes);
});

test('a part of a partitioned table names the table', async () => {
  expect(await wanted('select * from bot.beats where at >= :from')).toEqual([
    'create index on bot.beats (at);',
  ]);
});

test.each([
  ['a small table', 'select * from bot.few where at >= :from'],
  ['a table of which most is needed', 'select * from bot.positions where opened_at < :to'],
  ['a comparison that no index on the column serves', `select * from bot.positions where upper(id) = 'X'`],
  ['a statement that does not run', 'select * from bot.nothing'],
])('%s wants no index', async (_what, sql) => {
  expect(await wanted(sql)).toEqual([]);
});
