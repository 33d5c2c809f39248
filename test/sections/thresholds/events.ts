import { at, findingsOf, WINDOW } from '../support.ts';
import { criticalEvent } from '../spelled.ts';
import { decision, pair, several } from '../race-conditions-rows.ts';
import { entryOrder, later, many, position, stop } from '../trading-rows.ts';
import {
  above,
  below,
  finds,
  from,
  grades,
  measures,
  names,
  not,
  says,
  scores,
  scoresBelow,
  upTo,
} from './sides.ts';

const signature = (over: object = {}) => ({
  'fault-signatures': [
    {
      type: 'parse_error',
      signature: 'Unknown status #',
      frames: null,
      is_cut: false,
      events: 3,
      first_at: at('01:00'),
      last_at: at('05:00'),
      is_trade: false,
      exchange: 'bybit',
      exchanges: 1,
      writer: 'trader',
      example: 'x',
      seen_before: false,
      past_from: at('00:00', '2026-11-14'),
      ...over,
    },
  ],
});
const version = (service: string, name: string, firstAt: string, to = at('07:59'), runs = 3) => ({
  service,
  version: name,
  first_at: firstAt,
  from_at: firstAt < WINDOW.from ? WINDOW.from : firstAt,
  to_at: to,
  beats: 40,
  runs,
});
const swallowed = (over: object = {}) => ({
  id: 'x',
  decision_id: 'd',
  http_status: 400,
  error: 'refused',
  exchange: 'binance',
  symbol: 'BTCUSDT',
  ended: 0,
  ...over,
});
export const codeQuality = {
  newErrors: from(3, finds('CQ-01'), signature()),
  lookBackH: from(24, finds('CQ-01'), signature({ past_from: at('00:00', '2026-11-19') })),
  swallowedMin: above(60, finds('CQ-02'), { 'swallowed-executions': [swallowed({ at: at('07:00') })] }),
  deployedH: upTo(2, names('CQ-01', 'new-version'), {
    ...signature({ first_at: at('03:00') }),
    versions: [
      version('trader', '1.0', at('00:00', '2026-11-18'), at('01:00')),
      version('trader', '1.1', at('01:00')),
    ],
  }),
};
const versions = {
  versions: [version('trader', '1.0', WINDOW.from, at('04:20')), version('trader', '1.1', at('04:00'))],
};
const filters = {
  'filter-caches': [{ name: 'exchange_filters', at: at('07:00'), age_s: 90_000, rows: 8 }],
  'filter-rejects': [{ orders: 1 }],
};
export const configuration = {
  versionsTogetherMin: above(20, finds('CF-02'), versions),
  versionRuns: from(3, finds('CF-02'), versions),
  filtersMaxAgeS: above(90_000, finds('HC-03'), filters),
  filtersSevereH: above(25, grades('HC-03', 'HIGH'), filters),
};

const pending = {
  'pending-decisions': many(6, (n) => ({
    id: `D${String(n)}`,
    at: at('06:00'),
    symbol: 'BTCUSDT',
    exchange: 'binance',
  })),
};
export const raceConditions = {
  raceS: below(0.3, finds('RC-01'), { 'concurrent-events': [pair()] }),
  slicePercent: above(0.5, finds('RC-02'), {
    'several-executions': [several({ filled: '10.05' })],
    'decided-twice': [decision],
  }),
  stuckMin: above(120, finds('OP-03'), pending),
  stuckMost: above(6, finds('OP-03'), pending),
};

/** Ten positions of which a trailing stop kept half of a best move of 4 %, or that lost after a gain as large as their risk. */
const courses = (exit: string, kind: string, best = 104) => {
  const list = many(10, (n) => n);
  return {
    positions: many(10, (n) =>
      position(`T${String(n)}`, {
        symbol: `T${String(n)}USDT`,
        opened_at: at('02:00'),
        closed_at: at('02:03'),
        exit_price: exit,
        exit_kind: kind,
        realized_pnl: '0',
        fees: '0',
        funding: '0',
      }),
    ),
    prices: list.flatMap((n) =>
      [101, n === 9 && kind === 'signal' ? 101 : best, 101].map((price, minute) => {
        const time = later(at('02:00:30'), minute * 60_000);
        return {
          symbol: `T${String(n)}USDT`,
          exchange: 'binance',
          price: String(price),
          bucket: time,
          at: time,
          kind: 'mark',
        };
      }),
    ),
    orders: many(10, (n) =>
      stop(`T${String(n)}`, `s${String(n)}`, at('02:00'), { symbol: `T${String(n)}USDT` }),
    ),
  } as never;
};
const NO_FILLS = { lacks: ['fill', 'funding'] };
/** Twenty entries at 10 bps over the price before them. */
const entries = {
  ...(courses('102', 'trailing') as object),
  orders: many(20, (n) =>
    entryOrder(`E${String(n)}`, { symbol: 'T0USDT', created_at: at('02:01'), average_price: '101.1010' }),
  ),
} as never;
export const algorithm = {
  enoughEntries: from(20, measures('entry_slippage', 10), entries, NO_FILLS),
  enoughExits: from(10, measures('trailing_kept', 50), courses('102', 'trailing'), NO_FILLS),
  leastMoveBps: from(400, measures('trailing_kept', 50), courses('102', 'trailing'), NO_FILLS),
  keptPercent: below(50, says('To try: a nearer trail'), courses('102', 'trailing'), NO_FILLS),
  aheadPercent: above(90, says('move the stop to the entry'), courses('97', 'signal', 105), NO_FILLS),
};

const HOURS = [0, 1, 2, 3, 4, 5, 6, 7];
const infos = (hours: readonly number[]) =>
  hours.map((bucket) => ({ bucket, type: 'tick', severity: 'INFO', events: 50 }));
const errors = (bucket: number, events: number) => ({ bucket, type: 'api_error', severity: 'ERROR', events });
const beats = many(480, (n) => ({
  minute: new Date(Date.parse(WINDOW.from) + n * 60_000).toISOString(),
  rows: 1,
}));
const cluster = {
  'heartbeat-minutes': beats,
  'event-counts': [...infos(HOURS), errors(4, 12), errors(1, 8)],
};
const top = (events: number) => ({
  'error-signatures': [
    {
      bucket: 4,
      exchange: 'bybit',
      type: 'api_error',
      signature: 'HTTP 503',
      events,
      first_at: at('04:02'),
      last_at: at('04:55'),
    },
  ],
});
const dead = (n: number) => ({ 'heartbeat-minutes': beats, 'event-counts': infos(HOURS.slice(n)) });
export const hourlyTimeline = {
  clusterShare: above(0.6, finds('TL-01'), cluster),
  clusterErrors: from(12, finds('TL-01'), cluster),
  clusterBuckets: from(8, finds('TL-01'), cluster),
  signatureShare: from(0.75, names('TL-01', 'one-signature'), { ...cluster, ...top(9) }),
  clusterReconnects: from(4, names('TL-01', 'reconnect-storm'), {
    ...cluster,
    'event-counts': [
      ...cluster['event-counts'],
      { bucket: 4, type: 'up', kind: 'stream_up', severity: 'INFO', events: 4 },
    ],
  }),
  sparseShare: upTo(0.5, finds('TL-02'), dead(4)),
  expectedOpenings: from(5, grades('TL-02', 'HIGH'), {
    ...dead(1),
    positions: many(35, (n) => position(`S${String(n)}`, { opened_at: at(`0${String(1 + (n % 7))}:10`) })),
  }),
};

const alert = (clock: string, over: object = {}) => ({
  at: at(clock),
  severity: 'CRITICAL',
  text: 'Stop missing',
  symbol: null,
  ...over,
});
const missing = (alerts: readonly object[]) =>
  ({ 'critical-events': [criticalEvent('sl_missing', '02:00')], alerts }) as never;
const counted = (events: number) => ({
  'event-counts': [{ bucket: 0, type: 'x', severity: 'ERROR', events }],
});
const earlier = (...counts: readonly number[]) => ({
  history: counts.map((errors) => ({
    window: WINDOW,
    verdict: 'PASS',
    overall: 9,
    reportHash: '',
    findings: [],
    figures: { errors_logged: errors },
  })),
});
const breaker = {
  name: 'breaker',
  value: 'closed',
  kind: 'circuit_breaker',
  on: false,
  at: at('01:00'),
  failures: 4,
  threshold: '5',
};
export const criticalEvents = {
  breakerNearPercent: above(80, finds('HC-02'), { states: [breaker] }),
  alertDedupS: upTo(540, measures('critical_alerts', 1), { alerts: [alert('01:00'), alert('01:09')] }),
  acknowledgeS: above(960, measures('critical_alerts_unacknowledged', 1), {
    alerts: [alert('01:00', { acknowledged_at: at('01:16') })],
  }),
  alertBeforeS: upTo(10, not(finds('CE-01')), missing([alert('01:59:50')])),
  alertPromptS: above(10, grades('CE-01', 'MEDIUM'), missing([alert('02:00:10')])),
  alertAfterS: above(90, grades('CE-01', 'HIGH'), missing([alert('02:01:30')])),
  sameCloseS: upTo(90, (result) => findingsOf(result, 'CE-02')[0]?.frequency === 1, {
    'critical-events': ['02:00', '02:01:30'].map((clock) => criticalEvent('liquidation', clock)),
  }),
  oneFaultPercent: from(50, names('CE-03', 'one-fault'), {
    ...counted(480),
    'error-signatures': [
      {
        bucket: 0,
        exchange: null,
        type: 'x',
        signature: 'a',
        events: 240,
        first_at: at('01:00'),
        last_at: at('02:00'),
      },
    ],
  }),
  errorsPerHourGood: above(10, scoresBelow('EX9', 1), counted(80)),
  errorsPerHourWarn: above(10, scoresBelow('EX9', 0.5), counted(80)),
  errorsPerHourBad: from(80, finds('CE-03'), counted(640)),
  historyWindows: from(3, scores('EX9', 0.5), counted(20), earlier(2, 3, 4)),
  madFactor: above(5, scores('EX9', 0.5), counted(14), earlier(4, 4, 4)),
  blockerRecentS: upTo(600, (result) => result.gates.some(({ failed }) => failed === true), {
    'critical-events': [criticalEvent('trading_halted', '07:50', { kind: 'blocked' })],
  }),
};
