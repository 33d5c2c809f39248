import { missing } from '../../audit/value.ts';
import { lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { origin, reasonBasis } from './statistics.ts';

/** Closed rows without a closing time: fills or the last update stand in for it. */
export function closedWithoutTime({ of }: Facts): number {
  return of(null).closed.filter(({ row }) => row.closed_at === null).length;
}

/** Numbers of the whole bot that notes and rows point at. */
export function remarks(facts: Facts, input: Input): Lines {
  const { source, of } = facts;
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
    ],
  });
}

/** The limits that the positions are held against; known even where no position can be read. */
export function limitFigures({ limits }: Facts, { bot }: Input): Lines {
  const all = [
    ['limit_positions', 'Limit of open positions', limits.positions, 'count'],
    ['limit_exposure', 'Limit of gross notional', limits.exposure, 'money'],
    ['limit_leverage', 'Limit of leverage', limits.leverage, 'ratio'],
  ] as const;
  return lines({
    columns: WHOLE_BOT,
    basis: 'configuration and limits of the bot',
    queries: [],
    currency: bot.quoteCurrency,
    lines: all.map(([name, title, limit, unit]): Line<null> => ({
      name,
      unit,
      title,
      ...(limit && { basis: limit.source }),
      formula: 'as set',
      of: () =>
        limit === null
          ? missing('no_data', 'no such limit is set')
          : unit === 'money'
            ? limit.value
            : limit.value.toNumber(),
    })),
  });
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
