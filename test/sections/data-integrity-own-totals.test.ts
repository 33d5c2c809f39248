import { describe, expect, test } from '@jest/globals';
import { at, findingsOf, valueOf } from './support.ts';
import { trades, type Row } from './closed-trades.ts';
import { run } from './data-integrity-support.ts';

const DAY_BEFORE = { covers_from: at('00:00', '2026-11-19'), covers_to: at('00:30') };

const total = (name: string, value: string, over: Row = {}): Row => ({
  name,
  value,
  scope: 'shift',
  at: at('08:00'),
  covers_from: at('00:00'),
  covers_to: at('08:00'),
  ...over,
});

/** Three closes of +1, +2 and -1 gross with 0.08 of fees each. */
const THREE = trades([{ gross: 1 }, { gross: 2 }, { gross: -1 }]);

function totals(list: readonly Row[], more: Readonly<Record<string, readonly Row[]>> = {}) {
  return run({ positions: THREE.positions, fills: THREE.fills, 'own-totals': list, ...more });
}

const counts = (result: ReturnType<typeof totals>): unknown[] =>
  ['compared', 'differ'].map((name) => valueOf(result, `own_totals_${name}`));

/** What the table says of one total: rows, difference, and what it was compared with. */
function compared(result: ReturnType<typeof totals>, name: string): unknown[] {
  const dataset = result.datasets.find(({ id }) => id === 'pnl.own-totals');
  return dataset?.rows.find(([first]) => first === name)?.slice(4, 7) ?? [];
}

describe('the bot’s own totals', () => {
  test('that say what the rows say are compared and no finding', () => {
    const result = totals([
      total('positions_opened', '3'),
      total('positions_closed', '3'),
      total('fills', '6'),
      total('net_pnl', '1.76'),
    ]);
    expect(counts(result)).toEqual([4, 0]);
    expect(compared(result, 'net_pnl')).toEqual(['1.76', '0', 'fills']);
    expect(findingsOf(result, 'DQ-04')).toEqual([]);
  });

  test.each([
    ['fills', '7', 'HIGH', 'rows-lost'],
    ['fills', '12', 'HIGH', 'counted-twice'],
    ['positions_closed', '2', 'MEDIUM', 'counted-less'],
    ['net_pnl', '1.78', 'MEDIUM', 'unknown'],
  ])('%s of %s disagrees with the rows: %s, %s', (name, value, severity, cause) => {
    const [finding, ...rest] = findingsOf(totals([total(name, value)]), 'DQ-04');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ severity, cause: { id: cause }, evidence: 'pnl.own-totals' });
    expect(finding?.occurrences).toEqual([{ subject: name, at: at('00:00'), until: at('08:00') }]);
  });

  test('of 0 beside rows are one finding for all of them, and not one for each', () => {
    const result = totals([total('positions_opened', '0'), total('fills', '0')]);
    expect(findingsOf(result, 'DQ-04')).toMatchObject([
      { severity: 'MEDIUM', cause: { id: 'never-written', confidence: 'LIKELY' }, frequency: 2 },
    ]);
  });

  test('of 0 where nothing happened agree', () => {
    const result = run({
      positions: [],
      fills: [],
      'own-totals': [total('positions_opened', '0')],
    });
    expect(counts(result)).toEqual([1, 0]);
  });

  test('of a longer time are compared with the rows of all of that time', () => {
    const day = total('fills', '132', { ...DAY_BEFORE, scope: 'day' });
    const counted = { ...DAY_BEFORE, name: 'fills', counted: 75, edge: 0 };
    const result = totals([day], { 'own-total-fills': [counted] });
    expect(compared(result, 'fills')).toEqual(['75', '57', 'fills']);
    expect(findingsOf(result, 'DQ-04')).toMatchObject([
      { severity: 'HIGH', cause: { id: 'rows-lost', confidence: 'LIKELY' } },
    ]);
  });

  test('of a longer time agree when the rows of that time do, whatever the window holds', () => {
    const day = { ...DAY_BEFORE, scope: 'day' };
    const result = totals([total('positions_opened', '40', day), total('positions_closed', '38', day)], {
      'own-total-positions': [
        { ...DAY_BEFORE, name: 'positions_opened', counted: 40, edge: 0 },
        { ...DAY_BEFORE, name: 'positions_closed', counted: 38, edge: 0 },
      ],
    });
    expect(counts(result)).toEqual([2, 0]);
  });

  test('may be off by what lies within five seconds of the edges, and by no more', () => {
    const edge = { covers_from: at('01:00:03'), covers_to: at('08:00') };
    expect(counts(totals([total('positions_opened', '3', edge)]))).toEqual([1, 0]);
    expect(counts(totals([total('positions_opened', '4', edge)]))).toEqual([1, 1]);
  });

  test.each([
    ['a name that may mean several things', total('trades', '3'), 'no total of this name is compared'],
    ['a sum of fills', total('volume', '602'), 'no total of this name is compared'],
    [
      'a count of over a month',
      total('fills', '9', { ...DAY_BEFORE, covers_from: at('00:00', '2026-10-01') }),
      'began more than 31 days before',
    ],
    [
      'a time that the mapping does not say',
      total('fills', '9', { covers_from: null, covers_to: null }),
      'does not say which time',
    ],
    [
      'a time that ends after the window',
      total('fills', '9', { covers_to: at('23:00') }),
      'ends after the window',
    ],
    ['a result of a longer time', total('net_pnl', '9', DAY_BEFORE), 'closed before the window are not read'],
    ['no value', { ...total('fills', '0'), value: null }, 'the total is empty'],
  ])('with %s are printed with the reason and not compared', (_what, row, reason) => {
    const result = totals([row]);
    expect(counts(result)).toEqual([0, 0]);
    expect(compared(result, String(row['name']))[2]).toContain(reason);
    expect(findingsOf(result, 'DQ-04')).toEqual([]);
  });

  test('are unknown, not agreed, when the mapping has none', () => {
    const result = run({ positions: THREE.positions, fills: THREE.fills }, { lacks: ['total'] });
    expect(valueOf(result, 'own_totals_compared')).toBe('<missing_entity>');
    expect(valueOf(result, 'own_totals_differ')).toBe('<missing_entity>');
  });
});

test('own totals that agree are a sentence; the numbers stand where one does not', () => {
  const first = (result: ReturnType<typeof totals>) =>
    result.parts.find(({ title }) => title === 'The bot’s own totals')?.blocks[0]?.type;
  expect(first(totals([total('fills', '6')]))).toBe('paragraph');
  expect(first(totals([total('fills', '6'), total('positions_closed', '4')]))).toBe('metrics');
  expect(first(totals([]))).toBe('metrics');
});
