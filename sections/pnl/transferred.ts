import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './facts.ts';

function transfersOf({ rows, bot }: Input): readonly { readonly at: number; readonly amount: Money }[] {
  const quote = bot.quoteCurrency.toUpperCase();
  return (rows.transfers.ok ? rows.transfers.rows : [])
    .filter(({ currency }) => currency.toUpperCase() === quote)
    .map((row) => ({ at: ms(row.at), amount: decimalOrNull(row.amount) ?? ZERO }));
}

/** Transfers of the quote currency up to a time; they are no result. */
export function transferredBy(input: Input): (from: number, to: number) => Money {
  const list = transfersOf(input);
  return (from, to) => sum(list.filter(({ at }) => at >= from && at < to).map(({ amount }) => amount));
}

export function transferTimes(input: Input): readonly number[] {
  return transfersOf(input).map(({ at }) => at);
}
