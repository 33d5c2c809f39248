import type { ShownDataset } from '../../audit/report.ts';
import type { Finding } from '../../audit/finding.ts';
import { code, fig, text } from '../../audit/text.ts';
import { figures } from './sample-figures.ts';

function key(name: string): string {
  const figure = figures.find(
    (candidate) => candidate.name === name && Object.keys(candidate.labels).length === 0,
  );
  if (!figure) throw new Error(`the sample has no figure ${name}`);
  return figure.key;
}

const naked: Finding = {
  id: 'SL-01/binance/stop-rejected',
  rule: 'SL-01',
  ruleTitle: 'Rule SL-01',
  section: 'stop-loss',
  venue: 'binance',
  severity: 'CRITICAL',
  dimension: 'risk',
  title: text`2 positions without a stop at the end of the window`,
  description: text`ETHUSDT and SOLUSDT on Binance have been open without an effective stop for ${fig(key('longest_gap'))}. The limit is ${fig(key('stop_limit'))}.`,
  occurrences: [
    { subject: 'ETHUSDT', at: '2026-11-20T07:48:02.114Z' },
    { subject: 'SOLUSDT', at: '2026-11-20T07:48:02.340Z', until: '2026-11-20T08:00:00.000Z' },
  ],
  frequency: 2,
  fingerprints: ['0f3b6b0f8d7a1c22', '8d7a1c220f3b6b0f'],
  firstSeen: '2026-11-20T07:48:02.114Z',
  lastSeen: '2026-11-20T08:00:00.000Z',
  evidence: 'stop-loss.unprotected',
  atStake: key('unprotected_notional'),
  impact: {
    financial: text`${fig(key('unprotected_notional'))} without protection; a 5 % move costs 209 USDT.`,
    operational: text`The position worker logs no error, so nobody was told.`,
    risk: text`Loss is bounded by liquidation only.`,
  },
  detection: text`No alert fired.`,
  cause: {
    id: 'stop-rejected',
    text: text`The old stop is cancelled before the new one is accepted; the exchange refused the new trigger because the price had passed it (${code('-2021')}), and nothing retries.`,
    confidence: 'CONFIRMED',
    predicates: [
      { text: 'A stop of the position was cancelled in the window', held: true },
      { text: 'A new stop was rejected within one second', held: true },
      { text: 'The bot restarted between the two', held: false },
      { text: 'The venue reported an outage', held: null },
    ],
    location: 'stop_manager.py:412',
  },
  recommendation: text`Place the new stop first, cancel the old one after its acknowledgement; on ${code('-2021')} close at market.`,
  verification: text`Minutes with an unprotected position are 0 in the next three windows.`,
  see: { language: 'sql', text: 'select * from stop_change\nwhere position_id in (8812, 8840)\norder by at' },
  effort: 'low',
  priority: 'P0',
  standing: true,
  recurrence: { state: 'new', windows: 1 },
};

const gaps: Finding = {
  ...naked,
  id: 'SL-05/binance/cancel-first',
  rule: 'SL-05',
  severity: 'HIGH',
  title: text`12 naked gaps while moving stops, longest 9.4 s`,
  description: text`Between cancelling a stop and placing the next one, a position was without protection 12 times.`,
  frequency: 12,
  evidence: null,
  see: { language: 'sh', text: "psql -c 'select count(*) from stop_change'" },
  cause: {
    id: 'cancel-first',
    text: text`Stops are cancelled before they are replaced.`,
    confidence: 'LIKELY',
    predicates: [],
  },
  effort: 'medium',
  priority: 'P1',
  recurrence: { state: 'recurring', windows: 3 },
};

const aged: Finding = {
  ...naked,
  id: 'AG-01/bot/unknown',
  rule: 'AG-01',
  ruleTitle: 'Rule AG-01',
  section: 'aged-positions',
  venue: null,
  severity: 'MEDIUM',
  title: text`3 positions older than 12 hours`,
  description: text`Three positions are older than the configured 12 hours.`,
  evidence: 'aged.positions',
  cause: { id: 'unknown', text: text`No tested hypothesis holds.`, confidence: 'UNKNOWN', predicates: [] },
  priority: 'P2',
  effort: 'high',
  recurrence: { state: 'no-history', windows: 1 },
};

const low: Finding = {
  ...aged,
  id: 'MC-02/bot/unknown',
  rule: 'MC-02',
  ruleTitle: 'Rule MC-02',
  section: 'monitoring-coverage',
  severity: 'LOW',
  evidence: null,
  title: text`18 snapshots are missing`,
  priority: 'P3',
  effort: 'low',
};

export const findings: readonly Finding[] = [naked, gaps, aged, low];

const LONG = 'WETHSTETHUSDCLPTOKENPERPETUALQUARTERLY40'; // 40 characters, no place to break

export const datasets: readonly ShownDataset[] = [
  {
    id: 'stop-loss.unprotected',
    title: 'Positions without a stop',
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'quantity', title: 'Quantity', unit: 'quantity' },
      { key: 'notional', title: 'Notional', unit: 'money', currency: 'USDT' },
      { key: 'cancelled', title: 'Stop cancelled', unit: 'time' },
      { key: 'placed', title: 'New stop', unit: 'time' },
      { key: 'answer', title: 'Answer', unit: 'text' },
    ],
    rows: [
      [
        '8812',
        'ETHUSDT',
        '0.90',
        '2961',
        '2026-11-20T07:48:02.114Z',
        '2026-11-20T07:48:02.611Z',
        'rejected -2021',
      ],
      ['8840', 'SOLUSDT', '7.25', '1219.2', '2026-11-20T07:48:02.340Z', null, 'rejected -2021'],
    ],
    total: 2,
    file: 'data/stop-loss.unprotected.csv',
    queries: ['stop-changes'],
  },
  {
    id: 'aged.positions',
    title: 'Aged positions',
    columns: [
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'exchange', title: 'Exchange', unit: 'text' },
      { key: 'age', title: 'Age', unit: 'h' },
      { key: 'pnl', title: 'PnL', unit: 'money', currency: 'USDT' },
      { key: 'since', title: 'Open since', unit: 'time' },
      { key: 'concern', title: 'Concern', unit: 'text' },
    ],
    rows: Array.from({ length: 40 }, (_, index) => [
      index === 3 ? LONG : `SYM${String(index)}USDT`,
      index % 2 ? 'bybit' : 'binance',
      3 + index / 2,
      `${index % 3 ? '-' : ''}${String(1200 * index)}.5`,
      '2026-11-19T14:31:12.000Z',
      index === 5 ? '=HYPERLINK("http://evil.test/")' : 'older than the limit of the strategy',
    ]),
    total: 2000,
    file: 'data/aged.positions.csv',
    queries: ['positions'],
  },
  {
    id: 'events.none',
    title: 'Critical events',
    columns: [{ key: 'at', title: 'At', unit: 'time' }],
    rows: [],
    total: 0,
    file: 'data/events.none.csv',
    queries: [],
  },
];
