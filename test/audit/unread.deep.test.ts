import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lyingDatabase, said, shift, type LyingDatabase } from './lying-database.ts';

let lies: LyingDatabase;
let reader: string;

beforeAll(async () => {
  lies = await lyingDatabase();
  reader = new URL(lies.filled.bot.databaseUrl ?? '').username;
  expect(lies.clean.report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
});
afterAll(async () => {
  await lies.close();
});

/** What would end FAIL if it were read. */
const LIQUIDATED = `insert into bot.events (at, type, id, severity, exchange)
  values ('2026-11-20 03:00Z', 'liquidation', 'zz1', 'CRITICAL', 'binance')`;
const HALTED = `insert into bot.states (at, name, value) values ('2026-11-20 07:59:30Z', 'kill_switch', 'on')`;

const TABLES = [
  'positions',
  'orders',
  'fills',
  'funding',
  'balances',
  'transfers',
  'events',
  'stop_changes',
  'heartbeats',
  'limits',
  'states',
  'prices',
  'alerts',
  'totals',
] as const;
/** No gate rests on any of them. */
const JOURNALS = [
  'decisions',
  'executions',
  'stream_events',
  'ingestion_runs',
  'trailing_updates',
  'api_calls',
  'signals',
  'watch_list',
  'instruments',
];

describe('what the mapping serves and nobody could read', () => {
  test.each(TABLES)('%s denied', async (table) => {
    const report = await lies.audited([
      `revoke select on bot.${table} from "${reader}"`,
      ...(table === 'events' ? [] : [LIQUIDATED]),
    ]);
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(said(report)).toContain(`permission denied for table ${table}; GRANT SELECT`);
  });

  test('journals denied', async () => {
    const report = await lies.audited(
      JOURNALS.map((table) => `revoke select on bot.${table} from "${reader}"`),
    );
    expect(report.judgement.verdict).not.toBe('PASS');
    for (const table of JOURNALS)
      expect(said(report)).toContain(`permission denied for table ${table}; GRANT SELECT`);
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      'hidden by row-level security',
      [LIQUIDATED, 'alter table bot.events enable row level security'],
      /row-level security.*BYPASSRLS/,
    ],
    [
      'hidden in part by a policy',
      [
        HALTED,
        'alter table bot.states enable row level security',
        `create policy visible on bot.states for select using (name <> 'kill_switch')`,
      ],
      /row-level security.*BYPASSRLS/,
    ],
    ['dropped', [LIQUIDATED, 'drop table bot.alerts cascade'], /Not read: alert/],
    [
      'with a renamed column',
      [LIQUIDATED, 'alter table bot.events rename severity to level'],
      /Not read: event/,
    ],
    [
      'with a retyped column',
      ['alter table bot.totals alter value type text'],
      /Not read: total\..*column value is text|Not read: total/,
    ],
    [
      'with a retyped optional column',
      ['alter table bot.orders alter trigger_price type text'],
      /Not read: order\.trigger_price/,
    ],
  ])('%s', async (_name, damage, reason) => {
    const report = await lies.audited(damage);
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(said(report)).toMatch(reason);
  });
});

describe('an entity that a gate rests on', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['never had an event', ['delete from bot.events'], /Not read: event\. No row/],
    ['never had a state', ['delete from bot.states'], /states of the bot were not read|Not read: state/],
    [
      'has states of no switch',
      [
        `delete from bot.states where name <> 'kill_switch'`,
        `update bot.states set name = 'cache_age', value = '3'`,
      ],
      /no state of a kill switch/,
    ],
    [
      'has a switch without a value',
      [`alter table bot.states alter value drop not null`, `update bot.states set value = null`],
      /the state kill_switch was written without a value at/i,
    ],
    [
      'has no event since an hour',
      [`delete from bot.events where at > '2026-11-20 07:00Z'`],
      /No row of event since 2026-11-20 0[67]/,
    ],
    [
      'has no state since half a day',
      [
        `delete from bot.states where at > '2026-11-19 20:00Z'`,
        `insert into bot.states (at, name, value) select g, 'kill_switch', 'off'
         from generate_series('2026-11-19 00:00:30Z'::timestamptz, '2026-11-19 20:00Z', '10 minutes') g`,
      ],
      /No row of state since/,
    ],
    [
      'has no state in the window, and one an hour before it',
      [`delete from bot.states where at >= '2026-11-20 00:00Z'`],
      /No row of state since/,
    ],
    [
      'has events without a time',
      ['alter table bot.events alter at drop not null', 'update bot.events set at = null'],
      /Not read: event\. Not one of its rows has a usable time/,
    ],
    ['never had funding', ['delete from bot.funding'], /Not read: funding\. No row/],
  ])('%s', async (_name, damage, reason) => {
    const report = await lies.audited(damage);
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(said(report)).toMatch(reason);
  });

  test('is out of the verdict’s scope where the bot says that it has none', async () => {
    const report = await lies.audited(['delete from bot.states'], { facts: { without: ['state'] } });
    expect(report.judgement).toMatchObject({ verdict: 'PASS' });
    expect(JSON.stringify(report.front.scope)).toContain('the bot has no state');
  });
});

describe('a severity that is lost is never harmless', () => {
  const event = (type: string, severity: string): string =>
    `insert into bot.events (at, type, id, severity) values ('2026-11-20 03:00Z', ${type}, 'zz1', ${severity})`;
  const FREE = ['alter table bot.events alter severity drop not null, alter type drop not null'];
  const alert = (severity: string): string =>
    `insert into bot.alerts (at, severity, text, symbol, channel, delivered)
     values ('2026-11-20 03:00Z', ${severity}, 'Position without stop', 'BTCUSDT', 'telegram', false)`;
  test.each<[string, string]>([
    ['NULL', event(`'engine_melted'`, 'null')],
    ['crit', event(`'engine_melted'`, `'crit'`)],
    ['of an error', event(`'fatal_error'`, `'Kritisch'`)],
    ['of an alert', alert(`'panic'`)],
    ['of an alert, as a number', alert(`' 5 '`)],
    ['panic', event(`'engine_melted'`, `'panic'`)],
    ['5', event(`'engine_melted'`, `'5'`)],
    ['of an event without a type', event('null', `'INFO'`)],
    ['of an event without both', event('null', 'null')],
  ])('%s', async (_name, insert) => {
    const report = await lies.audited([...FREE, insert]);
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(said(report)).toMatch(/engine_melted|fatal_error|no type|alert\.severity/);
  });
});

test.each([
  ['all', `update bot.positions set status = 'zamknięta'`],
  [
    'one',
    `update bot.positions set status = ' ' where id in (select id from bot.positions
     where opened_at between '2026-11-20 02:00Z' and '2026-11-20 06:00Z' limit 1)`,
  ],
])('a status of positions that nothing reads, of %s', async (_name, damage) => {
  const report = await lies.audited([damage]);
  expect(report.judgement.verdict).not.toBe('PASS');
  expect(said(report)).toMatch(/HIGH DQ-01[^]*Not read: position\.status/);
});

test('the clean window of another shift rests on all that it read', async () => {
  const report = await lies.audited(['select 1'], { window: shift(lies.filled, 1) });
  expect(report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
  expect(JSON.stringify(report.front.scope)).not.toContain('has no');
});
