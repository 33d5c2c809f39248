import type { Unit } from '../../audit/figure.ts';
import { missing } from '../../audit/value.ts';
import type { Limit } from '../shared/facts/limits.ts';
import { lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { origin, reasonBasis } from './statistics.ts';

/** Closed rows without a closing time: fills or the last update stand in for it. */
export function closedWithoutTime({ of }: Facts): number {
  return of(null).closed.filter(({ row }) => row.closed_at === null).length;
}

/** Numbers that notes and rows point at, and the limits, which are known even where no position can be read. */
export function wholeBotFigures(facts: Facts, input: Input): Lines {
  const { source, of, limits } = facts;
  return lines({
    columns: WHOLE_BOT,
    ...origin(facts, input),
    lines: [
      {
        name: 'positions_unusable',
        unit: 'count',
        title: 'Position rows without a usable time, quantity or price',
        basis: 'position rows',
        formula:
          'rows without opening time, positive quantity, positive entry price or symbol; they are in no other number',
        of: () => (source.ok ? source.unusableRows.length : 0),
      },
      {
        name: 'closes_without_time',
        unit: 'count',
        title: 'Closed rows without a closing time',
        basis: 'position rows',
        formula:
          'closed positions whose row has an empty closed_at; fills or the last update stand in for it',
        of: () => closedWithoutTime(facts),
      },
      {
        name: 'positions_max_concurrent_at',
        unit: 'time',
        title: 'When most were open at once',
        formula: 'first time of the maximum',
        of: () => of(null).concurrency.maxAt,
      },
      limitLine('limit_positions', 'Limit of open positions', 'count', limits.positions),
      limitLine('limit_exposure', 'Limit of gross notional', 'money', limits.exposure),
      limitLine('limit_leverage', 'Limit of leverage', 'ratio', limits.leverage),
    ],
  });
}

function limitLine(name: string, title: string, unit: Unit, limit: Limit | null): Line<null> {
  const value = unit === 'money' ? limit?.value : limit?.value.toNumber();
  return {
    name,
    unit,
    title,
    basis: limit?.by ?? 'configuration and limits of the bot',
    queries: [],
    formula: 'as set',
    unseen: null,
    of: () => value ?? missing('no_data', 'no such limit is set'),
  };
}

/** Closes and their result, a column a reason. */
export function exitsByReason(facts: Facts, input: Input): Lines {
  return lines({
    columns: facts.exits.map((group) => ({
      is: group,
      title: group.reason,
      labels: { reason: group.reason },
    })),
    ...origin(facts, input),
    basis: reasonBasis(facts),
    lines: [
      {
        name: 'exits',
        id: 'P9',
        unit: 'count',
        title: ({ reason }) => `Closes by ${reason}`,
        formula: 'closes with this reason',
        of: ({ count }) => count,
      },
      {
        name: 'exits_net',
        id: 'P9',
        unit: 'money',
        title: ({ reason }) => `Net PnL of closes by ${reason}`,
        formula: 'sum of gross - fees + funding',
        of: ({ net }) => net,
      },
    ],
  });
}
