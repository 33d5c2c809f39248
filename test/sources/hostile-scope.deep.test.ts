import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { collectEvidence } from '../../sources/collect.ts';
import {
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  type BotDatabase,
} from './support.ts';

/** Names of strategies and symbols that mean something to SQL, to its placeholders here, or to a scanner that is fooled. */
const HOSTILE = [
  "' or 1=1; --",
  "' or '1'='1",
  "'' or true",
  "\\' or 1=1; --",
  "\\\\' or 1=1; --",
  '\\',
  "'",
  "''",
  "x\\''",
  "'); drop table bot.positions; --",
  "') union select * from bot.secrets --",
  "x' union all select id, value from bot.secrets --",
  "E'\\' or 1=1 --",
  '$$ or 1=1 $$',
  '$tag$ or 1=1 $tag$',
  '$1',
  '$1::text',
  ':from',
  ":from::text or '1'='1",
  ':strategy',
  '@position',
  '@secrets',
  '"; select 1; "',
  '-- comment',
  '/* comment',
  '*/ or 1=1 /*',
  "/* ' */ or 1=1",
  "'/**/or/**/1=1--",
  ';',
  '; select pg_sleep(10)',
  "'; select pg_sleep(10); --",
  "' || (select value from bot.secrets) || '",
  "' || pg_read_file('/etc/passwd') || '",
  "'||(select version())::int||'",
  "' and 1=cast((select value from bot.secrets) as int) --",
  '%',
  '_',
  '%%',
  '.*',
  'victim%',
  'VICTIM',
  ' victim',
  'victim ',
  "victim'--",
  '{victim}',
  '(victim)',
  'null',
  'U&"\\0027 or 1=1"',
  "U&'\\0027 or 1=1 --",
  '＇ or 1=1',
  'ʼ or 1=1 --',
  '{{strategy}}',
  '${process.env.HOME}',
];

let bot: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;
let mapping: string;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`
      create table bot.positions (id int, symbol text, exchange text, side text, quantity numeric, entry_price numeric,
        strategy text, status text, opened_at timestamptz, closed_at timestamptz);
      create table bot.secrets (id int, value text);
      insert into bot.secrets values (1, 'canary');
      insert into bot.positions values (0, 'VICTIM', 'x', 'buy', 1, 1, 'victim', 'open', '2026-11-20 01:00Z', null)`),
    freshStore(),
  ]);
  const client = new pg.Client({ connectionString: bot.adminUrl });
  await client.connect();
  const row = `insert into bot.positions values ($1::int, $2, 'x', 'buy', 1, 1, $3, 'open', '2026-11-20 01:00Z', null)`;
  for (const [index, text] of HOSTILE.entries()) await client.query(row, [index + 1, 'BTCUSDT', text]);
  // As servers of before 2011 were set up, and some since.
  await client.query(`alter role ${bot.reader} set standard_conforming_strings = off`);
  await client.end();
  mapping = await mappingFolderOf({ position: 'select * from bot.positions' });
});

afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

const positions = queryOf('select p.id, p.strategy from @position p order by 1', {
  id: 'positions',
  entities: ['position'],
});

/** Ids of the positions that a report limited so is about. */
async function idsOf(scope: {
  readonly strategy?: string;
  readonly symbols?: readonly string[];
}): Promise<readonly number[]> {
  const { evidence, blobs } = await collectEvidence(
    requestOf(botOf({ mapping, databaseUrl: bot.readerUrl }), [positions], store.pool, { scope }),
  );
  const [run] = evidence.queries;
  const lines = (blobs.get(run?.rows ?? '') ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => Number((JSON.parse(line) as { readonly id: string }).id));
}

test('a strategy is a name, whatever it holds: its own rows and no other', async () => {
  // Blanks around a name are no part of it.
  const names = ['victim', ...HOSTILE].map((name) => name.replaceAll(/^ +| +$/g, ''));
  for (const [index, strategy] of HOSTILE.entries()) {
    const own = [...names.keys()].filter((id) => names[id] === names[index + 1]);
    expect([strategy, await idsOf({ strategy })]).toEqual([strategy, own]);
  }
});

test('a symbol is a name too', async () => {
  for (const symbol of HOSTILE.filter((text) => !/^\W*victim\W*$/i.test(text)))
    expect([symbol, await idsOf({ symbols: [symbol] })]).toEqual([symbol, []]);
  expect(await idsOf({ symbols: ['victim'] })).toEqual([0]);
});
