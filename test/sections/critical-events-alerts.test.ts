import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import { at, checkOf, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { many } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const alert = (time: string, over: Row = {}): Row => ({
  at: at(time),
  severity: 'CRITICAL',
  text: 'Position without stop',
  symbol: 'BTCUSDT',
  delivered: true,
  ...over,
});
/** What other alerts of the week show that the bot records. */
const habits = (over: Row = {}): Row => ({ acknowledged: 20, delivered: 20, undelivered: 0, ...over });

function run(alerts: readonly Row[], recorded: Row = habits(), more: Evidence = {}) {
  const result = evaluate(criticalEvents, {
    ...more,
    rows: { ...more.rows, alerts, 'alert-habits': [recorded] },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const found = (...given: Parameters<typeof run>): unknown => {
  const result = run(...given);
  return [
    findingsOf(result, 'CE-01').map(({ severity, cause, frequency }) => [severity, cause.id, frequency]),
    checkOf(result, 'EX8'),
  ];
};
const acknowledged = { acknowledged_at: at('01:05') };

test.each<[string, Row, Row, readonly string[]]>([
  ['not delivered', { delivered: false }, habits(), ['LOW lesser-path-down']],
  ['delivered', {}, habits(), []],
  ['of which nobody says it', { delivered: null }, habits(), []],
  ['held back with a reason', { delivered: false, blocked_reason: 'cool-down' }, habits(), []],
  ['of a bot that delivers none', { delivered: false }, habits({ delivered: 0 }), []],
])('an alert below critical, %s', (_name, over, recorded, expected) => {
  const result = run([alert('01:00', { severity: 'WARNING', ...over })], recorded);
  expect(findingsOf(result, 'CE-01').map(({ severity, cause }) => `${severity} ${cause.id}`)).toEqual(
    expected,
  );
});

describe('EX8 alerts that reached nobody', () => {
  test('forty that were not delivered are one HIGH finding, and the check scores 0', () => {
    const lost = many(40, (n) =>
      alert('01:00', {
        text: `Stop missing ${String(n)}`,
        delivered: false,
        blocked_reason: 'token missing',
      }),
    );
    expect(found(lost)).toEqual([[['HIGH', 'undelivered-channel-blocked', 40]], 0]);
    const [finding] = findingsOf(run(lost), 'CE-01');
    expect(JSON.stringify(finding?.description)).toContain('token missing');
  });

  test.each<[string, Row, Row, unknown]>([
    ['acknowledged in time', alert('01:00', acknowledged), habits(), [[], 0.5]],
    ['never acknowledged', alert('01:00'), habits(), [[['HIGH', 'unacknowledged-nobody-on-duty', 1]], 0]],
    [
      'acknowledged late',
      alert('01:00', { acknowledged_at: at('02:00') }),
      habits(),
      [[['MEDIUM', 'unacknowledged-nobody-on-duty', 1]], 0],
    ],
    ['raised just before the end', alert('07:50'), habits(), [[], 0.5]],
    [
      'a bot that never records an acknowledgement',
      alert('01:00'),
      habits({ acknowledged: 0 }),
      [[], 'unknown'],
    ],
    [
      'a bot that records no acknowledgement and lost the alert',
      alert('01:00', { delivered: false }),
      habits({ acknowledged: 0, undelivered: 1 }),
      [[['HIGH', 'undelivered-path-down', 1]], 0],
    ],
    [
      'an empty column where the bot only ever writes true',
      alert('01:00', { delivered: null }),
      habits(),
      [[['HIGH', 'undelivered-path-down', 1]], 0],
    ],
    [
      'an empty column where the bot also writes false',
      alert('01:00', { delivered: null, ...acknowledged }),
      habits({ undelivered: 3 }),
      [[], 0.5],
    ],
    [
      'a bot that never records a delivery',
      alert('01:00', { delivered: null, ...acknowledged }),
      habits({ delivered: 0 }),
      [[], 'unknown'],
    ],
    [
      'a warning that was lost',
      alert('01:00', { severity: 'WARNING', delivered: false }),
      habits(),
      [[['LOW', 'lesser-path-down', 1]], 1],
    ],
  ])('%s', (_name, row, recorded, expected) => {
    expect(found([row], recorded)).toEqual(expected);
  });

  test('one delivered repeat is enough', () => {
    const repeats = [alert('01:00', { delivered: false }), alert('01:01', acknowledged)];
    expect(found(repeats)).toEqual([[], 0.5]);
  });

  test('without the columns, or the log, nothing is found and nothing is passed', () => {
    const lacks = ['alert.acknowledged_at'];
    expect(valueOf(run([alert('01:00')], habits(), { lacks }), 'critical_alerts_unacknowledged')).toBe(
      '<missing_column>',
    );
    expect(found([alert('01:00')], habits(), { lacks })).toEqual([[], 'unknown']);
    expect(found([], habits(), { lacks: ['alert'] })).toEqual([[], 'unknown']);
  });

  test('a warning that was not delivered answers no event', () => {
    const sl = {
      type: 'sl_missing',
      symbol: 'BTCUSDT',
      first_at: at('02:00'),
      last_at: at('02:00'),
      events: 1,
    };
    const event = { exchange: null, position_id: null, id: null, order_id: null, message: null, ...sl };
    const warned = (delivered: boolean) =>
      findingsOf(
        run([alert('02:00:02', { severity: 'WARNING', delivered })], habits(), {
          rows: { 'critical-events': [event] },
        }),
        'CE-01',
      ).map(({ severity }) => severity);
    expect([warned(true), warned(false)]).toEqual([[], ['HIGH', 'LOW']]);
  });
});
