import { expect, test } from '@jest/globals';
import { habit, run, type Row } from '../monitoring-coverage-support.ts';
import { at, checkOf, findingsOf } from '../support.ts';

const still = { still_from: at('03:00'), still_to: at('03:20'), still_beats: 21 };
const together = { instances: 2, returns: 6, returns_from: at('02:00'), returns_to: at('02:05') };
const found = (over: Row, rows: Readonly<Record<string, readonly Row[]>> = {}) =>
  findingsOf(run({ 'heartbeat-habits': [habit(over)], ...rows }), 'NA-05').map(
    ({ id, severity, cause, frequency }) => [id, severity, cause.id, frequency],
  );
const opening = { id: '1', symbol: 'BTCUSDT', status: 'open', opened_at: at('03:10') };

test.each<[string, Row, Readonly<Record<string, readonly Row[]>>, readonly unknown[]]>([
  ['well all the time', {}, {}, []],
  ['degraded for half of the window', { degraded: 240, word: 'DEGRADED' }, {}, []],
  [
    'degraded for most of it',
    { degraded: 241, word: 'DEGRADED' },
    {},
    [['NA-05/bot/not-well-degraded', 'MEDIUM', 'not-well-degraded', 241]],
  ],
  [
    'unknown in most, by its own word or by none',
    { unread: 200, blank: 200, word: 'unknown' },
    {},
    [['NA-05/bot/not-well-status-unread', 'MEDIUM', 'not-well-status-unread', 400]],
  ],
  ['no status in any heartbeat says nothing', { blank: 480 }, {}, []],
  ['failing in all is a silence', { failing: 480 }, {}, []],
  ['too few to tell', { beats: 4, degraded: 4 }, {}, []],
  [
    'one cycle for twenty minutes, and nothing opened',
    still,
    {},
    [['NA-05/bot/cycle-still-loop-stands', 'HIGH', 'cycle-still-loop-stands', 21]],
  ],
  [
    'one cycle while the bot trades',
    still,
    { positions: [opening] },
    [['NA-05/bot/cycle-still-counter-off', 'MEDIUM', 'cycle-still-counter-off', 21]],
  ],
  ['one cycle for ten minutes', { ...still, still_to: at('03:10') }, {}, []],
  [
    'two instances in turn',
    together,
    {},
    [['NA-05/bot/two-instances-second-instance', 'HIGH', 'two-instances-second-instance', 6]],
  ],
  ['a handover', { ...together, returns: 2 }, {}, []],
  [
    'a new instance every hour',
    { instances: 8 },
    {},
    [['NA-05/bot/restarts-instance-changes', 'MEDIUM', 'restarts-instance-changes', 7]],
  ],
  [
    'a cycle that begins again and again',
    { resets: 4 },
    {},
    [['NA-05/bot/restarts-cycle-resets', 'MEDIUM', 'restarts-cycle-resets', 4]],
  ],
  [
    'a new instance with every tenth heartbeat',
    { instances: 49 },
    {},
    [['NA-05/bot/restarts-instance-changes', 'HIGH', 'restarts-instance-changes', 48]],
  ],
  ['two deployments in a window', { instances: 3, resets: 1 }, {}, []],
])('%s', (_name, over, rows, expected) => {
  expect(found(over, rows)).toEqual(expected);
});

test('several at once are findings of their own, with their services as subjects and rows', () => {
  const result = run({
    'heartbeat-habits': [habit({ degraded: 480 }), habit({ service: 'keeper', degraded: 300, resets: 9 })],
  });
  const findings = findingsOf(result, 'NA-05');
  expect(findings.map(({ occurrences }) => occurrences.map(({ subject }) => subject))).toEqual([
    ['trader', 'keeper'],
    ['keeper'],
  ]);
  for (const { evidence, occurrences } of findings)
    expect(result.datasets.find(({ id }) => id === evidence)?.rows.map(([service]) => service)).toEqual(
      occurrences.map(({ subject }) => subject),
    );
});

test.each<[string, Row, readonly string[], number | string]>([
  ['three restarts are not too many', { resets: 3 }, [], 1],
  ['four are', { resets: 4 }, [], 0],
  [
    'heartbeats that name nothing that would show one',
    {},
    ['heartbeat.instance_id', 'heartbeat.cycle'],
    'not_applicable',
  ],
])('the check of restarts: %s', (_name, over, lacks, r) => {
  expect(checkOf(run({ 'heartbeat-habits': [habit(over)] }, { lacks }), 'RESTARTS')).toBe(r);
});
