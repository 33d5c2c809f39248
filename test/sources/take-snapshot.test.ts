import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '../../local/process.ts';
import { takeSnapshot } from '../../sources/snapshots/take.ts';
import { botDatabase, botOf, mappingFolderOf, refilledMeanwhile, type BotDatabase } from './support.ts';

let bot: BotDatabase;

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.positions (id int, symbol text, exchange text, side text, quantity numeric, entry_price numeric, status text,
      opened_at timestamptz, closed_at timestamptz, has_stop_loss boolean);
    insert into bot.positions values
      (1, 'A', 'Binance', 'buy', 1, 1, 'open', '2026-11-20 00:00Z', null, true),
      (2, 'B', 'binance', 'buy', 1, 1, 'open', '2026-11-20 09:59:30Z', null, false),
      (3, 'C', 'bybit', 'sell', 1, 1, 'closed', '2026-11-20 09:00Z', '2026-11-20 10:00:30Z', true),
      (4, 'D', 'bybit', 'sell', 1, 1, 'closed', '2026-11-20 09:00Z', '2026-11-20 09:59:00Z', true),
      (5, 'E', 'bybit', 'sell', 1, 1, 'pending_entry', '2026-11-20 09:59:59Z', null, null),
      (6, 'F', 'bybit', 'sell', 1, 1, 'open', '2026-11-20 10:00:00Z', null, null);
    create table bot.orders (id int, position_id int, symbol text, side text, type text, role text, status text, quantity numeric,
      created_at timestamptz, venue_at timestamptz, cancelled_at timestamptz);
    insert into bot.orders values
      (1, 1, 'A', 'sell', 'stop_market', 'stop', 'cancelled', 1, '2026-11-20 00:00Z', null, '2026-11-20 09:30Z'),
      (2, 2, 'B', 'sell', 'stop_market', 'stop', 'new', 1, '2026-11-20 09:59:31Z', '2026-11-20 09:59:32Z', null),
      (3, 3, 'C', 'buy', 'stop_market', 'stop', 'rejected', 1, '2026-11-20 09:00Z', null, null);
    create table bot.events (at timestamptz, type text, severity text);
    insert into bot.events values ('2026-11-20 09:59:10Z', 'price_updated', 'info'), ('2026-11-20 09:58:59Z', 'price_updated', 'info'),
      ('2026-11-20 09:59:20Z', 'whatever', 'fatal'), ('2026-11-20 05:00Z', 'ws_reconnect', 'warning')`);
});
afterAll(() => bot.drop());

const position = 'select * from bot.positions';
const slot = '2026-11-20T10:00:00.000Z';

test('gauges are at the minute, counters of the minute before, by the best evidence', async () => {
  const mapping = await mappingFolderOf({
    position,
    order: 'select * from bot.orders',
    event: 'select at, type, severity from bot.events',
  });
  const taken = await takeSnapshot({
    bot: botOf({ mapping, databaseUrl: bot.readerUrl, maxAgeH: 8 }),
    slot: '2026-11-20T10:00:12Z',
  });
  const { taken_at: takenAt, tables, ...numbers } = taken;
  expect(Date.now() - Date.parse(takenAt)).toBeGreaterThanOrEqual(0);
  expect(tables).toMatchObject({
    tables: {
      'bot.events': [4, expect.any(Number), 4, 0, 0, expect.any(Number), expect.any(Number)],
      'bot.orders': [3, expect.any(Number), 3, 0, 0, expect.any(Number), expect.any(Number)],
      'bot.positions': [6, expect.any(Number), 6, 0, 0, expect.any(Number), expect.any(Number)],
    },
  });
  expect(numbers).toEqual({
    at: slot,
    slot,
    total: 3,
    by_exchange: { binance: 2, bybit: 1 },
    unprotected: 2,
    new_opened: 2,
    closed: 1,
    aged: 1,
    prices_updated: 1,
    errors: 1,
    ws_reconnects: 0,
    ts_activated: null,
    sl_updates: null,
    zombies: null,
    emergency: null,
  });
});

test('without orders the flag of the bot decides, without either nothing is known', async () => {
  const flagged = await mappingFolderOf({ position });
  const taken = await takeSnapshot({ bot: botOf({ mapping: flagged, databaseUrl: bot.readerUrl }), slot });
  expect(taken).toMatchObject({ total: 3, unprotected: 1, aged: null, errors: null });
  const bare = await mappingFolderOf({
    position: 'select id, symbol, side, quantity, entry_price, status, opened_at from bot.positions',
  });
  const blind = await takeSnapshot({ bot: botOf({ mapping: bare, databaseUrl: bot.readerUrl }), slot });
  expect(blind).toMatchObject({ unprotected: null, closed: null, total: 2, by_exchange: { unknown: 2 } });
});

test('orders that name no position protect none and accuse none: what nobody tells is not known', async () => {
  const unlinked = await mappingFolderOf({
    position:
      'select id, symbol, exchange, side, quantity, entry_price, status, opened_at, closed_at from bot.positions',
    order: 'select id, symbol, side, type, role, status, quantity, created_at from bot.orders',
  });
  const taken = await takeSnapshot({ bot: botOf({ mapping: unlinked, databaseUrl: bot.readerUrl }), slot });
  expect(taken).toMatchObject({ total: 3, unprotected: null });
});

test('what keeps a snapshot from its minute is told apart: a lock, a cancel, its own time', async () => {
  const timeouts = { statementMs: 400, lockMs: 100, connectMs: 5_000 };
  const slow =
    "select at, type, severity from bot.events where at < 'infinity' and pg_sleep(0.3) is not null";
  const mapping = await mappingFolderOf({ position, event: slow });
  const asked = { bot: botOf({ mapping, databaseUrl: bot.readerUrl }), slot };
  await expect(takeSnapshot({ ...asked, timeouts })).rejects.toMatchObject({ name: 'StatementTimeout' });

  const owner = new pg.Client({ connectionString: bot.adminUrl });
  await owner.connect();
  const cancelled = takeSnapshot({ ...asked, timeouts: { ...timeouts, statementMs: 60_000 } });
  const caught = cancelled.catch((error: unknown) => error);
  await waitFor(async () => {
    const { rows } = await owner.query<{ done: boolean }>(
      "select pg_cancel_backend(pid) as done from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and wait_event = 'PgSleep'",
    );
    return rows.length > 0;
  }, 30_000);
  expect(await caught).toMatchObject({ name: 'SourceLost', code: '57014' });

  await owner.query('begin; lock table bot.positions in access exclusive mode');
  await expect(takeSnapshot({ ...asked, timeouts })).rejects.toMatchObject({
    name: 'SourceLost',
    code: '55P03',
  });
  await owner.end();
});

test('a table that is emptied and refilled under a snapshot looks empty, and gives none', async () => {
  const asked = {
    bot: botOf({ mapping: await mappingFolderOf({ position }), databaseUrl: bot.readerUrl }),
    slot,
    timeouts: { statementMs: 60_000, lockMs: 60_000, connectMs: 5_000 },
  };
  await expect(refilledMeanwhile(bot, 'bot.positions', () => takeSnapshot(asked))).rejects.toMatchObject({
    name: 'SourceLost',
    message: expect.stringContaining('was changed while it was read: bot.positions was emptied') as unknown,
  });
  expect(await takeSnapshot(asked)).toMatchObject({ total: 3 });
});

test('counters are of the tables behind views and of all partitions, and of no other', async () => {
  const owner = new pg.Client({ connectionString: bot.adminUrl });
  await owner.connect();
  await owner.query(`create table bot.calls (at timestamptz, n int) partition by range (n);
    create table bot.calls_1 partition of bot.calls for values from (0) to (10);
    create table bot.calls_2 partition of bot.calls for values from (10) to (20);
    create table bot.unmapped (n int);
    create view bot.seen as select at, type, severity from bot.events where exists (select 1 from bot.calls);
    insert into bot.calls select '2026-11-20', n from generate_series(0, 14) as n;
    delete from bot.calls where n < 3;
    grant select on all tables in schema bot to public;
    analyze bot.calls;
    select pg_stat_force_next_flush()`);
  await owner.end();
  const mapping = await mappingFolderOf({ position, event: 'select at, type, severity from bot.seen' });
  const { tables } = await takeSnapshot({ bot: botOf({ mapping, databaseUrl: bot.readerUrl }), slot });
  expect(Object.keys('tables' in tables ? tables.tables : {})).toEqual([
    'bot.calls',
    'bot.events',
    'bot.positions',
  ]);
  expect('tables' in tables && tables.tables['bot.calls']?.slice(2, 5)).toEqual([15, 0, 3]);
});

test('what was seen of the mapping is kept for the next minutes, and seen anew when it fails', async () => {
  const owner = new pg.Client({ connectionString: bot.adminUrl });
  await owner.connect();
  const mapping = await mappingFolderOf({ position: 'select * from bot.positions as p' });
  const asked = { bot: botOf({ mapping, databaseUrl: bot.readerUrl }), slot };
  const before = await takeSnapshot(asked);
  expect(await takeSnapshot(asked)).toMatchObject({ unprotected: before.unprotected, total: 3 });
  await owner.query('alter table bot.positions rename column has_stop_loss to stop_flag');
  expect(await takeSnapshot(asked)).toMatchObject({ unprotected: null, total: 3 });
  await owner.query('alter table bot.positions rename column stop_flag to has_stop_loss');
  await owner.query('alter table bot.positions rename column status to state');
  await expect(takeSnapshot(asked)).rejects.toMatchObject({ name: 'SourceRefused' });
  await owner.query('alter table bot.positions rename column state to status');
  expect(await takeSnapshot(asked)).toMatchObject({ unprotected: before.unprotected, total: 3 });
  await owner.end();
});
