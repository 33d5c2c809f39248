import { expect, test } from '@jest/globals';
import { approvalOf } from '../../activities/purge.ts';
import { planLines, removedLines, sizeText } from '../../audit/retention-text.ts';
import { tripwires, type PlannedClass, type TripQuestion } from '../../audit/retention.ts';
import { RETENTION } from '../store/retention-world.ts';

const NOW = '2026-11-01T02:00:00.000Z';
const QUESTION: TripQuestion = { retention: RETENTION, maxSharePercent: 40, temporalNow: NOW, storeNow: NOW };
// 1830 days before.
const REPORTS: PlannedClass = {
  name: 'reports',
  items: 40,
  rows: 40,
  totalRows: 100,
  kept: 0,
  freedBytes: 0,
  reusableBytes: 40_000,
  oldest: '2021-01-01T00:00:00.000Z',
  newest: '2021-10-28T01:59:59.999Z',
  cutoff: '2021-10-28T02:00:00.000Z',
};
const typesOf = (change: Partial<PlannedClass>, question: Partial<TripQuestion> = {}): readonly string[] =>
  tripwires([{ ...REPORTS, ...change }], { ...QUESTION, ...question }).map(({ type }) => type);

test('a share up to the limit passes, one more row is too large, and by hand more may be allowed', () => {
  expect(typesOf({})).toEqual([]);
  expect(typesOf({ rows: 41 })).toEqual(['PurgeTooLarge']);
  expect(typesOf({ rows: 41 }, { maxSharePercent: 41 })).toEqual([]);
  expect(typesOf({ rows: 1, totalRows: 0 })).toEqual(['PurgeTooLarge']);
  expect(typesOf({ rows: 0, totalRows: 0 })).toEqual([]);
});

test('what the message proposes is what passes', () => {
  const [wire] = tripwires([{ ...REPORTS, rows: 905, totalRows: 1_000 }], QUESTION);
  const [, percent = ''] = /"maxSharePercent": (\d+)/.exec(wire?.message ?? '') ?? [];
  expect(typesOf({ rows: 905, totalRows: 1_000 }, { maxSharePercent: Number(percent) })).toEqual([]);
});

test('an item or a cutoff that is younger than its period is found, by the earlier of two clocks', () => {
  expect(typesOf({ newest: '2021-10-28T02:00:00.000Z' })).toEqual([]);
  expect(typesOf({ newest: '2021-10-28T02:00:00.001Z' })).toEqual(['PurgeTooYoung']);
  expect(typesOf({ cutoff: '2021-10-29T00:00:00.000Z' })).toEqual(['PurgeTooYoung']);
  expect(typesOf({}, { storeNow: '2026-11-01T01:30:00.000Z' })).toEqual(['PurgeTooYoung']);
  expect(
    typesOf({ cutoff: '2021-10-01T00:00:00.000Z', newest: null }, { storeNow: '2026-11-01T03:00:00.000Z' }),
  ).toEqual([]);
});

test('clocks more than an hour apart can tell no age', () => {
  expect(typesOf({}, { storeNow: '2026-11-01T03:00:00.001Z' })).toEqual(['PurgeTooYoung']);
});

test('the first purge is a dry run, whoever starts it; then a person approves, or the schedule that may', () => {
  const ask = { scheduled: true, isFirst: false, selfApprove: true };
  expect(approvalOf({}, { ...ask, isFirst: true })).toBe('dryRun');
  expect(approvalOf({ dryRun: true }, ask)).toBe('dryRun');
  expect(approvalOf({}, ask)).toBe('schedule');
  expect(approvalOf({}, { ...ask, selfApprove: false })).toBe('person');
  expect(approvalOf({}, { ...ask, scheduled: false })).toBe('person');
});

test('freed and reusable room are told apart, and what stayed is counted', () => {
  expect(
    planLines({ classes: [{ ...REPORTS, freedBytes: 0, kept: 2 }], tripped: [], notes: ['a note'] }),
  ).toEqual([
    'reports: 40, 40.0 kB reusable in the table; of 100 in all, those of 2021-01-01 to 2021-10-28 (before 2021-10-28); 2 old enough, but held or in use',
    'a note',
  ]);
  const removed = { items: 1, rows: 1_000, freedBytes: 2_000_000, reusableBytes: 0, skipped: 1 };
  expect(removedLines({ snapshots: removed })).toEqual([
    'months of snapshots: 1 (1000 rows), 2.0 MB freed; 1 stayed, since they were held, used or changed',
  ]);
  expect([0, 999, 1_000, 999_499, 999_500, 123_456_789].map(sizeText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999 kB',
    '1.0 MB',
    '123 MB',
  ]);
});
