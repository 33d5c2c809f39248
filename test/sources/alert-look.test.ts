import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALERT_THRESHOLDS } from '../../audit/alerts/thresholds.ts';
import { lookAtBot, type BotLook } from '../../sources/alerts/look.ts';
import { botDatabase, botOf, mappingFolderOf, refilledMeanwhile, type BotDatabase } from './support.ts';

const at = '2026-11-20T10:00:00.000Z';
let bot: BotDatabase;

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.positions (id int, symbol text, exchange text, side text, quantity numeric, entry_price numeric, status text,
      opened_at timestamptz, closed_at timestamptz, realized_pnl numeric);
    insert into bot.positions values
      (1, 'A', 'Binance', 'buy', 1, 1, 'open', '2026-11-20 00:00Z', null, null),
      (2, 'B', 'binance', 'buy', 1, 1, 'open', '2026-11-20 09:58:00Z', null, null),
      (3, 'C', 'bybit', 'sell', 1, 1, 'open', '2026-11-20 09:59:30Z', null, null),
      (4, 'D', 'bybit', 'sell', 1, 1, 'closed', '2026-11-20 09:00Z', '2026-11-20 09:30:00Z', -12.5);
    create table bot.orders (id int, position_id int, symbol text, side text, type text, status text, quantity numeric,
      created_at timestamptz, cancelled_at timestamptz, reject_class text);
    insert into bot.orders values
      (1, 1, 'A', 'sell', 'stop_market', 'cancelled', 1, '2026-11-20 00:00Z', '2026-11-20 09:59:59Z', null),
      (2, 2, 'B', 'sell', 'stop_market', 'rejected', 1, '2026-11-20 09:58:01Z', null, 'balance');
    create table bot.beats (at timestamptz, service text, kind text);
    insert into bot.beats values ('2026-11-20 09:59Z', 'loop', 'well'), ('2026-11-20 09:30Z', 'prices', 'well'),
      ('2026-11-20 09:59:30Z', 'prices', 'failing');
    create table bot.states (at timestamptz, name text, value text, kind text, "on" boolean);
    insert into bot.states values ('2026-11-01 00:00Z', 'kill_switch', 'on', 'kill_switch', true),
      ('2026-11-20 09:57Z', 'breaker', 'open', 'circuit_breaker', true), ('2026-11-20 09:00Z', 'breaker', 'closed', 'circuit_breaker', false);
    create table bot.decisions (id int, at timestamptz, symbol text, decision text, status text, strategy text);
    insert into bot.decisions select i, '2026-11-20 08:00Z', 'A', 'open', case when i <= 6 then 'pending' when i <= 10 then 'failed' else 'executed' end, 'trend'
      from generate_series(1, 18) as i;
    create table bot.calls (at timestamptz, operation text, outcome text, http_status int);
    insert into bot.calls select '2026-11-20 09:30Z', 'create_order', 'error', 429 from generate_series(1, 6)`);
});
afterAll(() => bot.drop());

const SELECTS = {
  position: 'select * from bot.positions',
  order: 'select * from bot.orders',
  heartbeat: 'select * from bot.beats',
  state: 'select * from bot.states',
  decision: 'select * from bot.decisions',
  api_call: 'select * from bot.calls',
};

async function look(selects: Readonly<Record<string, string>>): Promise<BotLook> {
  const mapping = await mappingFolderOf(selects);
  return lookAtBot({ bot: botOf({ mapping, databaseUrl: bot.readerUrl }), at, limits: ALERT_THRESHOLDS });
}

test('one look asks every rule of what the mapping gives, and names what nobody watches', async () => {
  const { answers, metrics } = await look(SELECTS);
  const told = answers.map(({ rule, state, reason, crossings }) => [
    rule,
    state === 'watched' ? crossings.map(({ subject }) => subject).join(', ') : `${state}: ${reason ?? ''}`,
  ]);
  expect(Object.fromEntries(told)).toEqual({
    'heartbeat-gap': '',
    'service-silent': 'prices',
    'global-blocker': 'kill_switch',
    // Position 1 lost its stop a second ago, position 3 is young: both may be at work on it.
    'unprotected-position': 'position 2',
    'stuck-decisions': 'decisions',
    'failure-rate': 'decisions',
    'api-errors': 'calls',
    'strategy-success': '',
    'zero-ingestion': 'unwatched: no ingestion_run in the mapping',
    'notifications-blocked': 'unwatched: no alert in the mapping',
    storage: '',
  });
  expect(metrics.flatMap(({ name, rows }) => rows.map((row) => ({ name, ...row })))).toEqual([
    { name: 'kill_switch', label: 'kill_switch', value: 1 },
    { name: 'circuit_breaker_open', label: 'breaker', value: 1 },
    { name: 'circuit_breaker_trips', label: 'breaker', value: 1 },
    { name: 'positions', label: 'binance', value: 2 },
    { name: 'positions', label: 'bybit', value: 1 },
    { name: 'positions_unprotected', label: 'binance', value: 2 },
    { name: 'positions_unprotected', label: 'bybit', value: 1 },
    { name: 'daily_pnl', label: null, value: -12.5 },
    { name: 'orders_rejected', label: 'balance', value: 1 },
  ]);
});

test('a SELECT that does not run makes its rules unknown, never quiet, and never less strict', async () => {
  const { answers } = await look({
    ...SELECTS,
    order: 'select * from bot.no_such_table',
    heartbeat: 'select now() as at',
  });
  const states = Object.fromEntries(answers.map(({ rule, state, reason }) => [rule, [state, reason]]));
  expect(states['unprotected-position']).toEqual([
    'unknown',
    expect.stringContaining('order.sql does not run'),
  ]);
  expect(states['heartbeat-gap']).toEqual(['unknown', expect.stringContaining('no column service')]);
  expect(states['stuck-decisions']).toEqual(['watched', null]);
});

test('a table that is emptied and refilled under a look looks empty, and the look says nothing', async () => {
  const asked = {
    bot: botOf({ mapping: await mappingFolderOf(SELECTS), databaseUrl: bot.readerUrl }),
    at,
    limits: ALERT_THRESHOLDS,
    timeouts: { statementMs: 60_000, lockMs: 60_000, connectMs: 5_000 },
  };
  await expect(refilledMeanwhile(bot, 'bot.positions', () => lookAtBot(asked))).rejects.toMatchObject({
    name: 'SourceLost',
    message: expect.stringContaining('was changed while it was read: bot.positions was emptied') as unknown,
  });
});
