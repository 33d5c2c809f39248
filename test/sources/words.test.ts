import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { CONTRACT, columnsOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { runnable } from '../../audit/finding-query.ts';
import { REJECT_CODES, WORDS } from '../../audit/spellings.ts';
import { SWITCH_SPELLINGS } from '../../audit/switch-spellings.ts';
import { isKindType, READ_BY, WORD_KINDS } from '../../audit/word-kinds.ts';
import { collectEvidence } from '../../sources/collect.ts';
import { withoutSeparators } from '../../sources/database/word-reading.ts';
import {
  asking,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  WINDOW,
  type BotDatabase,
} from './support.ts';

let bot: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`create table bot.words (n serial, entity text, word text, value text, said text, said_on boolean,
        at timestamptz default '2026-11-20 01:00Z')`),
    freshStore(),
  ]);
});
afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

const RAW: Readonly<Record<string, string>> = {
  event: 'select at, word as type',
  position: `select n as id, 'A' as symbol, 'long' as side, 1 as quantity, 1 as entry_price, 'closed' as status, at as opened_at,
    at as closed_at, word as exit_reason`,
  order: `select n as id, 'A' as symbol, 'buy' as side, 'limit' as type, 'rejected' as status, 1 as quantity, at as created_at,
    split_part(word, ' ', 1) as exchange, split_part(word, ' ', 2) as reject_code, value as reject_reason`,
  limit: 'select word as name, 1 as value',
  state: 'select at, word as name, value',
  total: 'select at, word as name, 1 as value',
};
/** What the mapping may say itself, by entity. */
const SAID: Readonly<Record<string, string>> = {
  event: ', said as kind',
  position: ', said as exit_kind',
  order: ', said as reject_class',
  limit: ', said as kind',
  state: ', said as kind, said_on as on',
};

interface Word {
  readonly word: string;
  readonly value?: string | null;
  readonly said?: string | null;
  readonly on?: boolean;
  readonly at?: string;
}

/** The readings of these words of an entity, in their order, and what the preflight says of it. */
async function read(
  entity: EntityName,
  words: readonly Word[],
  columns: string,
  says = '',
): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly state: EntityState }> {
  await bot.run('truncate bot.words');
  const client = new pg.Client({ connectionString: bot.adminUrl });
  await client.connect();
  await client.query(
    `insert into bot.words (entity, word, value, said, said_on, at)
     select '${entity}', w.word, w.value, w.said, w."on", coalesce(w.at, '2026-11-20 01:00Z')
     from json_to_recordset($1::json) as w (word text, value text, said text, "on" boolean, at timestamptz)`,
    [JSON.stringify(words)],
  );
  await client.end();
  const mapping = await mappingFolderOf({ [entity]: `${RAW[entity] ?? ''}${says} from bot.words` });
  const { evidence, blobs } = await collectEvidence({
    bot: botOf({ mapping, databaseUrl: bot.readerUrl }),
    kind: 'production',
    window: WINDOW,
    sections: [asking(queryOf(`select ${columns} from @${entity} x`, { entities: [entity] }))],
    entryIds: ['probe'],
    policy: {},
    history: [],
    now: '2026-11-20T09:00:00.000Z',
    storePool: store.pool,
  });
  const [run] = evidence.queries;
  const state = evidence.entities.find((one) => one.entity === entity);
  if (run?.status !== 'ok' || state === undefined) throw new Error(run?.error ?? 'nothing was read');
  const rows = (blobs.get(run.rows ?? '') ?? '').split('\n').filter(Boolean);
  return { rows: rows.map((row) => JSON.parse(row) as Record<string, unknown>), state };
}

async function readings(
  entity: EntityName,
  column: string,
  words: readonly (string | Word)[],
): Promise<unknown[]> {
  const key = entity === 'position' ? 'x.exit_reason' : entity === 'event' ? 'x.type' : 'x.name';
  const rows = words.map((word) => (typeof word === 'string' ? { word } : word));
  const by = entity === 'order' ? `x.exchange || ' ' || coalesce(x.reject_code, '')` : key;
  const also =
    entity === 'state'
      ? `|| '=' || x.value`
      : entity === 'order'
        ? `|| '|' || coalesce(x.reject_reason, '')`
        : '';
  const { rows: found } = await read(entity, rows, `${by} ${also} as word, x."${column}" as reading`);
  const byWord = new Map(found.map(({ word, reading }) => [word, reading]));
  return rows.map(({ word, value }) =>
    byWord.get(
      `${word}${entity === 'state' ? `=${value ?? ''}` : entity === 'order' ? `|${value ?? ''}` : ''}`,
    ),
  );
}

describe('each spelling of the table is read as its kind, by PostgreSQL', () => {
  test.each([
    ['event', 'kind', 'event_kind'],
    ['position', 'exit_kind', 'exit_kind'],
    ['limit', 'kind', 'limit_kind'],
  ] as const)('%s.%s', async (entity, column, type) => {
    const pairs = Object.entries(WORDS[type]).flatMap(([kind, words]) =>
      words.map((word) => [word, kind] as const),
    );
    const words = pairs.map(([word]) => word);
    expect(await readings(entity, column, words)).toEqual(pairs.map(([, kind]) => kind));
    expect(
      await readings(
        entity,
        column,
        words.map((word) => word.toUpperCase().replaceAll('_', '-')),
      ),
    ).toEqual(pairs.map(([, kind]) => kind));
  });

  test('order.reject_class, by the numbers of each exchange and by the words of the answer', async () => {
    const codes = Object.entries(REJECT_CODES).flatMap(([exchange, kinds]) =>
      Object.entries(kinds).flatMap(([kind, list]) =>
        list.map((code) => [`${exchange} ${code}`, kind] as const),
      ),
    );
    expect(
      await readings(
        'order',
        'reject_class',
        codes.map(([word]) => word),
      ),
    ).toEqual(codes.map(([, kind]) => kind));
    const texts = Object.entries(WORDS.reject_class).flatMap(([kind, list]) =>
      list.map((text) => [text, kind] as const),
    );
    const words = texts.map(([value]) => ({ word: 'okx ', value }));
    expect(await readings('order', 'reject_class', words)).toEqual(texts.map(([, kind]) => kind));
  });

  test('state.kind and state.on', async () => {
    const cases = SWITCH_SPELLINGS.flatMap(({ kind, names, on, off }) =>
      names.flatMap((word) => [
        ...on.map((value) => ({ word, value, kind, on: true })),
        ...off.map((value) => ({ word, value, kind, on: false })),
        { word, value: 'banana', kind, on: null },
      ]),
    );
    const words = cases.map(({ word, value }) => ({ word, value }));
    expect(await readings('state', 'kind', words)).toEqual(cases.map(({ kind }) => kind));
    expect(await readings('state', 'on', words)).toEqual(cases.map(({ on }) => on));
  });
});

test('no spelling has two meanings', () => {
  for (const words of [...Object.values(WORDS), ...Object.values(REJECT_CODES)]) {
    const keys = Object.values(words).flatMap((list) => list.map(withoutSeparators));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
  const names = SWITCH_SPELLINGS.flatMap((spelling) => spelling.names.map(withoutSeparators));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const { on, off } of SWITCH_SPELLINGS) expect(on.filter((value) => off.includes(value))).toEqual([]);
});

test('each reading of the contract has its words in the contract, and each kind of it a reading or spellings', () => {
  for (const [entity, columns] of Object.entries(READ_BY)) {
    for (const [column, words] of Object.entries(columns as Readonly<Record<string, readonly string[]>>))
      for (const name of [column, ...words])
        expect(Object.keys(CONTRACT[entity as EntityName])).toContain(name);
  }
  const types = (Object.keys(CONTRACT) as EntityName[]).flatMap((entity) =>
    columnsOf(entity).flatMap(({ type }) => (isKindType(type) ? [type] : [])),
  );
  expect(types.sort()).toEqual(Object.keys(WORD_KINDS).sort());
});

describe('words as bots write them', () => {
  test.each([
    ['LiquidatedByExchange', 'liquidation'],
    ['POSITION-LIQUIDATED', 'liquidation'],
    ['ADL_CLOSE', 'adl'],
    ['Margin Call', 'margin_call'],
    ['near_liquidation', null],
    ['liquidation_price', null],
    ['not_liquidated', null],
    ['adl_rank', null],
    ['Position liquidated: margin exhausted', null],
    ['collateral_seized', null],
    ['', null],
  ])('event %s is %s', async (word, kind) => {
    expect(await readings('event', 'kind', [word])).toEqual([kind]);
  });

  test.each<[string, string, string | null, boolean | null]>([
    ['stop_trading', 'true', 'trading', false],
    ['trading_disabled', 'true', 'trading', false],
    ['trading_halted', 'true', 'trading', false],
    ['tradingEnabled', 'true', 'trading', true],
    ['kill_switch_state', 'on', 'kill_switch', true],
    ['KillSwitch', 'TRUE', 'kill_switch', true],
    ['kill_switch', 'ARMED', 'kill_switch', null],
    ['kill_switch', '-1', 'kill_switch', null],
    ['circuit-breaker', 'HALF-OPEN', 'circuit_breaker', true],
    ['circuit_breaker', 'true', 'circuit_breaker', null],
    ['circuit_breaker_failures', '1', null, null],
    ['kill_switch_enabled', 'true', null, null],
    ['maintenance_fee', 'on', null, null],
    ['halt_ETHUSDT', 'on', null, null],
    ['leader', 'trader-0', 'leader', null],
  ])('state %s = %s is %s, %s', async (word, value, kind, on) => {
    expect(await readings('state', 'kind', [{ word, value }])).toEqual([kind]);
    expect(await readings('state', 'on', [{ word, value }])).toEqual([on]);
  });

  test.each<[string, string | null, string | null]>([
    ['binance -2019', null, 'balance'],
    ['Binance -2019', null, 'balance'],
    ['okx -2019', null, null],
    ['binance 2019', null, null],
    ['bybit 999', 'Order would immediately trigger.', 'would_trigger'],
    ['bybit ', 'Slot taken by another strategy', null],
  ])('order %s %s is %s', async (word, value, kind) => {
    // The exchange is compared, and so printed, in lower case.
    const words = [{ word, value }];
    const { rows } = await read('order', words, 'x.reject_class as reading');
    expect(rows).toEqual([{ reading: kind }]);
  });
});

describe('what the mapping says', () => {
  test('stands before every spelling; blank is not said, and outside of the set is unknown and a finding', async () => {
    const words = [
      { word: 'liquidation', said: ' NOTE ' },
      { word: 'adl', said: '' },
      { word: 'margin_call', said: 'liq' },
      { word: 'x_event', said: 'sync' },
      { word: 'y_event' },
    ];
    const { rows, state } = await read('event', words, 'x.type, x.kind', SAID['event']);
    expect(Object.fromEntries(rows.map(({ type, kind }) => [type, kind]))).toEqual({
      liquidation: 'note',
      adl: 'adl',
      margin_call: 'unknown',
      x_event: 'sync',
      y_event: null,
    });
    expect(state.unknownSpellings).toEqual([{ column: 'kind', value: 'liq', rows: 1 }]);
    expect(state.unread).toEqual([{ column: 'kind', word: 'y_event', rows: 1 }]);
  });

  test('of a switch: the value is only read by a name of the same kind', async () => {
    const words = [
      { word: 'halt_flag', value: 'true', said: 'trading' },
      { word: 'trading_halted', value: 'true', said: 'trading' },
      { word: 'kill_switch', value: 'on', said: 'other' },
      { word: 'ks', value: 'x', said: 'kill_switch', on: true },
      { word: 'kill_switch_on', value: 'on', said: 'kill_switch', on: false },
    ];
    const { rows, state } = await read('state', words, 'x.name, x.kind, x."on"', SAID['state']);
    expect(Object.fromEntries(rows.map(({ name, kind, on }) => [name, [kind, on]]))).toEqual({
      halt_flag: ['trading', null],
      trading_halted: ['trading', false],
      kill_switch: ['other', null],
      ks: ['kill_switch', true],
      kill_switch_on: ['kill_switch', false],
    });
    expect(state.unread).toEqual([{ column: 'on', word: 'halt_flag=true', rows: 1 }]);
  });

  test('of a limit: the scopes, with their other names', async () => {
    const words = ['bot', 'GLOBAL', '', 'symbol', 'moon'].map((said, index) => ({
      word: `l${String(index)}`,
      said,
    }));
    const { rows, state } = await read('limit', words, 'x.name, x.scope', ', said as scope');
    expect(rows.map(({ scope }) => scope)).toEqual(['bot', 'bot', 'bot', 'symbol', 'unknown']);
    expect(state.unknownSpellings).toEqual([{ column: 'scope', value: 'moon', rows: 1 }]);
  });
});

describe('words that nothing reads', () => {
  test('are listed by count, bounded, cut, and of the window only', async () => {
    const many = Array.from({ length: 80 }, (_, index) => ({ word: `w${String(index).padStart(3, '0')}` }));
    const words = [
      ...many,
      ...Array.from({ length: 3 }, () => ({ word: 'frequent' })),
      { word: `long ${'x'.repeat(300)}`, at: '2026-11-20 02:00Z' },
      { word: 'long_ago', at: '2026-11-19 02:00Z' },
      { word: 'position_opened' },
    ];
    const { state } = await read('event', words, 'x.type');
    expect(state.unread).toHaveLength(50);
    expect(state.unread?.slice(0, 2)).toEqual([
      { column: 'kind', word: 'frequent', rows: 3 },
      { column: 'kind', word: `long ${'x'.repeat(95)}`, rows: 1 },
    ]);
    expect(JSON.stringify(state.unread)).not.toContain('long_ago');
  });

  test('of states: the last row of each name, however old, and those of the window', async () => {
    const words = [
      { word: 'kill_switch', value: 'armed', at: '2026-10-01 00:00Z' },
      { word: 'old_flag', value: 'a', at: '2026-10-01 00:00Z' },
      { word: 'old_flag', value: 'b', at: '2026-10-02 00:00Z' },
      { word: 'circuit_breaker', value: 'weird', at: '2026-11-20 01:00Z' },
      { word: 'circuit_breaker', value: 'closed', at: '2026-11-20 02:00Z' },
      { word: 'circuit_breaker', value: 'odd', at: '2026-11-20 09:00Z' },
    ];
    const { state } = await read('state', words, 'x.name');
    expect(state.unread).toEqual([
      { column: 'kind', word: 'old_flag', rows: 1 },
      { column: 'on', word: 'circuit_breaker=weird', rows: 1 },
      { column: 'on', word: 'kill_switch=armed', rows: 1 },
    ]);
  });

  test('are scrubbed, and absent where an entity has no words', async () => {
    const { state } = await read('event', [{ word: 'token=abcdefghijklmnop' }], 'x.type');
    expect(state.unread).toEqual([{ column: 'kind', word: 'token=[secret]', rows: 1 }]);
    const { state: none } = await read('total', [{ word: 'x' }], 'x.name');
    expect(none.unread).toBeUndefined();
  });
});

test('the statement of a finding runs with readings that stand in no row', async () => {
  const { state } = await read('event', [{ word: 'adl_close' }, { word: 'other_word' }], 'x.type, x.kind');
  const see = runnable(
    { language: 'sql', text: `select type, kind from event where kind = 'adl'` },
    [state],
    'probe',
  );
  expect(await bot.run(see.text)).toEqual([{ type: 'adl_close', kind: 'adl' }]);
  const shown = runnable(
    { language: 'sql', text: 'select type, kind from event order by type' },
    [state],
    'probe',
  );
  expect(await bot.run(shown.text)).toEqual([
    { type: 'adl_close', kind: 'adl' },
    { type: 'other_word', kind: null },
  ]);
});
