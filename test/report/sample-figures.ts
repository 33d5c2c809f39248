import type { Series } from '../../audit/block.ts';
import { toFigure, type Figure, type FigureSpec } from '../../audit/figure.ts';
import { known, missing } from '../../audit/value.ts';

export const FROM = '2026-11-20T00:00:00.000Z';
export const TO = '2026-11-20T08:00:00.000Z';
export const GAP = { from: '2026-11-20T05:00:00.000Z', to: '2026-11-20T05:18:00.000Z' };

/** A minute of the sample's window, ISO 8601 UTC. */
export function minute(index: number): string {
  return new Date(Date.parse(FROM) + index * 60_000).toISOString();
}

const plain = { formula: 'count of rows', queries: ['positions'] } as const;

function counted(name: string, title: string, id: string, binance: number, bybit: number): FigureSpec[] {
  const base = { name, title, id, unit: 'count', basis: 'fills', ...plain } as const;
  return [
    { ...base, value: known(binance), labels: { exchange: 'binance' } },
    { ...base, value: known(bybit), labels: { exchange: 'bybit' } },
    { ...base, value: known(binance + bybit) },
  ];
}

const specs: FigureSpec[] = [
  ...counted('positions_opened', 'Positions opened', 'P1', 149, 58),
  ...counted('positions_closed', 'Positions closed', 'P2', 138, 55),
  ...counted('positions_active', 'Open at the end', 'P3', 62, 26),
  {
    name: 'open_failures',
    labels: { exchange: 'binance' },
    value: known(3.2),
    unit: 'percent',
    title: 'Open failures',
    ...plain,
  },
  {
    name: 'open_failures',
    labels: { exchange: 'bybit' },
    value: missing('insufficient_n', '12 of 20 samples'),
    unit: 'percent',
    title: 'Open failures',
    ...plain,
  },
  {
    name: 'open_failures',
    value: known(4.6),
    unit: 'percent',
    title: 'Open failures',
    id: 'P7',
    n: 217,
    interval: [2.5, 8.3],
    ...plain,
  },
  {
    name: 'margin_ratio',
    value: missing('missing_entity', 'no balance in mapping demo'),
    unit: 'percent',
    title: 'Margin ratio',
    ...plain,
  },
  {
    name: 'margin_ratio',
    labels: { exchange: 'binance' },
    value: missing('missing_entity', 'no balance in mapping demo'),
    unit: 'percent',
    title: 'Margin ratio',
    ...plain,
  },
  {
    name: 'net_pnl',
    value: known('212.44'),
    unit: 'money',
    currency: 'USDT',
    title: 'Net PnL',
    id: 'PN4',
    ...plain,
  },
  { name: 'win_rate', value: known(58.4), unit: 'percent', title: 'Winners', ...plain },
  { name: 'critical_alerts', value: known(12), unit: 'count', title: 'Critical alerts', ...plain },
  { name: 'errors_logged', value: known(58), unit: 'count', title: 'Errors logged', ...plain },
  { name: 'uptime', value: known(99.1), unit: 'percent', title: 'Uptime', ...plain },
  {
    name: 'unprotected_notional',
    value: known('4180.2'),
    unit: 'money',
    currency: 'USDT',
    title: 'Notional without a stop',
    id: 'SL5',
    ...plain,
  },
  {
    name: 'unprotected_minutes',
    value: known(32),
    unit: 'min',
    title: 'Minutes with an unprotected position',
    ...plain,
  },
  { name: 'longest_gap', value: known(718), unit: 's', title: 'Longest time without a stop', ...plain },
  { name: 'stop_limit', value: known(60), unit: 's', title: 'Limit without a stop', ...plain },
  { name: 'snapshots_observed', value: known(462), unit: 'count', title: 'Snapshots observed', ...plain },
  { name: 'snapshots_expected', value: known(480), unit: 'count', title: 'Snapshots expected', ...plain },
  { name: 'max_positions', value: known(80), unit: 'count', title: 'Limit of positions', ...plain },
  {
    name: 'sl_set_ms',
    labels: { stat: 'p95' },
    value: known(1240.5),
    unit: 'ms',
    title: 'Stop set, P95',
    ...plain,
  },
  {
    name: 'sl_set_ms',
    labels: { stat: 'p99' },
    value: missing('insufficient_n', '61 of 100 samples'),
    unit: 'ms',
    title: 'Stop set, P99',
    ...plain,
  },
  ...['opened', 'closed', 'errors', 'critical'].map((name, index): FigureSpec => ({
    name: `timeline_${name}`,
    value: known([207, 193, 58, 12][index] ?? 0),
    unit: 'count',
    title: name,
    ...plain,
  })),
];

export const figures: readonly Figure[] = specs.map(toFigure).sort((a, b) => (a.key < b.key ? -1 : 1));

function hourly(id: string, title: string, counts: readonly (number | null)[]): Series {
  return {
    id,
    title,
    unit: 'count',
    queries: ['timeline'],
    points: counts.map((value, hour) => ({ at: minute(hour * 60), value })),
  };
}

/** A walk that looks like open positions and is the same on every machine; unseen minutes are null. */
function walk(id: string, title: string, start: number, seed: number): Series {
  let state = seed;
  let value = start;
  const points = Array.from({ length: 480 }, (_, index) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    if (state % 11 === 0) value += state % 3 === 0 ? -1 : 1;
    return { at: minute(index), value: index >= 300 && index < 318 ? null : value };
  });
  return { id, title, unit: 'count', queries: ['snapshots'], points };
}

export const series: readonly Series[] = [
  walk('open.binance', 'Binance', 54, 7),
  walk('open.bybit', 'Bybit', 20, 3),
  hourly('timeline.opened', 'Opened', [31, 22, 27, 19, 29, 33, 24, 22]),
  hourly('timeline.closed', 'Closed', [25, 20, 26, 22, 27, 29, 24, 20]),
  hourly('timeline.errors', 'Errors', [9, 6, 7, 4, 8, 11, 8, 5]),
  hourly('timeline.critical', 'Critical alerts', [1, 0, 2, 0, 2, null, 2, 4]),
  {
    id: 'pnl.cumulative',
    title: 'Net PnL',
    unit: 'money',
    currency: 'USDT',
    queries: ['positions'],
    points: [0, -42.5, 18.2, 65, 120.75, 80.1, 190, 230.6, 212.44].map((value, hour) => ({
      at: minute(hour * 60),
      value,
    })),
  },
];
