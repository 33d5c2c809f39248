/**
 * What a bot's words mean, as closed sets with a line each: a mapping's SELECT translates to them, and exact spellings
 * (spellings.ts) read what it leaves out. A word that neither reads is NULL: unknown, never a pass and never an accusation.
 */
export const WORD_KINDS = {
  event_kind: {
    position_opened: 'a position was opened',
    position_closed: 'a position was closed',
    position_adopted: 'a position that the bot had not opened, or had lost, was taken over',
    stop_placed: 'a stop was acknowledged for the first time',
    stop_updated: 'a stop was moved',
    stop_removed: 'a stop was cancelled or taken away',
    stop_failed: 'placing or moving a stop failed',
    stop_missing: 'a position was seen without a stop',
    stop_triggered: 'a stop fired',
    trailing_activated: 'a trailing stop became active',
    trailing_updated: 'a trailing stop was moved',
    emergency_close: 'a position was closed outside of its plan',
    liquidation: 'the exchange closed a position for want of margin',
    adl: 'the exchange closed a position by auto-deleveraging',
    margin_call: 'the exchange demanded margin',
    order_rejected: 'an order was refused',
    error: 'something failed',
    phantom: 'a position of the database is not at the exchange',
    untracked: 'a position at the exchange is not in the database',
    zombie_found: 'an order of no position was found',
    zombie_cancelled: 'an order of no position was cancelled',
    duplicate_execution: 'one decision was executed twice',
    limit_breach: 'a limit of risk was passed',
    stream_up: 'a stream was connected',
    stream_down: 'a stream was lost',
    stream_error: 'a stream failed',
    sync: 'database and exchange were compared',
    blocked: 'trading was stopped: kill switch, circuit breaker, global blocker',
    unblocked: 'such a stop ended',
    manual_intervention: 'a person acted',
    bot_started: 'the bot was started',
    bot_stopped: 'the bot was stopped',
    config_changed: 'settings were changed',
    note: 'seen, and harmless',
  },
  /** `on` means engaged for switches, allowed for `trading` and `entries`; the others have none. */
  state_kind: {
    kill_switch: 'stops all trading at once',
    trading: 'whether the bot may trade',
    entries: 'whether it may open positions',
    circuit_breaker: 'stops what failed too often',
    cool_down: 'a pause that ends by itself',
    global_blocker: 'stops all trading until what raised it is cleared',
    cache: 'age or state of a cache',
    filter_cache: "age of the market's filters that the bot keeps: precision, smallest size, price range",
    leader: 'which instance leads',
    other: 'seen, and no switch',
  },
  /** What a heartbeat says of its service. */
  heartbeat_kind: {
    well: 'the service works',
    transient: 'it is being started or ended',
    degraded: 'it works, with less than it should have',
    failing: 'its loop does not turn: such a heartbeat ends no silence',
  },
  /** What a call to an exchange is for. */
  operation_kind: {
    open_position: 'an entry order is sent; or all from the decision until the position is confirmed',
    close_position: 'an exit order is sent; or all from the decision until the position is closed',
    update_stop: 'a stop is placed or moved',
    submit_order: 'an order is sent, and for what is not told',
    cancel_order: 'an order is cancelled',
    fetch_price: 'prices are asked for',
    fetch_account: 'positions, orders, fills or balances are asked for',
    other: 'seen, and none of these',
  },
  /** Why a call to an exchange failed. */
  error_kind: {
    timeout: 'no answer came in time',
    rate_limit: 'too many requests',
    auth: 'key, signature or permission',
    timestamp: "the request's time was too far from the exchange's",
    insufficient_margin: 'not enough balance or margin',
    filter: "the market's filters: precision, smallest size, price range",
    would_trigger: 'a stop that would fire at once',
    not_found: 'the order or position is not there',
    duplicate_id: 'its id was used before',
    unknown_outcome: 'the exchange does not say whether it acted',
    venue_down: 'the exchange is down or in maintenance',
    network: 'no connection to the exchange',
    parse: 'the answer could not be read',
    risk_reject: 'a limit of risk, of the bot or the exchange',
    other: 'seen, and none of these',
  },
  stream_kind: {
    connect: 'a stream was opened for the first time since the bot was started',
    reconnect: 'it was opened again after a loss',
    disconnect: 'it was closed or lost',
    error: 'an attempt to open it failed, or it reported an error; it is as open as before',
    stale: 'it is open and nothing came for too long',
    subscribe: 'something was subscribed on it, so that it delivers',
  },
  /** What a stream carries. */
  stream_role: {
    prices: 'market data',
    orders: 'the own orders, fills and positions',
  },
  exit_kind: {
    signal: 'the strategy said so',
    stop: 'a stop-loss fired',
    trailing: 'a trailing stop fired',
    target: 'a take-profit was reached',
    timeout: 'it was open for too long',
    manual: 'a person closed it',
    emergency: 'closed outside of its plan',
    liquidation: 'the exchange closed it for want of margin',
    adl: 'the exchange closed it by auto-deleveraging',
    cleanup: 'the bot found it gone; why is not known',
  },
  reject_class: {
    balance: 'not enough balance or margin',
    filter: "the market's filters: precision, smallest size, price range",
    rate: 'too many requests',
    auth: 'key, signature or permission',
    risk: 'a limit of risk, of the bot or the exchange',
    would_trigger: 'a stop that would fire at once',
    post_only: 'it would have taken liquidity',
    reduce_only: 'it would not have reduced a position',
    duplicate: 'its id was used before',
    market_closed: 'the market is closed or halted',
    symbol: 'the exchange has no such symbol',
  },
  limit_kind: {
    max_positions: 'positions open at once',
    max_position_size: 'notional of one position, quote currency',
    daily_loss: 'loss of one UTC day, quote currency',
    per_trade_loss: 'loss of one position, quote currency',
    exposure: 'sum of all notionals, quote currency',
    leverage: 'leverage of a position',
    max_age: 'age of a position, hours',
  },
  limit_scope: {
    bot: 'for all of the bot',
    exchange: 'for one exchange, named by scope_value',
    symbol: 'for one symbol, named by scope_value',
    strategy: 'for one strategy, named by scope_value',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type KindType = keyof typeof WORD_KINDS;
export type Kind<Type extends KindType> = keyof (typeof WORD_KINDS)[Type] & string;

/** The words of a closed set, in the order of the contract. */
export function kindsOf<Type extends KindType>(type: Type): readonly Kind<Type>[] {
  return Object.keys(WORD_KINDS[type]) as Kind<Type>[];
}

export function isKindType(type: string): type is KindType {
  return Object.hasOwn(WORD_KINDS, type);
}

/** States whose `on` means something. */
export const SWITCHES: readonly Kind<'state_kind'>[] = [
  'kill_switch',
  'trading',
  'entries',
  'circuit_breaker',
  'cool_down',
  'global_blocker',
];

/** By which columns of the contract a column is read when the mapping does not give it: the words and their reading. */
export const READ_BY = {
  event: { kind: ['type'] },
  heartbeat: { kind: ['status'] },
  state: { kind: ['name'], on: ['name', 'value'] },
  position: { exit_kind: ['exit_reason'] },
  api_call: { operation_kind: ['operation'], error_kind: ['error_code', 'error_class'] },
  order: { reject_class: ['reject_code', 'reject_reason'] },
  limit: { kind: ['name'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
