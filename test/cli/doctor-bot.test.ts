import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { botReport } from '../../cli/doctor-bot.ts';
import { botDatabase, botOf, mappingFolderOf, type BotDatabase } from '../sources/support.ts';

let database: BotDatabase;
let folder: string;
const NO_STORE = 'postgres://audit@127.0.0.1:1/audit';

beforeAll(async () => {
  database = await botDatabase('create table bot.beats (at timestamptz, service text)');
  folder = await mappingFolderOf({
    heartbeat: 'select at, service from bot.beats',
    fill: 'select * from bot.no_such_table',
  });
});
afterAll(() => database.drop());

const reportOf = (databaseUrl: string | null, mapping = folder) =>
  botReport(botOf({ mapping, databaseUrl }), new Set(['reader-secret']), NO_STORE);

test('a bot whose mapping reads a table that is not there fails with what an audit would say', async () => {
  const report = await reportOf(database.readerUrl);
  expect(report).toMatchObject({ name: 'bot probe', status: 'failed' });
  expect(report.detail).toMatch(/^PostgreSQL \d+\S*, 1 kind of data can be read\nnot in the mapping: /);
  expect(report.detail).toContain('fill.sql does not run: relation "bot.no_such_table" does not exist');
  expect(report.remedy).toContain('Correct the SELECTs of the mapping');
});

test('a bot that can be read works', async () => {
  const good = await mappingFolderOf({ heartbeat: 'select at, service from bot.beats' });
  const report = await reportOf(database.readerUrl, good);
  expect(report).toMatchObject({ status: 'works', remedy: null });
  // What nobody feeds is said, so that silence is not taken for health; what is fed is not.
  const [, unwatched = ''] = /^alerts that are not watched: (.*)$/m.exec(report.detail) ?? [];
  expect(unwatched.split('; ').map((alert) => alert.replace(/ \(.*/, ''))).toEqual([
    'Trading is blocked',
    'Position without a stop',
    'Decisions are stuck',
    'Many decisions fail',
    'API errors',
    'No data ingestion',
    'Notifications blocked',
    'A strategy seldom succeeds',
  ]);
});

test('a role that could write and a wrong password fail with their reason, without the password', async () => {
  expect((await reportOf(database.adminUrl)).detail).toContain('is a superuser');
  const url = new URL(database.readerUrl);
  url.password = 'wrong';
  const { status, detail } = await reportOf(url.href);
  expect({ status, detail }).toEqual({
    status: 'failed',
    detail: expect.stringContaining('refused the login'),
  });
  expect(detail).not.toContain('reader-secret');
});

test('a bot without a database is not tried, and is no failure', async () => {
  expect(await reportOf(null)).toMatchObject({ status: 'idle' });
});
