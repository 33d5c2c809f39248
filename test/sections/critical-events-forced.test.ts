import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { forcedWord, forcedWordSql } from '../../sections/shared/words/forced-words.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { at, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { position } from './trading-rows.ts';

const WORDS: readonly (readonly [string, ReturnType<typeof forcedWord>])[] = [
  ['liquidation', 'liquidation'],
  ['liquidated_by_exchange', 'liquidation'],
  ['liquidation_order', 'liquidation'],
  ['emergency_liquidation_detected', 'liquidation'],
  ['POSITION-LIQUIDATED', 'liquidation'],
  ['ForceLiquidation', 'liquidation'],
  ['Position liquidated: margin exhausted', 'liquidation'],
  ['liquidation: margin call', 'liquidation'],
  ['trade liquidated by exchange', 'liquidation'],
  ['liquidation_price_hit', 'liquidation'],
  ['LIQ', 'liquidation'],
  ['bankrupt', 'liquidation'],
  ['auto_deleverage', 'adl'],
  ['AutoDeleveraging', 'adl'],
  ['ADL_CLOSE', 'adl'],
  ['margin_call', 'margin-call'],
  ['MarginCall', 'margin-call'],
  ['liquidation_price_updated', null],
  ['liquidation_price', null],
  ['bankruptcy_price', null],
  ['liquidation_buffer_ok', null],
  ['liquidation_check', null],
  ['check_liquidation', null],
  ['near_liquidation', null],
  ['distance_to_liquidation', null],
  ['not_liquidated', null],
  ['adl_rank', null],
  ['margin_call_cleared', null],
  ['low_liq', null],
  ['trade_bust', null],
  ['liquidity_taken', null],
  ['headline', null],
  ['stop_loss', null],
];

describe('words of liquidation and ADL', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase({ name: 'forced' });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  test.each(WORDS)('%s is %s', (word, kind) => {
    expect(forcedWord(word)).toBe(kind);
  });

  test('the database judges them as the audit does', async () => {
    const { rows } = await client.query<{ word: string }>(
      `select word from unnest($1::text[]) with ordinality w(word, n)
       cross join lateral (select regexp_replace(lower(word), '[^a-z0-9]+', '_', 'g') as type) t
       where ${forcedWordSql('t.type')} order by n`,
      [WORDS.map(([word]) => word)],
    );
    expect(rows.map(({ word }) => word)).toEqual(WORDS.flatMap(([word, kind]) => (kind ? [word] : [])));
  });
});

const event = (type: string, time: string, over: object = {}) => ({
  type,
  exchange: 'binance',
  symbol: 'BTCUSDT',
  position_id: 'P1',
  first_at: at(time),
  last_at: at(time),
  events: 1,
  id: 'E1',
  order_id: null,
  message: null,
  ...over,
});
const alert = (time: string) => ({ at: at(time), severity: 'CRITICAL', text: 'x', symbol: null });
const run = (rows: NonNullable<Evidence['rows']>) => evaluate(criticalEvents, { rows });

describe('CE-02 under another word', () => {
  test('the exit reason alone is a liquidation, also where only the last update tells the time', () => {
    const taken = position('P1', { closed_at: at('03:00'), exit_reason: 'liquidated_by_exchange' });
    expect(findingsOf(run({ positions: [taken] }), 'CE-02')).toMatchObject([{ severity: 'CRITICAL' }]);
    const untimed = { ...taken, closed_at: null, status: 'closed', updated_at: at('03:00') };
    expect(findingsOf(run({ positions: [untimed] }), 'CE-02')).toMatchObject([{ severity: 'CRITICAL' }]);
  });

  test('several words for one position are one liquidation and one deleveraging', () => {
    const result = run({
      'critical-events': [
        event('auto_deleverage', '02:00'),
        event('liquidation_order', '02:01'),
        event('adl_close', '02:02'),
        event('emergency_liquidation_detected', '02:03'),
        event('margin_call', '02:04'),
      ],
      positions: [position('P1', { closed_at: at('02:05'), exit_reason: 'liquidated_by_exchange' })],
      alerts: ['02:00', '02:01', '02:02', '02:03', '02:04'].map(alert),
    });
    expect(findingsOf(result, 'CE-02').map(({ severity, frequency }) => [severity, frequency])).toEqual([
      ['HIGH', 1],
      ['CRITICAL', 1],
    ]);
    expect(valueOf(result, 'critical_types_unknown')).toBe(0);
  });

  test('a severe event of a type that nobody knows is counted and named', () => {
    const result = run({
      'critical-events': [event('collateral_seized', '02:00', { events: 3 }), event('sl_missing', '03:00')],
      alerts: [alert('02:00'), alert('03:00')],
    });
    expect(valueOf(result, 'critical_types_unknown')).toBe(1);
    expect(JSON.stringify(result.parts)).toContain('collateral_seized (3)');
  });
});
