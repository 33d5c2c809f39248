import { z } from 'zod';
import { kindsOf, type Kind, type KindType } from '../../../audit/word-kinds.ts';

/**
 * Row schemas of the trading queries. Only ids are certain: a mapping's required column can still hold NULL in a row,
 * and the facts drop and count such rows instead of failing the section.
 */
const columns =
  <Type extends z.ZodType>(type: Type) =>
  <Name extends string>(...names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, type])) as Record<Name, Type>;
export const texts = columns(z.string().nullable());
const [numbers, times] = [texts, texts];
const flags = columns(z.boolean().nullable());
const counts = columns(z.number().nullable());

/** What the mapping or a spelling says that a word means; null where neither does, also in evidence from before. */
export function kindColumn<Type extends KindType>(type: Type): z.ZodType<Kind<Type> | 'unknown' | null> {
  return z
    .enum([...kindsOf(type), 'unknown' as const])
    .nullable()
    .default(null);
}

export const positionRow = z.object({
  id: z.string(),
  ...texts('symbol', 'exchange', 'strategy', 'side', 'status', 'exit_reason', 'entry_order_id'),
  ...texts('exit_order_id', 'margin_mode'),
  ...numbers('quantity', 'entry_price', 'exit_price', 'realized_pnl', 'unrealized_pnl', 'fees', 'funding'),
  ...numbers('leverage', 'current_price', 'stop_loss_price', 'liquidation_price'),
  ...times('opened_at', 'closed_at', 'updated_at', 'current_price_at', 'last_evaluated_at'),
  ...flags('has_stop_loss', 'has_trailing_stop', 'trailing_activated'),
  exit_kind: kindColumn('exit_kind'),
  // Not in evidence from before these columns.
  trailing_activation_price: z.string().nullable().default(null),
  take_profit_price: z.string().nullable().default(null),
});
export type PositionRow = z.infer<typeof positionRow>;

export const fillRow = z.object({
  id: z.string(),
  ...texts('order_id', 'position_id', 'symbol', 'exchange', 'strategy', 'side', 'fee_currency'),
  ...numbers('price', 'quantity', 'fee', 'realized_pnl'),
  ...times('at'),
  ...flags('is_maker'),
});
export type FillRow = z.infer<typeof fillRow> & {
  /** The exchange that its row names, where its ids say another. */
  readonly saidExchange?: string;
  /** The price that its row says, where the market of its moment excludes it. */
  readonly saidPrice?: string | null;
  /** The fee that its row says, where those of other fills exclude it. */
  readonly saidFee?: string | null;
};

export const laterFillRow = fillRow.pick({ position_id: true, exchange: true, symbol: true });

export const instrumentRow = z.object({
  symbol: z.string(),
  ...texts('exchange', 'contract', 'settle_currency', 'same_as'),
  ...numbers('contract_size'),
  // Not in evidence from before these columns.
  price_tick: z.string().nullable().default(null),
  quantity_step: z.string().nullable().default(null),
  min_notional: z.string().nullable().default(null),
  base: z.string().nullable().default(null),
  quote: z.string().nullable().default(null),
  ...times('valid_from'),
});
export type InstrumentRow = z.infer<typeof instrumentRow>;

export const leftBehindRow = z.object({
  id: z.string(),
  ...texts('exchange', 'symbol'),
  ...numbers('entered', 'remainder'),
  // Not in evidence from before these columns.
  side: z.string().nullable().default(null),
  base_fee: z.string().nullable().default(null),
  ...times('closed_at'),
});

/** Entries beyond their orders less exits beyond theirs, base units. */
export const leftBehindSurplusRow = z.object({ id: z.string(), ...numbers('surplus') });

export const orderRow = z.object({
  id: z.string(),
  ...texts('position_id', 'parent_id', 'exchange_order_id', 'symbol', 'exchange', 'side', 'type', 'role'),
  ...texts('status', 'reject_code', 'reject_reason'),
  ...numbers('quantity', 'filled', 'average_price', 'price', 'trigger_price'),
  ...times('created_at', 'venue_at', 'updated_at', 'filled_at', 'cancelled_at', 'triggered_at'),
  ...flags('reduce_only', 'close_on_trigger'),
  reject_class: kindColumn('reject_class'),
  // Not in evidence from before these columns.
  remaining: z.string().nullable().default(null),
  strategy: z.string().nullable().default(null),
});
export type OrderRow = z.infer<typeof orderRow>;

export const stopChangeRow = z.object({
  position_id: z.string(),
  ...texts('kind', 'order_id', 'exchange', 'error'),
  ...numbers('old_price', 'new_price', 'duration_ms', 'unprotected_window_ms'),
  at: z.string(),
});
export type StopChangeRow = z.infer<typeof stopChangeRow>;

export const fundingRow = z.object({
  ...texts('symbol', 'exchange', 'position_id'),
  ...numbers('amount'),
  ...times('at'),
});
export type FundingRow = z.infer<typeof fundingRow>;

export const transferRow = z.object({
  at: z.string(),
  ...texts('exchange', 'account', 'kind'),
  ...numbers('amount'),
  currency: z.string(),
});

/** The last price of one symbol in one bucket of the window; `bucket` is the bucket's start. */
export const priceRow = z.object({
  symbol: z.string(),
  ...texts('exchange', 'kind'),
  ...numbers('price'),
  bucket: z.string(),
  at: z.string(),
});
export type PriceRow = z.infer<typeof priceRow>;

/** The last equity of one account in one bucket of the window. */
export const equityRow = z.object({
  currency: z.string(),
  ...texts('exchange', 'account'),
  ...numbers('equity'),
  // Not in evidence from before these columns.
  total: z.string().nullable().default(null),
  free: z.string().nullable().default(null),
  used: z.string().nullable().default(null),
  bucket: z.string(),
  at: z.string(),
});
export type EquityRow = z.infer<typeof equityRow>;

export const limitRow = z.object({
  name: z.string(),
  ...texts('scope', 'unit'),
  ...numbers('value'),
  kind: kindColumn('limit_kind'),
  scope_value: z.string().nullable().default(null),
});
export type LimitRow = z.infer<typeof limitRow>;

export const snapshotRow = z.object({
  at: z.string(),
  ...counts('total', 'unprotected', 'new_opened', 'prices_updated', 'ts_activated', 'sl_updates', 'closed'),
  ...counts('aged', 'zombies', 'emergency', 'errors', 'ws_reconnects'),
  slot: z.string(),
  by_exchange: z.record(z.string(), z.number().nullable()).nullable(),
});
export type SnapshotRow = z.infer<typeof snapshotRow>;

export const snapshotGapRow = z.object({ slot: z.string(), reason: z.string() });
export type SnapshotGapRow = z.infer<typeof snapshotGapRow>;
