import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { figureKey } from '../audit/figure.ts';
import type { Report } from '../audit/report.ts';
import { importSnapshots } from '../sources/snapshots/import.ts';
import { insertSnapshots } from '../store/snapshots.ts';
import { auditWindow, createBench, type Bench } from './support/audit.ts';
import {
  DUMP_BOT,
  hasDump,
  hasPsql,
  hasSnapshots,
  loadDump,
  readBot,
  SNAPSHOT_BOT,
  SNAPSHOTS,
  type LoadedDump,
} from './support/real-data.ts';

const HOURS_8 = 8 * 3_600_000;
const LONG_AFTER = '2026-11-21T00:00:00.000Z';
const canLoad = hasDump && (await hasPsql());
if (!canLoad) process.stderr.write('SKIPPED: the real dump needs ../shared/real and psql.\n');
if (!hasSnapshots) process.stderr.write('SKIPPED: the real snapshots need ../shared/real.\n');

function figure(report: Report, key: string): Report['figures'][number] {
  const found = report.figures.find((one) => one.key === key);
  if (!found) throw new Error(`The report has no figure ${key}.`);
  return found;
}

const rulesOf = ({ findings }: Report): readonly string[] => findings.map(({ rule }) => rule);

(canLoad ? describe : describe.skip)('the dump of a real bot', () => {
  let bench: Bench;
  let dump: LoadedDump;

  beforeAll(async () => {
    bench = await createBench();
    dump = await loadDump(bench);
  });
  afterAll(async () => {
    await dump.close();
    await bench.close();
  });

  async function audit(windowsBack: number): Promise<Report> {
    const read = await readBot(bench, DUMP_BOT, dump.readerUrl);
    const to = Date.parse('2025-10-09T16:13:00Z') - windowsBack * HOURS_8;
    const window = { from: new Date(to - HOURS_8).toISOString(), to: new Date(to).toISOString() };
    return (await auditWindow(bench, { ...read, window, now: LONG_AFTER })).report;
  }

  // A closed row without closed_at counts at its last update, as the report says of itself.
  const closedAt = `case when status = 'closed' then coalesce(closed_at, updated_at) end`;
  const between = ({ window }: Report): string => `between '${window.from}' and '${window.to}'`;

  test.each([0, 1, 2])('counts what SQL counts, %i windows before the last', async (back) => {
    const report = await audit(back);
    const counted = await dump.one(`select
      count(*) filter (where opened_at ${between(report)})::int as positions_opened,
      count(*) filter (where ${closedAt} ${between(report)})::int as positions_closed,
      count(*) filter (where status = 'closed' and closed_at is null and updated_at ${between(report)})::int as closes_without_time,
      count(*) filter (where opened_at < '${report.window.to}' and (status <> 'closed' or ${closedAt} >= '${report.window.to}'))::int
        as positions_active
      from monitoring.positions`);
    const shown = Object.keys(counted).map((name) => [name, figure(report, name).value]);
    expect(Object.fromEntries(shown)).toEqual(counted);
    expect(report.judgement.verdict).not.toBe('PASS');
    expect(rulesOf(report)).toContain('NA-01');
  });

  test('prints no zero for a window that lies before the first position', async () => {
    const report = await audit(3);
    const counted = await dump.one(
      `select count(*)::int as n from monitoring.positions where opened_at < '${report.window.to}'`,
    );
    expect(counted).toEqual({ n: 0 });
    for (const name of ['positions_opened', 'positions_closed', 'positions_active', 'uptime']) {
      expect(figure(report, name).value).toBeNull();
    }
    // Its last heartbeat is older than the window's day, and it had not traded: nothing says that it should have run.
    expect(rulesOf(report)).not.toContain('NA-01');
    expect(report.judgement.verdict).toBe('INCONCLUSIVE');
  });

  test('finds the stops on the wrong side, the positions left alone, the old one and the reasons not known', async () => {
    const report = await audit(0);
    const counted = await dump.one(`select
      count(*) filter (where status = 'active' and case when side in ('buy', 'long') then stop_loss_price >= entry_price
        else stop_loss_price <= entry_price end)::int as wrong_side,
      count(*) filter (where status = 'active' and updated_at < timestamptz '2025-10-09T16:13Z' - interval '15 min')::int as abandoned,
      count(*) filter (where status = 'active' and opened_at < timestamptz '2025-10-09T16:13Z' - interval '12 h')::int as aged,
      count(*) filter (where ${closedAt} ${between(report)} and (exit_reason is null or exit_reason like 'PHANTOM%'))::int as unknown_exits
      from monitoring.positions`);
    const occurrences = (rule: string): number =>
      report.findings
        .filter((finding) => finding.rule === rule)
        .reduce((sum, finding) => sum + finding.frequency, 0);
    expect({
      wrong_side: occurrences('SL-03'),
      abandoned: occurrences('PM-04'),
      aged: occurrences('AG-01'),
      unknown_exits: occurrences('PM-05'),
    }).toEqual(counted);
    expect(report.judgement.verdict).toBe('FAIL');
  });

  test('compares the day’s own totals with the rows of all of that day, in the window in which the day ends', async () => {
    const report = await audit(2);
    const day = `between timestamptz '2025-10-08T00:00Z' and '2025-10-08T23:59:59.999999Z'`;
    const counted = await dump.one(`select
      (select successful_trades from monitoring.daily_stats where date = '2025-10-08')::int as own,
      (select count(*) from monitoring.trades where executed_qty > 0 and created_at ${day})::int as rows`);
    expect(counted).toEqual({ own: 132, rows: 75 });
    const lost = { rule: 'DQ-04', cause: 'rows-lost' };
    const shown = ['stored', 'rows'].map((name) => figure(report, figureKey(name, lost)).value);
    expect(shown).toEqual([String(counted['own']), String(counted['rows'])]);
    const found = report.findings.filter(({ rule }) => rule === 'DQ-04');
    // Beside the totals: every closed row of the window stores a result of 0.
    expect(found.map(({ cause }) => cause.id)).toContain('stored-zero');
    expect(
      found
        .filter(({ cause }) => cause.id !== 'stored-zero')
        .map(({ severity, cause, occurrences }) => [
          severity,
          cause.id,
          occurrences.map(({ subject }) => subject),
        ]),
    ).toEqual([
      ['HIGH', 'rows-lost', ['fills']],
      ['MEDIUM', 'never-written', expect.arrayContaining(['positions_opened'])],
    ]);
    // The day of the last window was not over: nothing is said of its totals.
    const last = await audit(0);
    expect(figure(last, 'own_totals_compared').value).toBe(0);
    expect(last.findings.filter(({ rule }) => rule === 'DQ-04').map(({ cause }) => cause.id)).toEqual([
      'stored-zero',
    ]);
  });

  test('has no result where every stored one is zero, and says why', async () => {
    const report = await audit(0);
    expect(await dump.one('select count(*)::int as n from monitoring.positions where pnl <> 0')).toEqual({
      n: 0,
    });
    expect(figure(report, 'net_pnl')).toMatchObject({
      value: null,
      reason: 'inadequate_basis',
      detail: expect.stringContaining(': pnl is 0 in all'),
    });
  });
});

interface RealSnapshot {
  readonly timestamp: string;
  readonly metrics: Readonly<Record<'positions' | 'activity' | 'issues', Readonly<Record<string, number>>>>;
}

(hasSnapshots ? describe : describe.skip)('the snapshots of a real bot without a database', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await createBench();
  });
  afterAll(() => bench.close());

  test('are counted as by hand, and what they show is no PASS', async () => {
    const read = await readBot(bench, SNAPSHOT_BOT);
    const lines = (await readFile(SNAPSHOTS, 'utf8')).trim().split('\n');
    const insert = (rows: Parameters<typeof insertSnapshots>[2]): Promise<number> =>
      insertSnapshots(bench.pool, 'real', rows);
    const request = { file: SNAPSHOTS, bot: 'real', timeZone: 'UTC', insert };
    expect(await importSnapshots(request)).toMatchObject({ inserted: lines.length, badLines: 0 });
    expect(await importSnapshots(request)).toMatchObject({ inserted: 0, duplicates: lines.length });

    const window = { from: '2025-10-18T07:06:25.000Z', to: '2025-10-18T15:06:25.000Z' };
    const { report } = await auditWindow(bench, { ...read, window, now: LONG_AFTER });
    const seen = lines
      .map((line) => JSON.parse(line) as RealSnapshot)
      .filter(({ timestamp }) => timestamp >= window.from.slice(0, 19) && timestamp < window.to.slice(0, 19));
    const sum = (name: string): number =>
      seen.reduce((total, { metrics }) => total + (metrics.activity[name] ?? metrics.issues[name] ?? 0), 0);
    const unprotected = seen.filter(({ metrics }) => (metrics.positions['unprotected'] ?? 0) > 0).length;
    const change =
      (seen.at(-1)?.metrics.positions['total'] ?? 0) - (seen[0]?.metrics.positions['total'] ?? 0);

    const value = (key: string): unknown => figure(report, key).value;
    expect({
      observed: value('snapshots_observed'),
      missing: value('snapshots_missing'),
      unprotected: value('snapshot_alert_snapshots{alert=unprotected}'),
      opened: value('snapshot_new_opened'),
      closed: value('snapshot_closed'),
      errors: value('snapshot_errors'),
      residual: value('snapshot_residual'),
    }).toEqual({
      observed: seen.length,
      missing: 480 - seen.length,
      unprotected,
      opened: sum('new_opened'),
      closed: 0,
      errors: sum('errors'),
      residual: change - sum('new_opened') + sum('closed'),
    });
    expect(rulesOf(report)).toEqual(expect.arrayContaining(['MC-01', 'MC-02', 'MC-03']));
    expect(report.judgement.verdict).not.toBe('PASS');
  });
});
