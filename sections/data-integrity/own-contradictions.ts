import { amount } from '../../audit/decimal.ts';
import { ownColumn } from '../../audit/own-statement.ts';
import { iso, ms } from '../../audit/time.ts';
import { liquidationOf } from '../shared/facts/liquidation.ts';
import {
  decimalOrNull,
  GRACE_MS,
  isOpenAndClosed,
  positiveOrNull,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { accountingOf } from './accounting.ts';
import type { Input } from './input.ts';
import type { OwnContradiction } from './own-contradiction.ts';
import { orderContradictions } from './order-contradictions.ts';

const FEW = 5;
/** What is free is a part of what is there; rounding and a price between two columns explain a little. */
const FREE_RATIO = 1.05;

/** Rows of the window whose own columns contradict each other, beside their times. */
export function ownContradictions(
  input: Input,
  { unrealized }: Pick<ReturnType<typeof accountingOf>, 'unrealized'>,
): readonly OwnContradiction[] {
  const { rows, window, entities } = input;
  // A price that moved on between two columns explains a few.
  const isUsual = 2 * unrealized.disagreements.length < unrealized.compared || unrealized.compared < FEW;
  return [
    ...(isUsual ? [] : unrealized.disagreements).map(({ id, stored, computed }): OwnContradiction => {
      const head = { entity: 'position', id, what: 'unrealized', at: ms(window.to) } as const;
      return {
        ...head,
        one: `${ownColumn('position', 'unrealized_pnl', entities)} ${amount(stored)}`,
        other: `${amount(computed)} by its price, entry and quantity`,
      };
    }),
    ...orderContradictions(input),
    ...rowsOf(rows.positions)
      .filter((row) => row.trailing_activated === true && row.has_trailing_stop === false)
      .map((row): OwnContradiction => ({
        entity: 'position',
        id: row.id,
        what: 'trailing-flag',
        one: 'has_trailing_stop false',
        other: 'trailing_activated true',
        at: timeOrNull(row.opened_at) ?? ms(window.from),
      })),
    ...rowsOf(rows.positions).flatMap((row): OwnContradiction[] => {
      const [price, liquidation] = [row.current_price, row.liquidation_price].map(positiveOrNull);
      if (!liquidation || row.status !== 'open' || liquidationOf(row, price ?? null) !== null) return [];
      const one = `${row.side ?? ''} from ${row.entry_price ?? ''}, now ${row.current_price ?? ''}`;
      const other = `liquidation_price ${amount(liquidation)}`;
      const at = timeOrNull(row.opened_at) ?? ms(window.from);
      return [{ entity: 'position', id: row.id, what: 'liquidation', one, other, at }];
    }),
    ...rowsOf(rows.positions)
      .filter(isOpenAndClosed)
      .map((row): OwnContradiction => {
        const at = timeOrNull(row.closed_at) ?? 0;
        const head = { entity: 'position', id: row.id, what: 'open-and-closed' } as const;
        return { ...head, one: `status ${row.status ?? ''}`, other: `closed_at ${iso(at)}`, at };
      }),
    ...rowsOf(rows.alerts).flatMap(({ at: sent, text, acknowledged_at: answered }): OwnContradiction[] => {
      const [at, other] = [timeOrNull(sent), timeOrNull(answered)];
      if (at === null || other === null || other >= at - GRACE_MS) return [];
      const head = { entity: 'alert', id: (text ?? '').slice(0, 60), what: 'acknowledged-before' } as const;
      return [{ ...head, one: `at ${iso(at)}`, other: `acknowledged_at ${iso(other)}`, at }];
    }),
    ...rowsOf(rows.equity).flatMap(
      ({ exchange, account, currency, at, total, free, used, equity }): OwnContradiction[] => {
        const [all, rest, margin, worth] = [total, free, used, equity].map(decimalOrNull);
        const id = walletOf(exchange, account, currency);
        const head = { entity: 'balance', id, at: Date.parse(at), one: `total ${total ?? ''}` } as const;
        if (all && rest?.isNegative() && margin?.greaterThan(all))
          return [{ ...head, what: 'margin', other: `used ${used ?? ''}, free ${free ?? ''}` }];
        const most = all && worth?.greaterThan(all) ? worth : all;
        if (most?.isPositive() && rest?.greaterThan(most.times(FREE_RATIO)))
          return [{ ...head, what: 'free', other: `free ${free ?? ''}` }];
        return [];
      },
    ),
    ...rowsOf(rows.balanceSums).map(({ exchange, account, currency, at, says, gives }): OwnContradiction => {
      const head = { entity: 'balance', what: 'sums', at: Date.parse(at) } as const;
      return { ...head, id: walletOf(exchange, account, currency), one: says, other: gives };
    }),
  ];
}

const walletOf = (exchange: string | null, account: string | null, currency: string | null): string =>
  [venueOf(exchange), account ?? '', currency ?? ''].filter((part) => part !== '').join(' ');
