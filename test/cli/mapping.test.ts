import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { botDatabase, mappingFolderOf, type BotDatabase } from '../sources/support.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { commandLine, type Ended } from './in-process.ts';

let database: BotDatabase;
let folder = '';

beforeAll(async () => {
  folder = scratchDirectory('mapping-check');
  database = await botDatabase(`
    create table bot.events (at timestamptz, type text, kind text);
    insert into bot.events values ('2026-11-20 01:00Z', 'position_opened', null), ('2026-11-20 01:00Z', 'position_opened', null),
      ('2026-11-19 01:00Z', 'it''s odd', null), ('2026-11-20 01:00Z', 'api_key=abcdefghijklmnop', null),
      ('2026-11-20 01:00Z', 'said', 'liq'), ('2026-09-01 01:00Z', 'long_ago', null);
    create table bot.states (at timestamptz, name text, value text);
    insert into bot.states values ('2026-01-01 01:00Z', 'kill_switch', 'armed'), ('2026-11-20 01:00Z', 'trading_halted', 'false');
    create table bot.orders (id int, symbol text, side text, type text, status text, quantity numeric, created_at timestamptz,
      exchange text, reject_code text, reject_reason text);
    insert into bot.orders values (1, 'A', 'buy', 'limit', 'rejected', 1, '2026-11-20 01:00Z', 'binance', '-2019', 'x'),
      (2, 'A', 'buy', 'limit', 'rejected', 1, '2026-11-20 01:00Z', 'binance', null, 'Slot taken by another strategy')`);
});
afterAll(() => database.drop());

const MAPPING = {
  event: 'select at, type, kind from bot.events',
  state: 'select at, name, value from bot.states',
  order: 'select * from bot.orders',
};

async function check(files: Readonly<Record<string, string>>, ...more: readonly string[]): Promise<Ended> {
  const config = join(folder, 'audit.config.yaml');
  const mapping = await mappingFolderOf(files);
  const source = files === NONE ? 'sources: { database: none, snapshots: required }' : 'database: ${BOT_URL}';
  await writeFile(
    config,
    `bots:\n  probe:\n    mapping: ${mapping}\n    environment: paper\n    asOf: 2026-11-20T08:00:00Z\n    ${source}\n`,
  );
  return commandLine(['mapping', 'check', '--bot', 'probe', '--config', config, ...more], {
    BOT_URL: files === LOST ? 'postgres://reader:reader-secret@127.0.0.1:1/bot' : database.readerUrl,
    HOME: folder,
    AUDIT_STATE_DIRECTORY: folder,
    AUDIT_CACHE_DIRECTORY: folder,
  });
}
const LOST = { ...MAPPING };
const NONE = { ...MAPPING };

test('each word has its count, its reading, and the line of SQL that would read it', async () => {
  const { code, stdout, stderr } = await check(MAPPING);
  expect(stderr).toBe('');
  const lines = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  expect(lines[0]).toBe(
    'Words of bot probe, mapping custom: 31 days, 2026-10-20 08:00 to 2026-11-20 08:00 UTC; of states also the last of each name.',
  );
  expect(lines.slice(2).filter((line) => !line.includes('-- one of'))).toEqual([
    'event.kind by type: 4 words, 3 not read',
    ' 1 api_key=[secret] not read',
    " when 'api_key=[secret]' then '<kind>'",
    " 1 it's odd not read",
    " when 'it''s odd' then '<kind>'",
    ' 1 said what the mapping says is no kind',
    ' 2 position_opened position_opened',
    '',
    'state.kind by name: 2 words, 0 not read',
    ' 1 kill_switch kill_switch',
    ' 1 trading_halted trading',
    '',
    `state.on by name || '=' || value: 2 words, 1 not read`,
    ' 1 kill_switch=armed not read',
    " when 'kill_switch=armed' then <true or false>",
    ' 1 trading_halted=false true',
    '',
    `order.reject_class by coalesce(nullif(reject_code, ''), reject_reason): 2 words, 1 not read`,
    ' 1 Slot taken by another strategy not read',
    " when 'Slot taken by another strategy' then '<kind>'",
    ' 1 -2019 balance',
    '',
    '5 words are not read: what they could have told is unknown.',
    '',
  ]);
  expect(stdout).toContain(
    'in event.sql: case type ... end as kind -- one of: position_opened, position_closed,',
  );
  expect(stdout).toContain(`in state.sql: case name || '=' || value ... end as "on" -- one of: true, false`);
  expect(code).toBe(1);
});

test('the lines of SQL, put into the mapping, read the words', async () => {
  const { code, stdout } = await check({
    event: `select at, type, case type when 'it''s odd' then 'note' when 'said' then 'liquidation' else 'note' end as kind from bot.events`,
    state: `select at, name, value, case name || '=' || value when 'kill_switch=armed' then false end as "on" from bot.states`,
  });
  expect(stdout).toContain('All words are read.');
  expect(code).toBe(0);
});

test('as JSON', async () => {
  const { code, stdout } = await check({ state: MAPPING.state }, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    bot: 'probe',
    from: '2026-10-20T08:00:00.000Z',
    columns: [
      { entity: 'state', column: 'kind', distinct: 2, unread: 0 },
      {
        column: 'on',
        unread: 1,
        words: [
          { word: 'kill_switch=armed', rows: 1, reading: null },
          { word: 'trading_halted=false', rows: 1, reading: 'true' },
        ],
      },
    ],
    errors: [],
  });
  expect(code).toBe(1);
});

test('what cannot be asked is told, and is not read', async () => {
  const { code, stderr } = await check({ ...MAPPING, position: 'select * from bot.gone' });
  expect(stderr).toContain('position.sql does not run: relation "bot.gone" does not exist');
  expect(code).toBe(1);
});

test('without a connection, without a database, or of no such bot', async () => {
  const lost = await check(LOST);
  expect(lost).toMatchObject({ code: 3, stdout: '' });
  expect(lost.stderr).toContain('127.0.0.1:1');
  expect(lost.stderr).not.toContain('reader-secret');
  expect(await check(NONE)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('declares no database'),
  });
  expect(await check(MAPPING, '--bot', 'prob')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Did you mean "probe"?'),
  });
});
