import { expect, test } from '@jest/globals';
import { beats, gap, run } from './monitoring-coverage-support.ts';
import { at, checkOf, findingsOf, valueOf } from './support.ts';

const silent = (service: string, over: Readonly<Record<string, unknown>> = {}) =>
  gap(service, '00:00', '08:00', {
    beats: 0,
    last_before: at('23:00', '2026-11-17'),
    latest_before: 0,
    ...over,
  });
const serviceRows = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'monitoring-coverage.services')?.rows;

test('a regular service that was last heard before the window is down for all of it, and may be a retired one', () => {
  const result = run({ 'heartbeat-gaps': [...beats(), silent('stop-keeper', { hours_before: 90 })] });
  expect([checkOf(result, 'NA1'), checkOf(result, 'EX10')]).toEqual([0, 0]);
  expect(valueOf(result, 'uptime_min')).toBe(0);
  const [finding] = findingsOf(result, 'NA-01');
  expect(finding).toMatchObject({
    severity: 'HIGH',
    cause: { id: 'service-gone' },
    occurrences: [{ subject: 'stop-keeper' }],
  });
  expect(JSON.stringify(finding?.description)).toMatch(
    /stop-keeper beat in the seven days before .* retired/,
  );
  expect(JSON.stringify(finding?.recommendation)).toContain('Start stop-keeper again');
  expect(serviceRows(result)).toContainEqual([
    'stop-keeper',
    0,
    205_200,
    90,
    at('23:00', '2026-11-17'),
    'yes',
  ]);
});

test('one that beat up to the window is expected in it, however short its history', () => {
  const result = run({
    'heartbeat-gaps': [...beats(), silent('late', { hours_before: 1, latest_before: 5 })],
  });
  expect(valueOf(result, 'uptime_min')).toBe(0);
});

test('a service heard six times days ago is named and counts for nothing', () => {
  const seldom = silent('protection_monitor', { hours_before: 6 });
  const result = run({ 'heartbeat-gaps': [...beats(), seldom] });
  expect([valueOf(result, 'uptime'), valueOf(result, 'heartbeat_gaps')]).toEqual([100, 0]);
  expect(findingsOf(result, 'NA-01')).toEqual([]);
  expect(serviceRows(result)).toContainEqual([
    'protection_monitor',
    0,
    null,
    6,
    at('23:00', '2026-11-17'),
    'no',
  ]);
  expect(JSON.stringify(result.parts)).toContain('Not counted in uptime: protection_monitor');
});

test('where no service is regular the bot itself was not heard', () => {
  const result = run({
    'heartbeat-gaps': [silent('seldom', { hours_before: 2 })],
    'event-minutes': [],
    snapshots: [],
    positions: [],
  });
  expect(valueOf(result, 'uptime')).toBe(0);
  expect(findingsOf(result, 'NA-01')[0]?.occurrences).toMatchObject([{ subject: 'all services' }]);
});

test('a service that beat in the window is not called retired', () => {
  const result = run({ 'heartbeat-gaps': beats(['trader', '02:00', '03:00']) });
  const [finding] = findingsOf(result, 'NA-01');
  expect(finding?.cause.id).not.toBe('service-gone');
  expect(JSON.stringify(finding?.description)).not.toContain('retired');
});
