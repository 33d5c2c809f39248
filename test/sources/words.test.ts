import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../audit/call-spellings.ts';
import { CONTRACT, columnsOf, type EntityName } from '../../audit/contract.ts';
import { REJECT_CODES, WORDS } from '../../audit/spellings.ts';
import { SWITCH_SPELLINGS } from '../../audit/switch-spellings.ts';
import { isKindType, READ_BY, WORD_KINDS } from '../../audit/word-kinds.ts';
import { withoutSeparators } from '../../sources/database/word-reading.ts';
import { read, readings } from './words-support.ts';

describe('each spelling of the table is read as its kind, by PostgreSQL', () => {
  test.each([
    ['event', 'kind', 'event_kind'],
    ['heartbeat', 'kind', 'heartbeat_kind'],
    ['position', 'exit_kind', 'exit_kind'],
    ['limit', 'kind', 'limit_kind'],
    ['api_call', 'operation_kind', 'operation_kind'],
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

  type Codes = Readonly<Record<string, Readonly<Partial<Record<string, readonly string[]>>>>>;
  test.each<['order' | 'api_call', 'reject_class' | 'error_kind', Codes]>([
    ['order', 'reject_class', REJECT_CODES],
    ['api_call', 'error_kind', ERROR_CODES],
  ])('%s.%s, by the numbers of each exchange and by the words of the answer', async (...of) => {
    const [entity, column, numbers] = of;
    const codes = Object.entries(numbers).flatMap(([exchange, kinds]) =>
      Object.entries(kinds).flatMap(([kind, list = []]) =>
        list.map((code) => [`${exchange} ${code}`, kind] as const),
      ),
    );
    expect(
      await readings(
        entity,
        column,
        codes.map(([word]) => word),
      ),
    ).toEqual(codes.map(([, kind]) => kind));
    const texts = Object.entries(WORDS[column]).flatMap(([kind, list]) =>
      list.map((text) => [text, kind] as const),
    );
    const words = texts.map(([value]) => ({ word: 'okx ', value }));
    expect(await readings(entity, column, words)).toEqual(texts.map(([, kind]) => kind));
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
  for (const words of [
    ...Object.values(WORDS),
    ...Object.values(REJECT_CODES),
    ...Object.values(ERROR_CODES),
  ]) {
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
