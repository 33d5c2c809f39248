import { OPERATIONS } from './contract-operations.ts';
import type { KindType } from './word-kinds.ts';

/**
 * The data contract as data: what a mapping's SELECT may return, per entity. `*` marks the columns without which the
 * entity does not count as available. The compiler casts each column to its type and applies its normal form.
 */
export type ColumnType =
  | 'text' // capped at 2,000 characters, without the blanks around it
  | 'id' // any scalar, compared as text without the blanks around it; blank is none
  | 'currency' // upper case, blank is none
  | 'numeric' // NaN and infinities become NULL and are counted
  | 'integer'
  | 'boolean'
  | 'time' // timestamptz; naive ones are read in the bot's zone
  | 'json'
  | 'venue' // exchange name, lower case
  | 'side'
  | 'position_status'
  | 'order_status'
  | 'order_type'
  | 'order_role'
  | 'decision_status'
  | 'execution_status'
  | 'ingestion_status'
  | 'severity'
  | 'call_outcome'
  | KindType // one of a closed set; read by its word where the mapping gives none
  | 'switch'; // boolean; read by its state's name and value where the mapping gives none

type Columns = Readonly<Record<string, ColumnType | `*${ColumnType}`>>;
/** Entity -> its columns. */
export type Contract = Readonly<Record<string, Columns>>;

export const CONTRACT = {
  position: {
    id: '*id',
    symbol: '*text',
    side: '*side',
    quantity: '*numeric',
    entry_price: '*numeric',
    status: '*position_status',
    opened_at: '*time',
    exchange: 'venue',
    strategy: 'text',
    closed_at: 'time',
    exit_price: 'numeric',
    exit_reason: 'text',
    exit_kind: 'exit_kind',
    realized_pnl: 'numeric',
    unrealized_pnl: 'numeric',
    fees: 'numeric',
    funding: 'numeric',
    leverage: 'numeric',
    current_price: 'numeric',
    current_price_at: 'time',
    stop_loss_price: 'numeric',
    take_profit_price: 'numeric',
    has_stop_loss: 'boolean',
    has_trailing_stop: 'boolean',
    trailing_activated: 'boolean',
    trailing_activation_price: 'numeric',
    entry_order_id: 'id',
    exit_order_id: 'id',
    signal_id: 'id',
    liquidation_price: 'numeric',
    margin_mode: 'text',
    last_evaluated_at: 'time',
    updated_at: 'time',
  },
  order: {
    id: '*id',
    symbol: '*text',
    side: '*side',
    type: '*order_type',
    status: '*order_status',
    quantity: '*numeric',
    created_at: '*time',
    exchange: 'venue',
    exchange_order_id: 'id',
    client_order_id: 'id',
    price: 'numeric',
    trigger_price: 'numeric',
    filled: 'numeric',
    remaining: 'numeric',
    average_price: 'numeric',
    reduce_only: 'boolean',
    close_on_trigger: 'boolean',
    venue_at: 'time',
    position_idx: 'integer',
    parent_id: 'id',
    role: 'order_role',
    time_in_force: 'text',
    position_id: 'id',
    strategy: 'text',
    updated_at: 'time',
    filled_at: 'time',
    cancelled_at: 'time',
    triggered_at: 'time',
    reject_code: 'text',
    reject_reason: 'text',
    reject_class: 'reject_class',
  },
  fill: {
    id: '*id',
    order_id: '*id',
    symbol: '*text',
    side: '*side',
    price: '*numeric',
    quantity: '*numeric',
    at: '*time',
    exchange: 'venue',
    fee: 'numeric',
    fee_currency: 'currency',
    is_maker: 'boolean',
    realized_pnl: 'numeric',
    position_id: 'id',
    strategy: 'text',
  },
  funding: { symbol: '*text', amount: '*numeric', at: '*time', exchange: 'venue', position_id: 'id' },
  balance: {
    at: '*time',
    currency: '*currency',
    total: '*numeric',
    exchange: 'venue',
    account: 'text',
    free: 'numeric',
    used: 'numeric',
    unrealized_pnl: 'numeric',
    equity: 'numeric',
  },
  transfer: {
    at: '*time',
    currency: '*currency',
    amount: '*numeric',
    exchange: 'venue',
    account: 'text',
    kind: 'text',
  },
  ...OPERATIONS,
  limit: {
    name: '*text',
    value: '*numeric',
    kind: 'limit_kind',
    scope: 'limit_scope',
    scope_value: 'text',
    unit: 'text',
  },
  state: {
    at: '*time',
    name: '*text',
    value: '*text',
    kind: 'state_kind',
    on: 'switch',
    since: 'time',
    by: 'text',
    reason: 'text',
    failures: 'integer',
    threshold: 'numeric',
    age_s: 'numeric',
  },
  price: {
    symbol: '*text',
    at: '*time',
    price: '*numeric',
    exchange: 'venue',
    kind: 'text',
    high: 'numeric',
    low: 'numeric',
  },
  /** `covers_from` and `covers_to` say which time the total sums; without them it cannot be compared with rows. */
  total: {
    at: '*time',
    name: '*text',
    value: '*numeric',
    scope: 'text',
    covers_from: 'time',
    covers_to: 'time',
  },
  /** What a unit of quantity is: `contract` is spot, linear or inverse, `same_as` an earlier name. */
  instrument: {
    exchange: '*venue',
    symbol: '*text',
    contract: '*text',
    base: 'text',
    quote: 'text',
    contract_size: 'numeric',
    settle_currency: 'currency',
    price_tick: 'numeric',
    quantity_step: 'numeric',
    min_notional: 'numeric',
    valid_from: 'time',
    same_as: 'text',
  },
  /** One monitoring snapshot a minute; from our store, never from a mapping. */
  snapshot: {
    at: '*time',
    slot: '*time',
    total: '*integer',
    by_exchange: '*json',
    unprotected: '*integer',
    new_opened: '*integer',
    prices_updated: '*integer',
    ts_activated: '*integer',
    sl_updates: '*integer',
    closed: '*integer',
    aged: '*integer',
    zombies: '*integer',
    emergency: '*integer',
    errors: '*integer',
    ws_reconnects: '*integer',
    tables: 'json',
  },
  /** Why a minute has no snapshot, as the monitor noted it; from our store too. */
  snapshot_gap: { slot: '*time', reason: '*text' },
} as const satisfies Contract;

export type EntityName = keyof typeof CONTRACT;

/** What no mapping has: the audit itself stored it, under the table of the same name in its schema. */
const STORED = ['snapshot', 'snapshot_gap'] as const satisfies readonly EntityName[];
export type StoredEntity = (typeof STORED)[number];

export function isStored(entity: string): entity is StoredEntity {
  return (STORED as readonly string[]).includes(entity);
}

export interface ContractColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
}

/** The columns of an entity, in the contract's order. */
export function columnsOf(entity: EntityName, contract: Contract = CONTRACT): readonly ContractColumn[] {
  return Object.entries(contract[entity] ?? {}).map(([name, spec]) => ({
    name,
    type: (spec.startsWith('*') ? spec.slice(1) : spec) as ColumnType,
    required: spec.startsWith('*'),
  }));
}

const SQL_TYPES: Readonly<Partial<Record<ColumnType, string>>> = {
  numeric: 'numeric',
  integer: 'bigint',
  boolean: 'boolean',
  switch: 'boolean',
  time: 'timestamptz',
  json: 'jsonb',
};

/** SQL of a column that a mapping has not. */
export function nullOf(type: ColumnType): string {
  return `null::${SQL_TYPES[type] ?? 'text'}`;
}

/** Lists as they stand: their rows lie in no time. */
const TIMELESS: readonly EntityName[] = ['limit', 'instrument', 'watch'];

/** The column by which an entity's rows lie in time, or null for those without one. */
export function timeColumnOf(entity: EntityName): string | null {
  if (entity === 'position') return 'opened_at';
  if (entity === 'order') return 'created_at';
  if (entity === 'ingestion_run') return 'started_at';
  return TIMELESS.includes(entity) ? null : 'at';
}
