import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { columnsOf } from '../../audit/contract.ts';
import { mappableEntities, readMapping } from '../../sources/database/mapping.ts';
import { loadEvidence } from '../../sources/collect.ts';
import { auditWindow, createBench, fillBench, type Bench, type FilledBench } from '../support/audit.ts';
import { readBot } from '../support/real-data.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { statementErrors } from '../support/statements.ts';
import {
  broken,
  bundleOf,
  permuted,
  renamed,
  reportOf,
  scaled,
  shiftedByDays,
  together,
} from './metamorphic.ts';

const PATIENCE_MS = 600_000;
const NOW = '2026-11-20T08:10:00Z';
let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

describe('every statement of a report runs in the database it was made from, with the mapping it is printed for', () => {
  let filled: FilledBench;
  beforeAll(async () => {
    filled = await fillBench(bench, NOW);
  }, PATIENCE_MS);

  const audited = async (mappingFolder?: string) => {
    const [, , window] = filled.shifts;
    if (!window) throw new Error('the demo has three shifts');
    const bot = mappingFolder === undefined ? filled.bot : { ...filled.bot, mappingFolder };
    return auditWindow(bench, { ...filled, bot, window });
  };
  const readerUrl = (): string => filled.bot.databaseUrl ?? '';

  test('the native mapping; and with other rows, times, names and prices it says what it then must', async () => {
    const { report, ...rest } = await audited();
    expect(await statementErrors(bench, { report, ...rest }, readerUrl())).toEqual([]);
    const bundle = bundleOf(await loadEvidence(bench.artifacts, rest.evidenceHash));
    const relation = together([permuted(1), scaled(3), shiftedByDays(40), renamed(bundle)]);
    expect(broken(report, reportOf(relation.change(bundle)), relation)).toEqual([]);
  });

  test.each([
    ['only the columns that an entity cannot be without', () => true],
    ['no events, alerts, orders and prices', (entity: string) => !/event|alert|order|price/.test(entity)],
  ])('%s', async (name, isThere) => {
    const folder = await bareMapping(name.includes('columns'), isThere);
    const report = await audited(folder);
    expect(report.report.findings.length).toBeGreaterThan(0);
    expect(await statementErrors(bench, report, readerUrl())).toEqual([]);
  });

  test('of a report that is limited to symbols: they read the rows of these and of no other', async () => {
    const whole = await audited();
    const symbols = whole.report.findings
      .filter(({ rule }) => rule === 'SL-01' || rule === 'SL-05')
      .flatMap(({ occurrences }) => occurrences.map(({ subject }) => subject.split(' ')[0] ?? subject))
      .slice(0, 1);
    const [, , window] = filled.shifts;
    if (!window) throw new Error('the demo has three shifts');
    const scope = { symbols };
    const limited = await auditWindow(bench, { ...filled, window, scope });
    expect(await statementErrors(bench, limited, readerUrl())).toEqual([]);
    const statements = limited.report.findings.flatMap(({ see }) =>
      see.language === 'sql' ? [see.text] : [],
    );
    expect(statements.length).toBeGreaterThan(0);
    const [symbol = ''] = symbols;
    for (const text of statements) expect(text).toContain(`in (upper(translate(split_part('${symbol}',`);
  });

  async function bareMapping(isBare: boolean, isThere: (entity: string) => boolean): Promise<string> {
    const native = await readMapping('native');
    const folder = join(scratchDirectory('bare'), 'native');
    mkdirSync(folder, { recursive: true });
    for (const entity of mappableEntities().filter(isThere)) {
      const select = native.selects.get(entity) ?? '';
      const required = columnsOf(entity).flatMap(({ name, required: must }) => (must ? [`m."${name}"`] : []));
      const sql = isBare ? `select ${required.join(', ')} from (\n${select}\n) as m` : select;
      writeFileSync(join(folder, `${entity}.sql`), sql);
    }
    return folder;
  }
});

/** What the dump of a real bot of this schema has been seen to hold, in small and of our own making. */
const TRADING_BOT = `create schema monitoring;
  create table monitoring.positions (id bigint, trade_id bigint, symbol varchar(20), exchange varchar(20), side varchar(10),
    quantity numeric(20,8), entry_price numeric(20,8), current_price numeric(20,8), pnl numeric(20,8), has_stop_loss boolean,
    stop_loss_price numeric(20,8), stop_loss numeric(20,8), take_profit_price numeric(20,8), take_profit numeric(20,8),
    has_trailing_stop boolean, trailing_activated boolean, status varchar(20), opened_at timestamptz, closed_at timestamptz,
    updated_at timestamptz, leverage numeric(10,2), exit_reason varchar(50), unrealized_pnl numeric);
  insert into monitoring.positions
    select n, null, 'S' || n % 7 || 'USDT', case when n % 3 = 0 then 'bybit' else 'binance' end, case when n % 2 = 0 then 'buy' else 'short' end,
      2, 10, 11, 0, n % 4 > 0, case when n % 5 = 0 then 12 else 9.5 end, null, null, null, false, false,
      case when n < 40 then 'closed' when n = 77 then 'odd' else 'active' end, timestamptz '2026-11-19 12:00Z' + n * interval '12 minutes', null,
      timestamptz '2026-11-20 02:00Z' + n * interval '2 minutes', 10, case when n < 20 then 'PHANTOM_AGED' end, 1
    from generate_series(1, 80) n;
  create table monitoring.trades (id bigint, signal_id bigint, symbol varchar(20), exchange varchar(20), side varchar(10), quantity numeric(20,8),
    executed_qty numeric(20,8), price numeric(20,8), status varchar(20), order_id varchar(100), error_message text, created_at timestamptz);
  insert into monitoring.trades
    select n, n, 'S' || n % 7 || 'USDT', 'binance', 'buy', 2, 2, 10, 'FILLED', 'x' || n, null, timestamptz '2026-11-19 12:00Z' + n * interval '12 minutes'
    from generate_series(1, 60) n;
  create table monitoring.protection_events (id bigint, position_id bigint, symbol varchar(20), exchange varchar(20), event_type varchar(50),
    protection_type varchar(20), price_level numeric, activation_price numeric, callback_rate numeric, success boolean, error_message text, created_at timestamptz);
  insert into monitoring.protection_events
    select n, n, 'S1USDT', 'binance', 'stop_loss_failed', 'sl', 1, 1, 1, false, 'refused', timestamptz '2026-11-20 03:00Z' + n * interval '1 second'
    from generate_series(1, 40) n;
  create table monitoring.system_health (id bigint, service_name varchar(50), status varchar(20), created_at timestamptz);
  insert into monitoring.system_health
    select n, 'main_trader', 'DEGRADED', timestamptz '2026-11-19 12:00Z' + n * interval '61 seconds' from generate_series(1, 1000) n;
  create table monitoring.daily_stats (date date, total_trades int, successful_trades int, failed_trades int, total_volume_usd numeric(20,2),
    total_pnl_usd numeric(20,2), positions_opened int, positions_closed int, binance_trades int, bybit_trades int);
  insert into monitoring.daily_stats values ('2026-11-19', 90, 90, 1, 0, 0, 0, 0, 1, null)`;

test(
  'the mapping of a bot that has positions, entries and health rows only',
  async () => {
    const own = await createBench();
    try {
      const admin = new pg.Client({ connectionString: own.botUrl });
      await admin.connect();
      await admin.query(TRADING_BOT);
      await admin.end();
      const lines = `    mapping: trading-bot
    environment: testnet
    database: \${REAL_DATABASE_URL}
    exchanges: [binance, bybit]
    sources: { database: required, snapshots: none }
    allowWritableRole: true
`;
      const read = await readBot(own, lines, own.botUrl);
      const [early, late] = [
        { from: '2026-11-19T16:00:00.000Z', to: '2026-11-20T00:00:00.000Z' },
        { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
      ];
      for (const window of [early, late]) {
        const audited = await auditWindow(own, { ...read, window, now: '2026-11-21T00:00:00Z' });
        const rules = audited.report.findings.map(({ rule }) => rule);
        expect(rules).toContain('NA-05');
        expect(await statementErrors(own, audited, own.botUrl)).toEqual([]);
      }
    } finally {
      await own.close();
    }
  },
  PATIENCE_MS,
);
