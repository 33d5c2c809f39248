import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collectEvidence } from '../../sources/collect.ts';
import { botDatabase, botOf, freshStore, mappingFolderOf, WINDOW, type BotDatabase } from './support.ts';

let bot: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  bot = await botDatabase(`create table bot.beats (service text, at timestamptz);
    create table bot.balances (at timestamptz, currency text, total numeric)`);
  store = await freshStore();
});
afterAll(async () => {
  await bot.drop();
  await store.drop();
});

const beat = (time: string, service = 'engine'): string =>
  `insert into bot.beats values ('${service}', '2026-11-${time}Z')`;
const balance = (time: string): string => `insert into bot.balances values ('2026-11-${time}Z', 'USDT', 1)`;
const LATE = { of: 'heartbeat', at: '2026-11-20T06:00:00.000Z', afterS: 21_600 };

test.each<[string, readonly string[], object | undefined]>([
  ['a bot with rows before the window', [beat('19 23:00'), beat('20 06:00'), beat('20 07:55')], undefined],
  ['one that began with its window', [beat('20 00:09'), beat('20 07:55')], undefined],
  ['one that began in it', [beat('20 06:00'), beat('20 07:55')], LATE],
  [
    'one whose balances are older than its log of beats',
    [balance('19 23:00'), beat('20 06:00'), beat('20 07:55')],
    LATE,
  ],
  ['beats that overwrite each other forget', [balance('19 23:00'), beat('20 06:00')], undefined],
  [
    'only such beats, and balances of the end',
    [balance('20 06:00'), beat('20 07:55')],
    { ...LATE, of: 'row' },
  ],
  ['rows after the window alone', [beat('20 09:00'), beat('20 09:05')], undefined],
])('%s', async (_name, rows, beginsLate) => {
  await bot.run(`truncate bot.beats, bot.balances; ${rows.join(';')}`);
  const mapping = await mappingFolderOf({
    heartbeat: 'select service, at from bot.beats',
    balance: 'select at, currency, total from bot.balances',
  });
  const { evidence } = await collectEvidence({
    bot: botOf({ mapping, databaseUrl: bot.readerUrl }),
    ...{ kind: 'production', window: WINDOW, now: '2026-11-20T12:00:00.000Z' },
    ...{ sections: [], entryIds: [], policy: {}, history: [], storePool: store.pool },
  });
  expect(evidence.sources.database).toMatchObject({ status: 'ok' });
  expect(evidence.sources.database.beginsLate).toEqual(beginsLate);
});
