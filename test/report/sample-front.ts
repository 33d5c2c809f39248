import type { Front, Judgement, Loss, Score } from '../../audit/report.ts';
import { fig, text } from '../../audit/text.ts';
import { TO } from './sample-figures.ts';
import { hours } from './sample-sections.ts';

const loss = (points: number, what: string, ref: string, kind: Loss['kind'] = 'check'): Loss => ({
  points,
  what,
  ref,
  kind,
});

function score(
  dimension: Score['dimension'],
  title: string,
  value: number | null,
  losses: Score['losses'],
  more: Partial<Score> = {},
): Score {
  return {
    dimension,
    title,
    score: value,
    base: value,
    cap: 10,
    binds: 'base',
    coverage: 97,
    losses,
    share: 25,
    checks:
      value === null
        ? []
        : [
            {
              ref: 'X1',
              what: 'Some quality',
              weight: 10,
              result: value / 10,
              made: true,
              points: 10 - value,
            },
          ],
    findings: [],
    ...more,
  };
}

export const judgement: Judgement = {
  verdict: 'FAIL',
  colour: 'RED',
  overall: 4.4,
  overallFrom: { mean: 5.911, most: 4.4, lowest: 'Risk management' },
  coverage: 97,
  reasons: [
    text`A position was unprotected at the end: ${fig('unprotected_notional')}.`,
    text`1 critical finding is open.`,
  ],
  scores: [
    score('stability', 'System stability', 8.6, [
      loss(0.9, 'stream outage 41 s', 'WS5'),
      loss(0.3, 'missed snapshots', 'DI11'),
    ]),
    score(
      'integrity',
      'Data integrity',
      7,
      [loss(3, 'wallet residual', 'PN10'), loss(0.2, 'late rows', 'DI8')],
      { coverage: 100 },
    ),
    score('performance', 'Performance', null, [], {
      reason: 'not in this report',
      base: null,
      coverage: null,
      binds: null,
    }),
    score(
      'risk',
      'Risk management',
      2.4,
      [
        loss(6.5, 'unprotected positions', 'SL-01/binance/stop-rejected', 'finding'),
        loss(1.05, 'naked gaps', 'SL-05/binance/cancel-first', 'finding'),
        loss(0.4, 'aged positions', 'AG1'),
      ],
      {
        cap: 2.45,
        binds: 'cap',
        base: 7.1,
        findings: [
          { ref: 'SL-01/binance/stop-rejected', percent: 65, left: 3.5 },
          { ref: 'SL-05/binance/cancel-first', percent: 30, left: 2.45 },
        ],
      },
    ),
  ],
  green: [
    text`Place stops for ETHUSDT and SOLUSDT.`,
    text`Replace stops before cancelling the old one.`,
    text`Find 0.31 USDT that no entry explains.`,
  ],
};

export const front: Front = {
  title: 'Friday 20 November 2026, 00:00 to 08:00 UTC',
  lead: text`2 positions held ${fig('unprotected_notional')} without a stop when the window ended.`,
  why: text`The stops were cancelled at 07:48 and never replaced; the same code path failed twice yesterday.`,
  scope: text`Scope: database and snapshots. Coverage 97 %. Not seen: 18 minutes of snapshots (05:00 to 05:18).`,
  actions: [
    {
      finding: 'SL-01/binance/stop-rejected',
      title: text`Place stops for ETHUSDT and SOLUSDT`,
      detail: text`${fig('unprotected_notional')} unprotected since 07:48 · now · low effort`,
    },
    {
      finding: 'SL-05/binance/cancel-first',
      title: text`Replace stops before cancelling the old one`,
      detail: text`12 naked gaps, longest 9.4 s · within 24 h · medium effort`,
    },
    {
      finding: 'AG-01/bot/unknown',
      title: text`Close three positions older than 12 hours`,
      detail: text`Binance · within 1 week · high effort`,
    },
  ],
  changes: {
    compared: true,
    new: [
      {
        rule: 'SL-01',
        title: '2 positions without a stop at the end',
        finding: 'SL-01/binance/stop-rejected',
        windows: 1,
      },
    ],
    recurring: [
      { rule: 'SL-05', title: '12 naked gaps', finding: 'SL-05/binance/cancel-first', windows: 3 },
      { rule: 'AG-01', title: '3 positions older than 12 hours', finding: 'AG-01/bot/unknown', windows: 2 },
    ],
    resolved: [{ rule: 'WS-02', title: 'silent order stream', windows: 1 }],
    trend: [8.2, 8.3, 8.1, 8.4, null, 8.2, 8.5, 8.3, 8.1, 7.9, 7.8, 7.2, 7, 4.4].map((overall, index) => ({
      to: new Date(Date.parse(TO) - (13 - index) * 28_800_000).toISOString(),
      overall,
    })),
  },
  glance: {
    type: 'glance',
    figures: [
      { key: 'positions_opened', title: 'opened' },
      { key: 'positions_closed', title: 'closed' },
      { key: 'positions_active', title: 'open at 08:00' },
      { key: 'net_pnl', title: 'net PnL' },
      { key: 'win_rate', title: 'winners of 193' },
      { key: 'critical_alerts', title: 'critical alerts' },
      { key: 'errors_logged', title: 'errors' },
      { key: 'uptime', title: 'uptime' },
    ],
  },
  hours,
};
