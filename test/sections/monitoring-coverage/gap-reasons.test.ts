import { describe, expect, test } from '@jest/globals';
import { missing } from '../../../audit/value.ts';
import { FROM, run, snapshots, type Row } from '../monitoring-coverage-support.ts';

const noted = (from: number, to: number, reason: string): Row[] =>
  Array.from({ length: to - from }, (_, n) => ({
    slot: new Date(FROM + (from + n) * 60_000).toISOString(),
    reason,
  }));

const without = (...gaps: (readonly [number, number])[]): Row[] =>
  snapshots((slot) => (gaps.some(([from, to]) => slot >= from && slot < to) ? null : {}));

function gapsTable(result: ReturnType<typeof run>) {
  const { columns = [], rows = [] } =
    result.datasets.find(({ id }) => id === 'monitoring-coverage.gaps') ?? {};
  const place = columns.findIndex(({ key }) => key === 'reason');
  return { hasReason: place >= 0, reasons: rows.map((row) => row[place]) };
}

const missingSnapshots = (result: ReturnType<typeof run>) =>
  result.findings.find(({ rule }) => rule === 'MC-01');

describe('why a gap is one', () => {
  test('a noted reason stands beside its gap, several with their minutes, and what was not noted', () => {
    const result = run({
      snapshots: without([60, 80], [200, 210], [300, 304]),
      'snapshot-gaps': [
        ...noted(60, 80, 'databaseRefused'),
        ...noted(200, 206, 'workerLost'),
        ...noted(206, 209, 'workerAway'),
      ],
    });
    expect(gapsTable(result).reasons).toEqual([
      "the bot's database or its mapping does not allow it",
      'the worker, or its way to Temporal, was lost while it was taken (6 minutes); no worker took it in its minute (3 minutes); not noted (1 minute)',
      'not noted',
    ]);
    // The last gap is a short one: the long ones have their record.
    expect(missingSnapshots(result)?.cause).toMatchObject({ id: 'noted', confidence: 'CONFIRMED' });
  });

  test('without a noted reason all is as it was: the column, and the cause by what others wrote', () => {
    const result = run({ snapshots: without([60, 80]), 'snapshot-gaps': [] });
    expect(gapsTable(result).hasReason).toBe(false);
    expect(missingSnapshots(result)?.cause.id).toBe('monitor-down');
  });

  test('a reason of a minute that has its snapshot is told nowhere', () => {
    const result = run({ snapshots: without([60, 80]), 'snapshot-gaps': noted(10, 11, 'workerAway') });
    expect(gapsTable(result).hasReason).toBe(false);
  });

  test('reasons that cannot be read leave the gaps as they are', () => {
    const result = run({
      snapshots: without([60, 80]),
      'snapshot-gaps': missing('source_failed', 'the store was lost'),
    });
    expect(gapsTable(result).hasReason).toBe(false);
  });

  test('a window without any snapshot says why, where there is no table of gaps', () => {
    const result = run({
      snapshots: missing('no_data', 'no snapshots of bot demo are in the store'),
      'snapshot-gaps': noted(0, 480, 'databaseRefused'),
    });
    const part = result.parts.find(({ title }) => title === 'Snapshots');
    expect(JSON.stringify(part)).toContain(
      "The monitor noted why: the bot's database or its mapping does not allow it.",
    );
  });

  test('a word of a newer program is shown as it is', () => {
    const result = run({ snapshots: without([60, 61]), 'snapshot-gaps': noted(60, 61, 'eclipse') });
    expect(gapsTable(result).reasons).toEqual(['eclipse']);
  });
});
