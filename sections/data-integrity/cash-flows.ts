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

/** The currency of a result or of funding; null where nobody says it: then it moves no wallet that is known. */
type Settle = (row: FillRow | FundingRow) => string | null;

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows(
  rows: {
    readonly positions: readonly PositionRow[];
    readonly fills: readonly FillRow[];
    readonly funding: readonly FundingRow[];
    readonly transfers: readonly TransferRow[];
  },
  settle: Settle,
): readonly Flow[] {
  const { byPosition, stray } = assignFills(rows.positions, rows.fills);
  const sides = new Map(rows.positions.map(({ id, side }) => [id, side]));
  return [
    ...[...byPosition].flatMap(([id, fills]) => realised(sides.get(id) ?? null, fills, settle)),
    ...stray.flatMap((fill) => reported(fill, settle)),
    ...rows.fills.flatMap((fill) =>
      flow(fill, fill.fee_currency ?? settle(fill), 'fee', decimalOrNull(fill.fee)?.neg() ?? null),
    ),
    ...rows.funding.flatMap((row) => flow(row, settle(row), 'funding', decimalOrNull(row.amount))),
    ...rows.transfers.flatMap((row) => flow(row, row.currency, 'transfer', decimalOrNull(row.amount))),
  ].sort((a, b) => a.at - b.at);
}

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
function realised(side: string | null, fills: readonly FillRow[], settle: Settle): readonly Flow[] {
  const ledger = ledgerOf(side, fills);
  if (ledger === null) return fills.flatMap((fill) => reported(fill, settle));
  return ledger.steps.flatMap(({ fill, gross }) => flow(fill, settle(fill), 'gross', gross));
}

/** Without an entry there is no average cost; what the venue itself says of the fill is all there is. */
function reported(fill: FillRow, settle: Settle): readonly Flow[] {
  return flow(fill, settle(fill), 'gross', decimalOrNull(fill.realized_pnl));
}
