import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
import { lyingDatabase, shift, type LyingDatabase } from './lying-database.ts';

/** The shifts 08-16 and 16-24: the day began before both of them. */
const [EARLY, LATE] = [0, 1] as const;

let lies: LyingDatabase;

beforeAll(async () => {
  lies = await lyingDatabase('2026-11-21T08:10:00Z');
});
afterAll(async () => {
  await lies.close();
});

/** A shift of the clean demo after its database was changed. */
const audited = (index: 0 | 1, damage: readonly string[] = []): Promise<Report> =>
  lies.audited(damage, { window: shift(lies.filled, index) });

const number = (report: Report, key: string): number =>
  Number(report.figures.find((figure) => figure.key === key)?.value);
const rulesOf = (report: Report): readonly string[] => report.findings.map(({ rule }) => rule);

describe('clean shifts stay known', () => {
  test.each([EARLY, LATE])('shift %i', async (shift) => {
    const report = await audited(shift);
    expect(report.judgement).toMatchObject({ verdict: 'PASS', colour: 'GREEN' });
    expect(number(report, 'own_totals_compared')).toBeGreaterThan(0);
    expect(number(report, 'stored_unrealised_differ')).toBe(0);
    expect(number(report, 'stored_unrealised_later')).toBeGreaterThan(0);
  });
});

const WALLET = (at: string) =>
  `update bot.balances set total = total - 5000, equity = equity - 5000 where exchange = 'binance' and at >= '${at}'`;

describe('what a first window hid', () => {
  test.each<[string, 0 | 1, readonly string[], string, string]>([
    [
      'money leaves where no balance is written',
      EARLY,
      [
        WALLET('2026-11-20T15:30Z'),
        "delete from bot.balances where exchange = 'binance' and at > '2026-11-20T15:05Z' and at < '2026-11-20T16:30Z'",
      ],
      'INCONCLUSIVE',
      '',
    ],
    [
      'another currency is emptied',
      EARLY,
      [
        `insert into bot.balances (at, currency, total, exchange, account)
          select g, 'USDC', case when g < '2026-11-20T12:00Z' then 50000 else 0 end, 'binance', 'futures'
          from generate_series(timestamptz '2026-11-20T08:00Z', '2026-11-20T16:00Z', '1 minute') g`,
      ],
      'FAIL',
      'DI-05',
    ],
    [
      'money leaves, and dust of a traded asset lies beside it',
      EARLY,
      [
        WALLET('2026-11-20T12:00Z'),
        `insert into bot.balances (at, currency, total, exchange, account)
          values ('2026-11-20T08:00Z', 'BTC', 0.00000001, 'binance', 'futures'),
            ('2026-11-20T16:00Z', 'BTC', 0.00000001, 'binance', 'futures')`,
      ],
      'FAIL',
      'DI-05',
    ],
    [
      'equity falls by twice the limit and comes back',
      EARLY,
      [
        `update bot.balances set unrealized_pnl = unrealized_pnl - 3000, equity = equity - 3000
          where exchange = 'binance' and at >= '2026-11-20T12:00Z' and at < '2026-11-20T15:00Z'`,
      ],
      'FAIL',
      'PN-02',
    ],
    [
      'equity fell by more than the limit in the shift before, of the same day',
      LATE,
      [
        `update bot.balances set unrealized_pnl = unrealized_pnl - 3000, equity = equity - 3000
          where exchange = 'binance' and at >= '2026-11-20T12:00Z'`,
      ],
      'FAIL',
      'PN-02',
    ],
  ])('%s', async (_name, shift, damage, verdict, rule) => {
    const report = await audited(shift, damage);
    expect(report.judgement.verdict).toBe(verdict);
    if (rule !== '') expect(rulesOf(report)).toContain(rule);
  });

  test('balances a minute outside of both edges close the window with what happened in between', async () => {
    const report = await audited(LATE, [
      "delete from bot.balances where at in ('2026-11-20T16:00Z', '2026-11-21T00:00Z')",
    ]);
    expect(
      report.figures.find(({ key }) => key === 'wallet_start{currency=USDT,exchange=binance}')?.formula,
    ).toBe('balance at 2026-11-20T15:59:00.000Z');
    expect([number(report, 'wallet_residual_worst'), report.judgement.verdict]).toEqual([0, 'PASS']);
  });

  test('0 in every closed row', async () => {
    const report = await audited(EARLY, [
      "update bot.positions set realized_pnl = 0 where status = 'closed'",
    ]);
    expect(rulesOf(report)).toContain('DQ-04');
    expect(report.judgement.colour).not.toBe('GREEN');
  });
});
