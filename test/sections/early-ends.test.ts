import { describe, expect, test } from '@jest/globals';
import { dataIntegrity } from '../../sections/data-integrity.ts';
import { stopLoss } from '../../sections/stop-loss.ts';
import { zombieOrders } from '../../sections/zombie-orders.ts';
import { at, BOT, evaluate } from './support.ts';
import { entryOrder, fill, later, many, position, stop } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
type Table = 'positions' | 'fills' | 'orders' | 'stop-changes';
type Tables = Readonly<Record<Table, readonly Row[]>>;

/** A position is opened every two minutes from 01:00 to 02:58 at one of two exchanges, and every second closed after three. */
const BOT_ROWS: Tables = join(
  many(60, (n) => {
    const id = `p${String(n)}`;
    const exchange = n % 4 < 2 ? 'binance' : 'bybit';
    const symbol = `C${String(n)}USDT`;
    const opened = later(at('01:00'), n * 120_000);
    const closed = n % 2 === 0 ? later(opened, 180_000) : undefined;
    const about = { exchange, symbol };
    return {
      positions: [
        position(id, {
          ...about,
          opened_at: opened,
          ...(closed && { closed_at: closed, exit_order_id: `${id}-exit` }),
        }),
      ],
      fills: [fill(id, 'long', opened, about), ...(closed ? [fill(id, 'short', closed, about)] : [])],
      orders: [
        entryOrder(`${id}-entry`, { ...about, position_id: id, created_at: opened, filled_at: opened }),
        stop(id, `${id}-stop`, opened, {
          ...about,
          ...(closed && { status: 'cancelled', cancelled_at: closed, updated_at: closed }),
        }),
        ...(closed
          ? [
              entryOrder(`${id}-exit`, {
                ...about,
                ...{ position_id: id, role: 'exit', side: 'short', reduce_only: true },
                ...{ created_at: closed, filled_at: closed },
              }),
            ]
          : []),
      ],
      'stop-changes': [
        { position_id: id, kind: 'placed', order_id: `${id}-stop`, exchange, at: later(opened, 500) },
      ],
    };
  }),
);

function join(parts: readonly Tables[]): Tables {
  const all = (table: Table): readonly Row[] => parts.flatMap((part) => part[table]);
  return {
    positions: all('positions'),
    fills: all('fills'),
    orders: all('orders'),
    'stop-changes': all('stop-changes'),
  };
}

const TIME = { positions: 'opened_at', fills: 'at', orders: 'created_at', 'stop-changes': 'at' } as const;

/** Without the rows of these tables since a time, where they are so. */
function without(tables: readonly Table[], since: string, isSo: (row: Row) => boolean = () => true): Tables {
  const left = (table: Table): readonly Row[] =>
    BOT_ROWS[table].filter(
      (row) => !tables.includes(table) || String(row[TIME[table]]) < at(since) || !isSo(row),
    );
  return {
    positions: left('positions'),
    fills: left('fills'),
    orders: left('orders'),
    'stop-changes': left('stop-changes'),
  };
}

const isOfBybit = ({ exchange }: Row): boolean => exchange === 'bybit';
const isExitOf =
  (id: string) =>
  ({ position_id: of, role, side }: Row): boolean =>
    of === id && (role === undefined || role === 'exit') && side === 'short';

/** Findings of the sections that judge by these rows, and the gates that do not hold. */
function told(rows: Tables): string {
  return [dataIntegrity, stopLoss, zombieOrders]
    .map((section) => evaluate(section, { rows, bot: { ...BOT, exchanges: ['binance', 'bybit'] } }))
    .flatMap(({ findings, gates }) => [
      ...findings.map(({ severity, rule, title }) => `${severity} ${rule} ${textOf(title)}`),
      ...gates.flatMap(({ id, failed, text }) =>
        // Nothing here tells of wallets, snapshots or the exchange.
        failed === false || !['f', 'unprotected-at-end'].includes(id)
          ? []
          : [`${id} ${String(failed)} ${textOf(text)}`],
      ),
    ])
    .join('\n');
}

const textOf = (parts: readonly unknown[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : '#')).join('');

test('whole tables accuse nobody', () => {
  expect(told(BOT_ROWS)).toBe('');
});

describe('rows that end before the others are one finding, and nobody is accused', () => {
  test.each<[string, Tables, RegExp, RegExp | null]>([
    ['orders', without(['orders'], '02:51'), /Orders end before/, /unprotected-at-end null/],
    ['fills', without(['fills'], '02:51'), /Fills end before/, null],
    ['orders and fills', without(['orders', 'fills'], '02:51'), /Orders and fills end before/, /at-end null/],
    [
      'orders and stop changes',
      without(['orders', 'stop-changes'], '02:51'),
      /Orders end before/,
      /unprotected-at-end null/,
    ],
    ['stop changes', without(['stop-changes'], '02:51'), /Stop changes end before/, null],
    ['positions', without(['positions'], '02:51'), /Positions end before/, null],
    [
      'orders of one exchange',
      without(['orders'], '02:40', isOfBybit),
      /Orders at Bybit end before/,
      /unprotected-at-end null/,
    ],
    [
      'orders and fills of one exchange',
      without(['orders', 'fills'], '02:40', isOfBybit),
      /Orders at Bybit and fills at Bybit end before/,
      /unprotected-at-end null/,
    ],
    [
      'closings',
      {
        ...BOT_ROWS,
        positions: BOT_ROWS.positions.map((row) =>
          typeof row['closed_at'] !== 'string' || row['closed_at'] < at('02:51')
            ? row
            : { ...row, closed_at: null, status: 'open' },
        ),
      },
      /Closings of positions end before/,
      null,
    ],
  ])('%s', (_name, rows, ends, gate) => {
    const all = told(rows);
    expect(all).toMatch(new RegExp(`HIGH DQ-03 ${ends.source}`));
    expect(all).toMatch(/^f null /m);
    if (gate !== null) expect(all).toMatch(gate);
    expect(all).not.toMatch(/CRITICAL|SL-0|PM-0|ZO-0|DI-05|unprotected-at-end true/);
  });
});

describe('what no row that is missing explains is told as before', () => {
  test.each<[string, Tables, RegExp, RegExp | null]>([
    [
      'positions whose stops were never placed, by a bot that stores its entries',
      without(['orders', 'stop-changes'], '02:40', ({ role }) => role !== 'entry' && role !== 'exit'),
      /CRITICAL SL-01/,
      null,
    ],
    [
      'a position that had no stop before the orders end',
      without(['orders', 'stop-changes'], '02:22', (row) => {
        const time = String(row['created_at'] ?? row['at']);
        return time >= at('02:51') || (row['position_id'] === 'p41' && row['role'] !== 'entry');
      }),
      /HIGH SL-01/,
      /unprotected-at-end null/,
    ],
    [
      'a position that its fills left open, though its row is closed',
      {
        ...without(['fills', 'orders'], '02:55', isExitOf('p56')),
        positions: BOT_ROWS.positions.map((row) =>
          row['id'] === 'p56' ? { ...row, exit_order_id: null } : row,
        ),
      },
      /CRITICAL PM-02/,
      null,
    ],
    [
      'one position, too little to say that orders end',
      without(['orders'], '02:51', ({ position_id: id }) => id === 'p59'),
      /HIGH PM-06/,
      /unprotected-at-end null/,
    ],
    ['two positions that fills name and no row is', without(['positions'], '02:55'), /CRITICAL PM-02/, null],
  ])('%s', (_name, rows, finding, also) => {
    const all = told(rows);
    expect(all).toMatch(finding);
    if (also !== null) expect(all).toMatch(also);
  });
});

test('an order of a kind that the bot never stores is none that is not there yet', () => {
  const isEntry = ({ role }: Row): boolean => role === 'entry';
  const rows = without(['orders'], '00:00', isEntry);
  expect(told({ ...rows, 'stop-changes': [] })).not.toMatch(/DQ-03/);
});
