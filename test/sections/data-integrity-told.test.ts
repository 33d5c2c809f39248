import { expect, test } from '@jest/globals';
import { gateFailed, run } from './data-integrity-support.ts';
import { at, entity, findingsOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;

const told = (changes: Row = {}): Row => ({
  what: 'opening',
  exchange: 'binance',
  rows: 100,
  said: 100,
  named: 100,
  later_s: 0.4,
  ...changes,
});
const byEvents = (...rows: readonly Row[]): Record<string, readonly Row[]> => ({ 'told-by-event': rows });
const byStops = (changes: Row): Record<string, readonly Row[]> => ({
  'told-by-stop-change': [told({ what: 'stop order', ...changes })],
});

test.each<[string, Record<string, readonly Row[]>, boolean | null, RegExp]>([
  ['every opening is told of', byEvents(told()), false, /No row/],
  ['half of them', byEvents(told({ said: 50 })), null, /50 of 100 openings at binance have no event/],
  ['all but a few', byEvents(told({ said: 96 })), false, /No row/],
  ['none of few', byEvents(told({ rows: 9, said: 1 })), false, /No row/],
  [
    'none at one of two exchanges',
    byEvents(told(), told({ exchange: 'bybit', said: 0, later_s: null })),
    false,
    /No row/,
  ],
  ['none by a bot that tells of none', byEvents(told({ said: 0, named: 0, later_s: null })), false, /No row/],
  [
    'none, while events tell of other positions',
    byEvents(told({ said: 0, later_s: null })),
    null,
    /100 of 100 openings/,
  ],
  [
    'no stop order',
    byStops({ said: 0, named: 0, later_s: null }),
    null,
    /100 stop orders at binance and not one stop change/,
  ],
])('gate (f): %s', (_name, rows, failed, says) => {
  const context = { entities: [entity('stop_change', {})] };
  const result = run(rows, { context });
  expect(gateFailed(result, 'f')).toBe(failed);
  expect(JSON.stringify(result.gates)).toMatch(says);
});

test.each([
  ['in its time', 0.4, null],
  ['late by three minutes', 180, null],
  ['later', 181, 'elsewhere-written-late'],
  ['half a minute early', -30, null],
  ['earlier', -31, 'elsewhere-clock-behind'],
])('what is told of %s', (_name, laterS, cause) => {
  const found = findingsOf(run(byEvents(told({ later_s: laterS }))), 'DQ-06');
  expect(found.map(({ severity, cause: { id } }) => [severity, id])).toEqual(
    cause === null ? [] : [['HIGH', cause]],
  );
});

/** Held from one to two, as twelve fills say; the row's times are shifted. */
const held = (opened: string, closed: string): Record<string, readonly Row[]> => ({
  positions: many(12, (i) =>
    position(`p${String(i)}`, { opened_at: at(opened), closed_at: at(closed), realized_pnl: '10' }),
  ),
  fills: many(12, (i) => `p${String(i)}`).flatMap((id) => [
    fill(id, 'long', at('01:00')),
    fill(id, 'short', at('02:00')),
  ]),
});

test.each([
  ['as its fills', held('01:00', '02:00'), 0],
  ['closed a minute before its exit', held('01:00', '01:59'), 1],
  ['opened four minutes late', held('01:04', '02:00'), 1],
])('a row of a position, %s', (_name, rows, findings) => {
  expect(findingsOf(run(rows), 'DQ-06')).toHaveLength(findings);
});

const balances = (minutes: readonly number[]): Record<string, readonly Row[]> => ({
  'balance-series': minutes.map((minute) => ({
    exchange: 'binance',
    account: 'futures',
    currency: 'USDT',
    at: new Date(Date.parse(at('00:00')) + minute * 60_000).toISOString(),
    total: '1000',
  })),
});
const all = many(480, (i) => i);
const silence = {
  gap_from: at('03:00'),
  gap_to: at('04:00'),
  service: 'trader',
  beats: 9,
  from_beat: true,
  to_beat: true,
  unwell: 0,
  hours_before: 8,
  latest_before: 9,
  last_before: null,
};

test.each<[string, Record<string, readonly Row[]>, boolean | null]>([
  ['by every minute', balances(all), false],
  ['but for an hour', balances(all.filter((i) => i < 180 || i > 240)), null],
  ['but for ten minutes', balances(all.filter((i) => i < 180 || i >= 189)), false],
  ['when it changes', balances(all.filter((i) => i % 60 < 7)), false],
  [
    'but for an hour of silence',
    { ...balances(all.filter((i) => i < 180 || i > 240)), 'heartbeat-gaps': [silence] },
    false,
  ],
])('a balance %s', (_name, rows, failed) => {
  expect(gateFailed(run(rows), 'f')).toBe(failed);
});

test.each([
  ['a held position', { positions: [position('p')], fills: [fill('p', 'long', at('01:00'))] }, null],
  ['nothing held', {}, false],
])('prices that fell silent, with %s', (_name, rows, failed) => {
  const pause = { newest: at('06:00'), currentS: 7200, longestS: 60 };
  const result = run(rows, { context: { entities: [entity('price', { pause })] } });
  expect(gateFailed(result, 'f')).toBe(failed);
});
