import { expect, test } from '@jest/globals';
import { positionIdsQuery } from '../../sections/data-integrity/queries.ts';
import { heartbeatHabitsQuery } from '../../sections/shared/queries/heartbeat-habits.ts';
import {
  criticalEventsQuery,
  errorSignaturesQuery,
  heartbeatGapsQuery,
  statesQuery,
} from '../../sections/shared/queries/monitoring.ts';
import { literalAsker } from './literal-rows.ts';
import { kindOf } from './spelled.ts';
import { at } from './support.ts';

const ask = literalAsker();

test('critical events: repeats within ten minutes of the one before are one row; other types and windows are left out', async () => {
  const columns =
    'at:timestamptz, type:text, kind:text, id:text, severity:text, position_id:text, order_id:text, symbol:text, exchange:text, error_message:text, data:jsonb';
  const event = (time: string, type: string, severity = 'WARNING', symbol = 'BTC'): (string | null)[] => [
    time,
    type,
    kindOf('event_kind', type),
    time,
    severity,
    null,
    null,
    symbol,
    'binance',
    null,
    '{"reason": "no margin"}',
  ];
  const rows = await ask(criticalEventsQuery, columns, [
    event(at('01:00'), 'SL-Missing'),
    event(at('01:10'), 'sl_missing'),
    event(at('01:20'), 'sl_missing'),
    event(at('01:30:01'), 'sl_missing'),
    event(at('01:05'), 'sl_missing', 'WARNING', 'ETH'),
    event(at('02:00'), 'anything', 'CRITICAL'),
    event(at('02:00'), 'stop_placed', 'ERROR'),
    event(at('02:00'), 'adl_rank', 'WARNING'),
    event(at('03:00'), 'ADL_CLOSE', 'WARNING'),
    event(at('08:00'), 'liquidation'),
  ]);
  expect(
    rows.map(({ type, kind, symbol, events, message }) => [type, kind, symbol, events, message]),
  ).toEqual([
    ['sl_missing', 'stop_missing', 'BTC', 3, 'no margin'],
    ['sl_missing', 'stop_missing', 'ETH', 1, 'no margin'],
    ['sl_missing', 'stop_missing', 'BTC', 1, 'no margin'],
    ['anything', null, 'BTC', 1, 'no margin'],
    ['adl_close', 'adl', 'BTC', 1, 'no margin'],
  ]);
});

test('error signatures: identifiers and quantities go, status codes stay', async () => {
  const columns = 'at:timestamptz, type:text, severity:text, exchange:text, error_message:text';
  const error = (time: string, message: string): string[] => [time, 'api_error', 'ERROR', 'bybit', message];
  const rows = await ask(errorSignaturesQuery, columns, [
    error(at('00:10'), 'HTTP 503 for order 8812345, attempt 1, qty 0.25'),
    error(at('00:20'), 'HTTP 503 for order 9912345, attempt 2, qty 7.50'),
    error(at('01:00'), 'HTTP 503 for order 9912345, attempt 3, qty 7.50'),
    error(at('00:30'), 'HTTP 502 for order 1234567, attempt 1, qty 1.00'),
  ]);
  expect(rows.map(({ bucket, signature, events }) => [bucket, signature, events])).toEqual([
    [0, 'HTTP 502 for order #, attempt #, qty #', 1],
    [0, 'HTTP 503 for order #, attempt #, qty #', 2],
    [1, 'HTTP 503 for order #, attempt #, qty #', 1],
  ]);
});

test('heartbeat gaps: edges are no heartbeats, a service that beat in the seven days before the window and never in it was silent for all of it', async () => {
  const rows = await ask(heartbeatGapsQuery, 'at:timestamptz, service:text, kind:text', [
    [at('23:30', '2026-11-19'), 'gone', 'well'],
    [at('22:50', '2026-11-19'), 'gone', 'well'],
    [at('22:40', '2026-11-19'), 'gone', 'well'],
    [at('00:00', '2026-11-13'), 'long gone', 'well'],
    [at('23:59', '2026-11-12'), 'retired', 'well'],
    [at('02:00'), 'trader', 'well'],
    [at('03:00'), 'trader', 'well'],
  ]);
  const hours = rows.map(({ service, beats, gap_from: from, gap_to: to, from_beat, to_beat, ...before }) => [
    service,
    beats,
    (Date.parse(to) - Date.parse(from)) / 3_600_000,
    from_beat,
    to_beat,
    before.hours_before,
    before.latest_before,
    before.last_before === null ? null : Date.parse(before.last_before),
  ]);
  const last = Date.parse(at('23:30', '2026-11-19'));
  expect(hours).toEqual([
    ['gone', 0, 8, false, false, 2, 3, last],
    ['long gone', 0, 8, false, false, 1, 0, Date.parse(at('00:00', '2026-11-13'))],
    ['trader', 2, 2, false, true, 0, 0, null],
    ['trader', 2, 1, true, true, 0, 0, null],
    ['trader', 2, 5, true, false, 0, 0, null],
  ]);
});

test('a heartbeat that says its loop is stuck ends no silence; one without a status, or that is degraded, does', async () => {
  const rows = await ask(heartbeatGapsQuery, 'at:timestamptz, service:text, kind:text', [
    [at('01:00'), 'trader', 'well'],
    [at('02:00'), 'trader', 'failing'],
    [at('03:00'), 'trader', 'failing'],
    [at('04:00'), 'trader', 'degraded'],
    [at('05:00'), 'trader', null],
    [at('06:00'), 'watcher', 'failing'],
  ]);
  const hours = rows.map(({ service, beats, unwell, gap_from: from, gap_to: to }) => [
    service,
    beats,
    unwell,
    (Date.parse(to) - Date.parse(from)) / 3_600_000,
  ]);
  expect(hours).toEqual([
    ['trader', 3, 2, 1],
    ['trader', 3, 2, 3],
    ['trader', 3, 2, 1],
    ['trader', 3, 2, 3],
    ['watcher', 0, 1, 8],
  ]);
});

test('states: the last one of each name before the end', async () => {
  const columns =
    'at:timestamptz, name:text, value:text, kind:text, on:boolean, since:timestamptz, by:text, reason:text, failures:int, threshold:numeric';
  const rows = await ask(statesQuery, columns, [
    [at('01:00'), 'kill_switch', 'off', 'kill_switch', 'false', null, null, null, null, null],
    [at('02:00'), 'kill_switch', 'on', 'kill_switch', 'true', null, null, null, null, null],
    [at('08:00'), 'kill_switch', 'off', 'kill_switch', 'false', null, null, null, null, null],
  ]);
  expect(rows.map(({ value, kind, on }) => [value, kind, on])).toEqual([['on', 'kill_switch', true]]);
});

test('heartbeat habits: cycles that stand or fall and instances that return are counted by service', async () => {
  const columns = 'at:timestamptz, service:text, instance_id:text, cycle:int, status:text, kind:text';
  const beat = (
    time: string,
    service: string,
    instance: string | null,
    cycle: number | null,
    status = 'ok',
  ) => [at(time), service, instance, cycle, status, kindOf('heartbeat_kind', status)] as const;
  const rows = await ask(heartbeatHabitsQuery, columns, [
    beat('00:00', 'still', 'a', 7),
    beat('00:01', 'still', 'a', 8),
    beat('00:02', 'still', 'a', 8, 'DEGRADED'),
    beat('00:12', 'still', 'a', 8, 'frobnicated'),
    beat('00:13', 'still', 'a', 9, ' '),
    beat('01:00', 'both', 'a', 1),
    beat('01:01', 'both', 'b', 1),
    beat('01:02', 'both', 'a', 2),
    beat('01:03', 'both', 'b', 2),
    beat('02:00', 'reset', null, 5),
    beat('02:01', 'reset', null, 6),
    beat('02:02', 'reset', null, 1),
    beat('03:00', 'handed over', 'a', 5),
    beat('03:01', 'handed over', 'b', 0),
    beat('03:02', 'handed over', 'b', 1),
    beat('04:00', 'bare', null, null),
  ]);
  const said = rows.map(({ service, still_from, still_to, ...row }) => [
    service,
    still_from === null || still_to === null
      ? null
      : (Date.parse(still_to) - Date.parse(still_from)) / 60_000,
    row.still_beats,
    row.instances,
    row.returns,
    row.resets,
    [row.degraded, row.unread, row.blank, row.word],
    row.not_well_from === null ? null : Date.parse(row.not_well_from),
  ]);
  expect(said).toEqual([
    ['bare', null, 0, 0, 0, 0, [0, 0, 0, null], null],
    ['both', 0, 1, 2, 2, 0, [0, 0, 0, null], null],
    ['handed over', 0, 1, 2, 0, 0, [0, 0, 0, null], null],
    ['reset', 0, 1, 0, 0, 1, [0, 0, 0, null], null],
    ['still', 11, 3, 1, 0, 0, [1, 1, 1, 'DEGRADED'], Date.parse(at('00:02'))],
  ]);
});

test('numbers of positions that no row has are told by when the next one was opened', async () => {
  const id = (number: number): string => `P-${String(number).padStart(5, '0')}`;
  const opened = (number: number): string => (number <= 60 ? '2026-11-19T20:00:00Z' : at('01:00'));
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  const rows = numbers
    .filter((number) => ![71, 72, 90].includes(number))
    .map((number): [string, string] => [id(number), opened(number)]);
  const uuids = numbers.map((number): [string, string] => [
    `${String(number)}f-a${String(number)}`,
    at('02:00'),
  ]);
  expect(
    await ask(positionIdsQuery, 'id, opened_at:timestamptz', [...rows, ...uuids, [id(5), at('03:00')]]),
  ).toEqual([
    { prefix: 'P-', inside: 37, before: 60, missing_inside: 3, missing_before: 0, first_missing: '00072' },
  ]);
});
