import type { Money } from '../../audit/decimal.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { ledgerOf } from '../shared/facts/ledger.ts';
import { decimalOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, FundingRow, PositionRow, TransferRow } from '../shared/queries/trading-rows.ts';

export type FlowKind = 'gross' | 'fee' | 'funding' | 'transfer';

/** A movement of a wallet: what it did to the account, cost negative. */
export interface Flow {
  readonly at: number;
  readonly venue: string;
  readonly currency: string;
  readonly kind: FlowKind;
  readonly amount: Money;
}

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows(
  rows: {
    readonly positions: readonly PositionRow[];
    readonly fills: readonly FillRow[];
    readonly funding: readonly FundingRow[];
    readonly transfers: readonly TransferRow[];
  },
  quote: string,
): readonly Flow[] {
  const { byPosition, stray } = assignFills(rows.positions, rows.fills);
  const sides = new Map(rows.positions.map(({ id, side }) => [id, side]));
  return [
    ...[...byPosition].flatMap(([id, fills]) => realised(sides.get(id) ?? null, fills, quote)),
    ...stray.flatMap((fill) => reported(fill, quote)),
    ...rows.fills.flatMap(({ at, exchange, fee, fee_currency: currency }) =>
      flow(at, exchange, currency ?? quote, 'fee', decimalOrNull(fee)?.neg() ?? null),
    ),
    ...rows.funding.flatMap((row) => flow(row.at, row.exchange, quote, 'funding', decimalOrNull(row.amount))),
    ...rows.transfers.flatMap((row) =>
      flow(row.at, row.exchange, row.currency, 'transfer', decimalOrNull(row.amount)),
    ),
  ].sort((a, b) => a.at - b.at);
}

function flow(
  at: string | null,
  exchange: string | null,
  currency: string,
  kind: FlowKind,
  amount: Money | null,
): readonly Flow[] {
  const time = timeOrNull(at);
  if (time === null || amount === null || amount.isZero()) return [];
  return [{ at: time, venue: venueOf(exchange), currency: currency.toUpperCase(), kind, amount }];
}

/** Each reducing fill realises its share at its own time (catalogue 3.0). */
function realised(side: string | null, fills: readonly FillRow[], quote: string): readonly Flow[] {
  const ledger = ledgerOf(side, fills);
  if (ledger === null) return fills.flatMap((fill) => reported(fill, quote));
  return ledger.steps.flatMap(({ fill, gross }) => flow(fill.at, fill.exchange, quote, 'gross', gross));
}

/** Without an entry there is no average cost; what the venue itself says of the fill is all there is. */
function reported({ at, exchange, realized_pnl: gross }: FillRow, quote: string): readonly Flow[] {
  return flow(at, exchange, quote, 'gross', decimalOrNull(gross));
}
