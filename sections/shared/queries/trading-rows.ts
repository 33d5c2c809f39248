import { z } from 'zod';
import { kindsOf, type Kind, type KindType } from '../../../audit/word-kinds.ts';

/**
 * Row schemas of the trading queries. Only ids are certain: a mapping's required column can still hold NULL in a row,
 * and the facts drop and count such rows instead of failing the section.
 */
const text = z.string().nullable();
const numeric = z.string().nullable();
const time = z.string().nullable();
const flag = z.boolean().nullable();

/** What the mapping or a spelling says that a word means; null where neither does, also in evidence from before. */
export function kindColumn<Type extends KindType>(type: Type): z.ZodType<Kind<Type> | 'unknown' | null> {
  return z
    .enum([...kindsOf(type), 'unknown' as const])
    .nullable()
    .default(null);
}

export const positionRow = z.object({
  id: z.string(),
  symbol: text,
  exchange: text,
  strategy: text,
  side: text,
  status: text,
  quantity: numeric,
  entry_price: numeric,
  exit_price: numeric,
  opened_at: time,
  closed_at: time,
  updated_at: time,
  exit_reason: text,
  exit_kind: kindColumn('exit_kind'),
  realized_pnl: numeric,
  unrealized_pnl: numeric,
  fees: numeric,
  funding: numeric,
  leverage: numeric,
  current_price: numeric,
  current_price_at: time,
  stop_loss_price: numeric,
  has_stop_loss: flag,
  has_trailing_stop: flag,
  trailing_activated: flag,
  entry_order_id: text,
  exit_order_id: text,
  liquidation_price: numeric,
  margin_mode: text,
  last_evaluated_at: time,
});
export type PositionRow = z.infer<typeof positionRow>;

export const fillRow = z.object({
  id: z.string(),
  order_id: text,
  position_id: text,
  symbol: text,
  exchange: text,
  strategy: text,
  side: text,
  price: numeric,
  quantity: numeric,
  at: time,
  fee: numeric,
  fee_currency: text,
  is_maker: flag,
  realized_pnl: numeric,
});
export type FillRow = z.infer<typeof fillRow>;

export const laterFillRow = fillRow.pick({ position_id: true, exchange: true, symbol: true });

export const leftBehindRow = z.object({
  id: z.string(),
  exchange: text,
  symbol: text,
  closed_at: time,
  entered: numeric,
  remainder: numeric,
});

/** Entries beyond their orders less exits beyond theirs, base units. */
export const leftBehindSurplusRow = z.object({ id: z.string(), surplus: numeric });

export const orderRow = z.object({
  id: z.string(),
  position_id: text,
  parent_id: text,
  exchange_order_id: text,
  symbol: text,
  exchange: text,
  side: text,
  type: text,
  role: text,
  status: text,
  quantity: numeric,
  filled: numeric,
  average_price: numeric,
  price: numeric,
  trigger_price: numeric,
  reduce_only: flag,
  close_on_trigger: flag,
  created_at: time,
  venue_at: time,
  updated_at: time,
  filled_at: time,
  cancelled_at: time,
  triggered_at: time,
  reject_code: text,
  reject_reason: text,
  reject_class: kindColumn('reject_class'),
});
export type OrderRow = z.infer<typeof orderRow>;

export const stopChangeRow = z.object({
  position_id: z.string(),
  at: z.string(),
  kind: text,
  old_price: numeric,
  new_price: numeric,
  order_id: text,
  exchange: text,
  duration_ms: numeric,
  unprotected_window_ms: numeric,
  error: text,
});
export type StopChangeRow = z.infer<typeof stopChangeRow>;

export const fundingRow = z.object({
  symbol: text,
  exchange: text,
  position_id: text,
  amount: numeric,
  at: time,
});
export type FundingRow = z.infer<typeof fundingRow>;

export const transferRow = z.object({
  at: z.string(),
  currency: z.string(),
  amount: numeric,
  exchange: text,
  account: text,
  kind: text,
});

/** The last price of one symbol in one bucket of the window; `bucket` is the bucket's start. */
export const priceRow = z.object({
  exchange: text,
  symbol: z.string(),
  bucket: z.string(),
  at: z.string(),
  price: numeric,
  kind: text,
});
export type PriceRow = z.infer<typeof priceRow>;

/** The last equity of one account in one bucket of the window. */
export const equityRow = z.object({
  exchange: text,
  account: text,
  currency: z.string(),
  bucket: z.string(),
  at: z.string(),
  equity: numeric,
});
export type EquityRow = z.infer<typeof equityRow>;

export const limitRow = z.object({
  name: z.string(),
  kind: kindColumn('limit_kind'),
  scope: text,
  scope_value: text.default(null),
  unit: text,
  value: numeric,
});
export type LimitRow = z.infer<typeof limitRow>;

export const snapshotRow = z.object({
  at: z.string(),
  slot: z.string(),
  total: z.number().nullable(),
  by_exchange: z.record(z.string(), z.number().nullable()).nullable(),
  unprotected: z.number().nullable(),
  new_opened: z.number().nullable(),
  prices_updated: z.number().nullable(),
  ts_activated: z.number().nullable(),
  sl_updates: z.number().nullable(),
  closed: z.number().nullable(),
  aged: z.number().nullable(),
  zombies: z.number().nullable(),
  emergency: z.number().nullable(),
  errors: z.number().nullable(),
  ws_reconnects: z.number().nullable(),
});
export type SnapshotRow = z.infer<typeof snapshotRow>;
