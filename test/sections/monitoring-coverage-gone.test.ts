import { expect, test } from '@jest/globals';
import { beats, run } from './monitoring-coverage-support.ts';
import { at, checkOf, findingsOf, valueOf } from './support.ts';

const silent = (service: string) => ({
  service,
  beats: 0,
  unwell: 0,
  gap_from: at('00:00'),
  gap_to: at('08:00'),
});

test('a service that was last heard before the window is down for all of it, and may be a retired one', () => {
  const result = run({ 'heartbeat-gaps': [...beats(), silent('stop-keeper')] });
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
  expect(result.datasets.find(({ id }) => id === 'monitoring-coverage.services')?.rows).toContainEqual([
    'stop-keeper',
    0,
    28_800,
  ]);
});

test('a service that beat in the window is not called retired', () => {
  const result = run({ 'heartbeat-gaps': beats(['trader', '02:00', '03:00']) });
  const [finding] = findingsOf(result, 'NA-01');
  expect(finding?.cause.id).not.toBe('service-gone');
  expect(JSON.stringify(finding?.description)).not.toContain('retired');
});
