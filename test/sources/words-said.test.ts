import { describe, expect, test } from '@jest/globals';
import { runnable } from '../../audit/finding-query.ts';
import { SAID, read, bot } from './words-support.ts';

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
