import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Evidence, QueryRun } from '../../audit/evidence.ts';
import type { Query } from '../../audit/query.ts';
import { collectEvidence } from '../../sources/collect.ts';
import { asking, botDatabase, botOf, freshStore, queryOf, type BotDatabase } from './support.ts';

const ENTITIES = ['position', 'fill', 'event', 'heartbeat', 'total'] as const;
const queries = ENTITIES.map((entity) =>
  queryOf(`select x.* from @${entity} x order by 1, 2, 3`, { id: entity, entities: [entity] }),
);

let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.drop());

interface Read {
  readonly evidence: Evidence;
  rows(id: string): readonly Record<string, unknown>[];
}

async function read(
  url: string,
  window: { from: string; to: string },
  asked: readonly Query[] = queries,
): Promise<Read> {
  const { evidence, blobs } = await collectEvidence({
    bot: botOf({ mapping: 'trading-bot', databaseUrl: url, allowWritableRole: true }),
    kind: 'production',
    window,
    sections: [asking(...asked)],
    entryIds: [],
    policy: {},
    history: [],
    now: '2026-11-21T00:00:00.000Z',
    storePool: store.pool,
  });
  const run = (id: string): QueryRun | undefined => evidence.queries.find((query) => query.id === id);
  return {
    evidence,
    rows: (id) =>
      (blobs.get(run(id)?.rows ?? '') ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('rows as such a bot writes them', () => {
  let bot: BotDatabase;

  beforeAll(async () => {
    bot = await botDatabase(`create schema monitoring;
      create table monitoring.positions (id bigint, trade_id bigint, symbol varchar(20), exchange varchar(20), side varchar(10),
        quantity numeric(20,8), entry_price numeric(20,8), current_price numeric(20,8), pnl numeric(20,8), has_stop_loss boolean,
        stop_loss_price numeric(20,8), stop_loss numeric(20,8), take_profit_price numeric(20,8), take_profit numeric(20,8),
        has_trailing_stop boolean, trailing_activated boolean, status varchar(20), opened_at timestamptz, closed_at timestamptz,
        updated_at timestamptz, leverage numeric(10,2), exit_reason varchar(50), unrealized_pnl numeric);
      insert into monitoring.positions values
        (1, null, 'AUSDT', 'Binance', 'buy', 2, 10, 11, null, true, null, 9.8, null, null, true, false, 'active', '2026-11-20 01:00Z', null, '2026-11-20 07:59Z', 10, null, 2),
        (2, null, 'BUSDT', 'bybit', 'short', 2, 10, null, 0, true, 10.2, null, null, null, true, false, 'closed', '2026-11-20 01:00Z', '2026-11-20 02:00Z', '2026-11-20 02:00Z', 1, 'PHANTOM_AGED', 1.5);
      create table monitoring.trades (id bigint, signal_id bigint, symbol varchar(20), exchange varchar(20), side varchar(10), quantity numeric(20,8),
        executed_qty numeric(20,8), price numeric(20,8), status varchar(20), order_id varchar(100), error_message text, created_at timestamptz);
      insert into monitoring.trades values
        (1, 7, 'AUSDT', 'Binance', 'buy', 2, 2, 10, 'FILLED', 'x1', null, '2026-11-20 01:00Z'),
        (2, 8, 'CUSDT', 'binance', 'buy', 2, 0, null, 'FAILED', null, 'margin', '2026-11-20 01:30Z');
      create table monitoring.protection_events (id bigint, position_id bigint, symbol varchar(20), exchange varchar(20), event_type varchar(50),
        protection_type varchar(20), price_level numeric, activation_price numeric, callback_rate numeric, success boolean, error_message text, created_at timestamptz);
      create table monitoring.system_health (id bigint, service_name varchar(50), status varchar(20), created_at timestamptz);
      insert into monitoring.system_health values (1, 'main_trader', 'DEGRADED', '2026-11-20 05:00Z');
      create table monitoring.daily_stats (date date, total_trades int, successful_trades int, failed_trades int, total_volume_usd numeric(20,2),
        total_pnl_usd numeric(20,2), positions_opened int, positions_closed int, binance_trades int, bybit_trades int);
      insert into monitoring.daily_stats values ('2026-11-20', 2, 1, 1, 0, 0, 0, 0, 1, null)`);
  });
  afterAll(() => bot.drop());

  test('are read as what they are and not as more', async () => {
    const { evidence, rows } = await read(bot.adminUrl, {
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-20T08:00:00.000Z',
    });
    expect(evidence.entities.filter(({ status }) => status === 'ok').map(({ entity }) => entity)).toEqual([
      ...ENTITIES,
    ]);
    expect(evidence.entities.flatMap(({ wrongTypes }) => wrongTypes)).toEqual([]);
    expect(rows('position')).toMatchObject([
      {
        id: '1',
        exchange: 'binance',
        side: 'long',
        status: 'open',
        realized_pnl: null,
        stop_loss_price: '9.80000000',
        exit_price: null,
      },
      {
        id: '2',
        exchange: 'bybit',
        side: 'short',
        status: 'closed',
        realized_pnl: '0.00000000',
        unrealized_pnl: '1.5',
        fees: null,
      },
    ]);
    expect(rows('fill')).toMatchObject([
      { order_id: 'x1', quantity: '2.00000000', position_id: null, fee: null },
    ]);
    expect(evidence.queries.find(({ id }) => id === 'event')).toMatchObject({
      status: 'skipped',
      reason: 'no_data',
    });
    expect(rows('heartbeat')).toMatchObject([{ service: 'main_trader', status: 'DEGRADED' }]);
    expect(rows('total').map(({ name, value }) => [name, value])).toContainEqual(['trades', '2']);
    expect(rows('total').map(({ name }) => name)).not.toContain('trades_bybit');
  });
});

const DUMP = resolve(import.meta.dirname, '../../../shared/real/backup_monitoring_20251009.sql');

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The real dump lies beside the clone on the machines of the project only; elsewhere this is skipped, and says so. */
test('the real dump: what the mapping returns is what the tables hold', async () => {
  if (!existsSync(DUMP) || !hasPsql()) {
    process.stderr.write(
      'trading-bot: the real dump or psql is not here, so the mapping is not tried on it\n',
    );
    return;
  }
  const bot = await botDatabase('select 1');
  try {
    // Its owner role and two relations of other schemas are missing; the tables load without them.
    execFileSync('psql', ['-q', '-d', bot.adminUrl, '-f', DUMP], { stdio: 'ignore' });
    const window = { from: '2025-10-09T08:13:00.000Z', to: '2025-10-09T16:13:00.000Z' };
    const { evidence, rows } = await read(bot.adminUrl, window);
    const [counted] =
      await bot.run(`select count(*)::int as positions, count(*) filter (where status = 'active')::int as open,
        count(*) filter (where closed_at >= '${window.from}' and closed_at < '${window.to}')::int as closed,
        (select count(*)::int from monitoring.trades) as trades, (select count(*)::int from monitoring.system_health) as beats
      from monitoring.positions`);
    const inWindow = (time: unknown): boolean =>
      typeof time === 'string' && time >= window.from && time < window.to;
    expect({
      positions: rows('position').length,
      open: rows('position').filter(({ status }) => status === 'open').length,
      closed: rows('position').filter(({ closed_at: at }) => inWindow(at)).length,
      trades: rows('fill').length,
      beats: rows('heartbeat').length,
    }).toEqual(counted);
    expect(
      evidence.entities.flatMap(({ unknownSpellings, wrongTypes }) => [...unknownSpellings, ...wrongTypes]),
    ).toEqual([]);
    expect(evidence.alive).toBe(false);
    expect(evidence.sources.database.stale).toBe(false);
  } finally {
    await bot.drop();
  }
});
