import type { Money } from '../../audit/decimal.ts';
import type { BotFacts } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { ledgerOf } from '../shared/facts/ledger.ts';
import { decimalOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, FundingRow, PositionRow, TransferRow } from '../shared/queries/trading-rows.ts';
import { settleOf } from './accounts.ts';
import type { Input } from './input.ts';

export type FlowKind = 'gross' | 'fee' | 'funding' | 'transfer';

/** A movement of a wallet: what it did to the account, cost negative. */
export interface Flow {
  readonly at: number;
  readonly venue: string;
  readonly currency: string;
  readonly kind: FlowKind;
  readonly amount: Money;
}

/** All that is read of what moves the wallets, the minutes around the window with it. */
export interface Entries {
  readonly positions: readonly PositionRow[];
  readonly fills: readonly FillRow[];
  readonly funding: readonly FundingRow[];
  readonly transfers: readonly TransferRow[];
}

export function entriesOf({ rows, window }: Input): Entries {
  const fills = rows.fills.ok ? rows.fills.rows : [];
  const known = new Set(fills.map(({ id }) => id));
  const around = rows.edgeFills.ok ? rows.edgeFills.rows : [];
  const funding = rows.funding.ok ? rows.funding.rows : [];
  return {
    positions: rows.positions.ok ? rows.positions.rows : [],
    fills: [...fills, ...around.filter(({ id }) => !known.has(id))],
    funding: rows.edgeFunding.ok
      ? [...funding.filter(({ at }) => at !== null && ms(at) >= ms(window.from)), ...rows.edgeFunding.rows]
      : funding,
    transfers: rows.transfers.ok ? rows.transfers.rows : [],
  };
}

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows({ positions, fills, funding, transfers }: Entries, bot: BotFacts): readonly Flow[] {
  const { byPosition, stray } = assignFills(positions, fills);
  const sides = new Map(positions.map(({ id, side }) => [id, side]));
  return [
    ...[...byPosition].flatMap(([id, own]) => realised(sides.get(id) ?? null, own, bot)),
    ...stray.flatMap((fill) => reported(fill, bot)),
    ...fills.flatMap((fill) =>
      flow(fill, fill.fee_currency ?? settleOf(fill, bot), 'fee', decimalOrNull(fill.fee)?.neg() ?? null),
    ),
    ...funding.flatMap((row) => flow(row, settleOf(row, bot), 'funding', decimalOrNull(row.amount))),
    ...transfers.flatMap((row) => flow(row, row.currency, 'transfer', decimalOrNull(row.amount))),
  ].sort((a, b) => a.at - b.at);
}

/** Nothing where the time, the amount or the currency is not known: an account that does not say it is not judged. */
function flow(
  { at, exchange }: { readonly at: string | null; readonly exchange: string | null },
  currency: string | null,
  kind: FlowKind,
  amount: Money | null,
): readonly Flow[] {
  const time = timeOrNull(at);
  if (time === null || currency === null || amount === null || amount.isZero()) return [];
  return [{ at: time, venue: venueOf(exchange), currency: currency.toUpperCase(), kind, amount }];
}

/** Each reducing fill realises its share at its own time (catalogue 3.0). */
function realised(side: string | null, fills: readonly FillRow[], bot: BotFacts): readonly Flow[] {
  const ledger = ledgerOf(side, fills);
  if (ledger === null) return fills.flatMap((fill) => reported(fill, bot));
  return ledger.steps.flatMap(({ fill, gross }) => flow(fill, settleOf(fill, bot), 'gross', gross));
}

/** Without an entry there is no average cost; what the venue itself says of the fill is all there is. */
function reported(fill: FillRow, bot: BotFacts): readonly Flow[] {
  return flow(fill, settleOf(fill, bot), 'gross', decimalOrNull(fill.realized_pnl));
}
