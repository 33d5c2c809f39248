import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { injectDefects, type DefectPlan } from '../../local/demo/defects/plan.ts';
import { fillRows, fundingRows } from '../../local/demo/rows/orders.ts';
import { balanceRows, transferRows } from '../../local/demo/rows/wallets.ts';
import { newestBoundary } from '../../local/demo/shifts.ts';
import { createWorld, type DemoRow, type DemoRows } from '../../local/demo/world.ts';

/** A moment in the middle of a shift: the world ends at the boundary before it. */
export const NOW = '2026-11-20T09:41:07Z';
export const AS_OF = '2026-11-20T08:00:00.000Z';

/** The ends of the three shifts, oldest first, as the rows write them. */
export const EDGES = [
  '2026-11-19T08:00:00.000Z',
  '2026-11-19T16:00:00.000Z',
  '2026-11-20T00:00:00.000Z',
  AS_OF,
] as const;

export function text(row: DemoRow, column: string): string {
  const cell = row[column];
  if (typeof cell !== 'string') throw new Error(`${column} is ${JSON.stringify(cell)}, not a text`);
  return cell;
}

export function total(rows: readonly DemoRow[], column: string): Money {
  return sum(rows.map((row) => money(text(row, column))));
}

/** Rows of one exchange with a time in `[from, to)`. */
export function between(
  rows: readonly DemoRow[],
  exchange: string,
  from: string,
  to: string,
): readonly DemoRow[] {
  return rows.filter(
    (row) => row['exchange'] === exchange && text(row, 'at') >= from && text(row, 'at') < to,
  );
}

export type MoneyRows = Pick<DemoRows, 'balance' | 'fill' | 'funding' | 'transfer'>;

/** The rows that move money of a world with these defects, without the many others. */
export function moneyRows(plan: DefectPlan): MoneyRows {
  const world = createWorld(newestBoundary(NOW));
  injectDefects(world, plan);
  return {
    balance: balanceRows(world),
    fill: fillRows(world),
    funding: fundingRows(world),
    transfer: transferRows(world),
  };
}

/** [wallet(to) - wallet(from)] - (gross - fees + funding + transfers), from the rows alone (catalogue PN10). */
export function walletResidual(rows: MoneyRows, exchange: string, from: string, to: string): Money {
  const balanceAt = (at: string): Money => {
    const row = rows.balance.find(
      (candidate) => candidate['exchange'] === exchange && candidate['at'] === at,
    );
    if (!row) throw new Error(`no balance of ${exchange} at ${at}`);
    return money(text(row, 'total'));
  };
  const fills = between(rows.fill, exchange, from, to);
  const explained = total(fills, 'realized_pnl')
    .minus(total(fills, 'fee'))
    .plus(total(between(rows.funding, exchange, from, to), 'amount'))
    .plus(total(between(rows.transfer, exchange, from, to), 'amount'));
  return balanceAt(to).minus(balanceAt(from)).minus(explained);
}

/** Net result of a position from its fills and funding rows. */
export function netFromFills(rows: DemoRows, position: DemoRow): Money {
  const own = (row: DemoRow): boolean => row['position_id'] === position['id'];
  const signed = rows.fill.filter(own).map((row) => {
    const value = money(text(row, 'price')).times(text(row, 'quantity'));
    return (row['side'] === 'sell' ? value : value.neg()).minus(text(row, 'fee'));
  });
  return sum(signed).plus(rows.funding.filter(own).reduce((all, row) => all.plus(text(row, 'amount')), ZERO));
}
