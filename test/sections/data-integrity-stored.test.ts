import { describe, expect, test } from '@jest/globals';
import { at, checkOf, entity, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';
import { trades } from './closed-trades.ts';
import { run } from './data-integrity-support.ts';

describe('stored results and fees', () => {
  test('of 0 in every closed row are no evidence of 0, and the report says so', () => {
    const closed = many(3, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' }));
    const result = run(
      { positions: closed },
      { lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'] },
    );
    expect(valueOf(result, 'stored_results_zero')).toBe(3);
    expect(JSON.stringify(result.parts)).toContain('that is a placeholder and no evidence');
  });

  test('are named as the bot calls them', () => {
    const closed = many(10, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' }));
    const select =
      "select id, case when lower(status) = 'closed' then pnl end as realized_pnl from positions";
    const result = run(
      { positions: closed },
      {
        lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'],
        context: { entities: [entity('position', { select })] },
      },
    );
    const [finding] = findingsOf(result, 'DQ-04');
    expect(finding?.impact.operational).toEqual(['Statistics that add up pnl are wrong.']);
  });

  test.each([
    ['where most have no computed one beside them', 9, 1],
    ['not where what is computed is 0 as well', 0, 0],
  ])('of 0 in every closed row are a finding %s', (_case, unknown, findings) => {
    const { positions, fills } = trades(many(10, () => ({ gross: 0, fee: 0 })));
    const result = run({
      positions: positions.map((row) => ({ ...row, realized_pnl: '0' })),
      fills: fills.map((row) => ({
        ...row,
        fee: positions.slice(0, unknown).some(({ id }) => id === row.position_id) ? null : '0',
      })),
    });
    expect(findingsOf(result, 'DQ-04')).toHaveLength(findings);
  });

  test('that agree with the computed ones pass', () => {
    const result = run(
      trades([{ gross: 5 }, { gross: 0.08 }, { gross: -3 }, { gross: 2, exchange: 'bybit' }]),
    );
    expect(checkOf(result, 'DI13')).toBe(1);
  });

  test('stored numbers that disagree are counted', () => {
    const { positions, fills } = trades([{ gross: 5 }, { gross: 2 }]);
    const open = position('O', { unrealized_pnl: '50', current_price: '110' });
    const wrong = [{ ...positions[0], realized_pnl: '5' }, ...positions.slice(1), open];
    const result = run({ positions: wrong, fills: [...fills, fill('O', 'long', at('01:00'))] });
    expect([valueOf(result, 'stored_results_differ'), valueOf(result, 'stored_results_compared')]).toEqual([
      1, 2,
    ]);
    expect([
      valueOf(result, 'stored_unrealised_differ'),
      valueOf(result, 'stored_unrealised_compared'),
    ]).toEqual([1, 1]);
    expect(checkOf(result, 'DI13')).toBe(0);
  });

  test('a fee 100 times its usual rate stands out', () => {
    const { positions, fills } = trades(many(15, () => ({ gross: 1 })));
    const result = run({
      positions,
      fills: fills.map((row, index) => (index === 7 ? { ...row, fee: '4' } : row)),
    });
    expect(valueOf(result, 'fees_differ')).toBe(1);
  });
});

describe('stored unrealised results', () => {
  const open = (id: string, over: Readonly<Record<string, unknown>>) =>
    position(id, { unrealized_pnl: '10', current_price: '110', current_price_at: at('07:59'), ...over });
  const judged = (over: Readonly<Record<string, unknown>>) => {
    const result = run({ positions: [open('O', over)], fills: [fill('O', 'long', at('01:00'))] });
    return ['compared', 'differ', 'later'].map((name) => valueOf(result, `stored_unrealised_${name}`));
  };

  test.each([
    ['open and right', {}, [1, 0, 0]],
    ['open and wrong', { unrealized_pnl: '50' }, [1, 1, 0]],
    [
      'closed since, so that nothing is unrealised now',
      { closed_at: at('09:00'), unrealized_pnl: '0' },
      [0, 0, 1],
    ],
    [
      'closed since without a time',
      { status: 'closed', updated_at: at('09:00'), unrealized_pnl: '0' },
      [0, 0, 1],
    ],
    ['priced after the window', { current_price_at: at('08:30'), unrealized_pnl: '50' }, [0, 0, 1]],
    [
      'closed in the window: it was not open at its end',
      { closed_at: at('02:00'), unrealized_pnl: '0' },
      [0, 0, 0],
    ],
  ])('%s', (_name, over, expected) => {
    expect(judged(over)).toEqual(expected);
  });
});

describe('DQ-04 stored results of closed rows', () => {
  const world = trades(many(10, (n) => ({ gross: n + 1 })));
  const stored = (value: (row: Readonly<Record<string, unknown>>, index: number) => unknown) => ({
    ...world,
    positions: world.positions.map((row, index) => ({ ...row, realized_pnl: value(row, index) })),
  });
  const found = (rows: Parameters<typeof run>[0], more?: Parameters<typeof run>[1]) =>
    findingsOf(run(rows, more), 'DQ-04').map(({ severity, cause }) => [severity, cause.id]);

  test('0 in every closed row is a placeholder, and a finding', () => {
    const result = run(stored(() => '0'));
    expect([checkOf(result, 'DI13'), valueOf(result, 'stored_results_zero')]).toEqual([0, 10]);
    expect(found(stored(() => '0'))).toEqual([['HIGH', 'stored-zero']]);
  });

  test('gross results, and results that nothing explains', () => {
    expect(found(stored((_row, index) => String(index + 1)))).toEqual([['MEDIUM', 'stored-gross']]);
    expect(found(stored((row, index) => (index === 3 ? '99' : row['realized_pnl'])))).toEqual([
      ['MEDIUM', 'unknown'],
    ]);
    expect(found(world)).toEqual([]);
    expect(found(stored((row) => String(-Number(row['realized_pnl']))))).toEqual([['HIGH', 'unknown']]);
  });

  test('without computed results, ten rows of 0 are told and nine are not', () => {
    const lacks = ['fill', 'funding', 'position.exit_price', 'position.fees'];
    const rows = (n: number) => ({
      positions: many(n, (index) =>
        position(`Z${String(index)}`, { closed_at: at('02:00'), realized_pnl: '0' }),
      ),
    });
    expect(found(rows(10), { lacks })).toEqual([['HIGH', 'stored-zero']]);
    expect(found(rows(9), { lacks })).toEqual([]);
  });
});

test('stored results that are all empty prove nothing of the accounting', () => {
  const rows = trades([{ gross: 5 }, { gross: -3 }]);
  expect(checkOf(run(rows), 'DI13')).toBe(1);
  const emptied = rows.positions.map((row) => ({ ...row, realized_pnl: null }));
  expect(checkOf(run({ ...rows, positions: emptied }), 'DI13')).toBe('unknown');
});
