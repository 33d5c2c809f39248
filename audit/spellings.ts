import { CALL_OUTCOMES, CALL_WORDS, INGESTION_STATUSES } from './call-spellings.ts';
import type { ColumnType } from './contract.ts';
import { ORDER_ROLES } from './order-roles.ts';
import { list, type Words } from './word-list.ts';

/** Known spellings (lower case, trimmed) -> normal form. Anything else is read as `unknown` and is a finding. */
export const SPELLINGS = {
  side: {
    buy: 'long',
    long: 'long',
    b: 'long',
    sell: 'short',
    short: 'short',
    s: 'short',
  },
  position_status: {
    active: 'open',
    trailing: 'open',
    open: 'open',
    is_open: 'open',
    true: 'open',
    pending_entry: 'transient',
    entry_placed: 'transient',
    pending_sl: 'transient',
    closed: 'closed',
    false: 'closed',
    failed: 'failed',
    rolled_back: 'failed',
  },
  order_status: {
    new: 'new',
    accepted: 'new',
    submitted: 'new',
    pending_new: 'new',
    active: 'new',
    open: 'new',
    partially_filled: 'partially_filled',
    partial_fill: 'partially_filled',
    partial: 'partially_filled',
    'partially filled': 'partially_filled',
    filled: 'filled',
    closed: 'filled',
    executed: 'filled',
    cancelled: 'cancelled',
    canceled: 'cancelled',
    rejected: 'rejected',
    failed: 'rejected',
    expired: 'expired',
  },
  order_type: {
    market: 'market',
    limit: 'limit',
    stop: 'stop',
    stop_market: 'stop_market',
    stop_limit: 'stop_limit',
    take_profit: 'take_profit',
    take_profit_limit: 'take_profit_limit',
    take_profit_market: 'take_profit',
    trailing_stop: 'trailing_stop',
    trailing_stop_market: 'trailing_stop',
  },
  order_role: ORDER_ROLES,
  decision_status: {
    pending: 'pending',
    executed: 'executed',
    failed: 'failed',
    cancelled: 'cancelled',
    canceled: 'cancelled',
  },
  execution_status: {
    submitted: 'submitted',
    pending: 'submitted',
    filled: 'filled',
    executed: 'filled',
    partially_filled: 'partially_filled',
    partial: 'partially_filled',
    partial_fill: 'partially_filled',
    cancelled: 'cancelled',
    canceled: 'cancelled',
    expired: 'cancelled',
    rejected: 'rejected',
    failed: 'rejected',
  },
  ingestion_status: INGESTION_STATUSES,
  severity: {
    info: 'INFO',
    debug: 'INFO',
    notice: 'INFO',
    warning: 'WARNING',
    warn: 'WARNING',
    error: 'ERROR',
    critical: 'CRITICAL',
    fatal: 'CRITICAL',
    emergency: 'CRITICAL',
  },
  call_outcome: CALL_OUTCOMES,
  stream_kind: {
    connect: 'connect',
    connected: 'connect',
    reconnect: 'reconnect',
    reconnected: 'reconnect',
    disconnect: 'disconnect',
    disconnected: 'disconnect',
    error: 'error',
    connect_failed: 'error',
    connection_failed: 'error',
    reconnect_failed: 'error',
    stale: 'stale',
    subscribe: 'subscribe',
    subscribed: 'subscribe',
    resubscribed: 'subscribe',
  },
  limit_scope: {
    bot: 'bot',
    global: 'bot',
    total: 'bot',
    account: 'bot',
    all: 'bot',
    '': 'bot',
    exchange: 'exchange',
    symbol: 'symbol',
    strategy: 'strategy',
  },
} as const satisfies Partial<Record<ColumnType, Readonly<Record<string, string>>>>;

/** Kinds that are read by a list of words each. */
type Listed =
  | 'event_kind'
  | 'heartbeat_kind'
  | 'operation_kind'
  | 'error_kind'
  | 'exit_kind'
  | 'reject_class'
  | 'limit_kind';

/**
 * Exact spellings that are beyond doubt, by kind: compared in lower case without separators, so that `KillSwitch`,
 * `kill-switch` and `kill_switch` are one. No patterns and no parts of words: whatever may mean something else is left
 * to the mapping.
 */
export const WORDS: { readonly [Type in Listed]: Words<Type> } = {
  event_kind: {
    position_opened: list('position_opened trade_opened position_entered'),
    position_closed: list('position_closed trade_closed position_exited'),
    position_adopted: list('position_adopted position_restored position_recovered'),
    stop_placed: list('stop_placed stop_loss_placed stop_created stop_loss_created sl_placed sl_created'),
    stop_updated: list('stop_updated stop_loss_updated stop_moved stop_loss_moved sl_updated sl_moved'),
    stop_removed:
      list(`stop_removed stop_loss_removed sl_removed stop_cancelled stop_canceled stop_loss_cancelled
      stop_loss_canceled`),
    stop_failed: list(`stop_failed stop_loss_failed sl_failed stop_rejected stop_placement_failed
      stop_loss_placement_failed stop_update_failed stop_loss_update_failed`),
    stop_missing: list(`stop_missing stop_loss_missing sl_missing missing_stop missing_stop_loss missing_sl
      position_without_stop position_without_stop_loss position_unprotected unprotected_position`),
    stop_triggered: list('stop_triggered stop_loss_triggered sl_triggered stop_hit stop_loss_hit sl_hit'),
    trailing_activated: list('trailing_activated trailing_stop_activated'),
    trailing_updated: list('trailing_updated trailing_stop_updated trailing_stop_moved'),
    emergency_close: list('emergency_close emergency_closed emergency_exit panic_close'),
    liquidation: list(`liquidation liquidated position_liquidated liquidated_by_exchange forced_liquidation
      force_liquidation liquidation_order liquidation_executed liquidation_close liquidation_event
      emergency_liquidation_detected`),
    adl: list(`adl adl_close adl_closed adl_executed adl_event auto_deleverage auto_deleveraged auto_deleveraging
      position_deleveraged`),
    margin_call: list('margin_call margin_called margin_call_received'),
    order_rejected: list('order_rejected order_refused entry_rejected'),
    error:
      list(`error api_error exchange_error database_error db_error parse_error network_error connection_error
      unexpected_error unhandled_exception internal_error critical_error fatal_error`),
    phantom: list('phantom phantom_position phantom_detected phantom_found phantom_position_detected'),
    untracked: list('untracked untracked_position untracked_position_found untracked_position_detected'),
    zombie_found: list(`zombie_found zombie_detected zombie_order zombie_order_found zombie_order_detected
      zombie_orders_found zombie_orders_detected`),
    zombie_cancelled: list(`zombie_cancelled zombie_canceled zombie_order_cancelled zombie_order_canceled
      zombie_orders_cancelled zombie_orders_canceled`),
    duplicate_execution: list('duplicate_execution double_execution executed_twice'),
    limit_breach: list('limit_breach limit_breached risk_limit_breached risk_limit_exceeded'),
    stream_up: list(`stream_up stream_connected stream_reconnected websocket_connected websocket_reconnected
      ws_connected ws_reconnected`),
    stream_down: list('stream_down stream_lost stream_disconnected websocket_disconnected ws_disconnected'),
    stream_error: list('stream_error websocket_error ws_error'),
    sync: list(`sync sync_done sync_completed position_sync positions_synced reconciliation reconciliation_done
      reconciliation_completed`),
    blocked: list(`kill_switch_on kill_switch_activated kill_switch_engaged kill_switch_triggered
      circuit_breaker_open circuit_breaker_opened circuit_breaker_tripped circuit_breaker_triggered global_blocker
      global_blocker_set global_blocker_raised trading_halted trading_paused trading_stopped trading_suspended
      trading_blocked trading_disabled emergency_stop`),
    unblocked: list(`kill_switch_off kill_switch_deactivated kill_switch_disengaged kill_switch_released
      kill_switch_reset circuit_breaker_closed circuit_breaker_reset global_blocker_cleared global_blocker_released
      trading_resumed trading_unblocked`),
    manual_intervention: list('manual_intervention operator_intervention manual_override'),
    bot_started: list('bot_started bot_start bot_startup startup'),
    bot_stopped: list('bot_stopped bot_stop bot_shutdown shutdown graceful_shutdown'),
    config_changed: list(
      'config_changed config_updated config_reloaded configuration_changed settings_changed',
    ),
    note: list(`price_updated price_update heartbeat funding_settled funding_paid funding_received order_placed
      order_created order_submitted order_filled order_cancelled order_canceled liquidation_price_updated`),
  },
  heartbeat_kind: {
    well: list('ok okay healthy running up alive online well operational'),
    transient: list('starting started initializing initialising booting stopping shutting_down'),
    degraded: list('degraded impaired partially_degraded'),
    failing:
      list(`failing failed stuck stalled hung frozen blocked dead error crashed unhealthy down stopped fatal
      offline`),
  },
  ...CALL_WORDS,
  exit_kind: {
    signal: list(`signal exit_signal sell_signal close_signal signal_exit opposite_signal reverse_signal
      signal_reversal strategy strategy_exit custom_exit`),
    stop: list(`stop stop_loss sl stop_hit sl_hit stop_loss_hit stop_triggered sl_triggered stop_loss_triggered
      stopped_out stoploss_on_exchange`),
    trailing: list(`trailing trailing_stop trailing_sl trailing_stop_loss trailing_hit trailing_stop_hit
      trailing_stop_triggered trail_stop`),
    target: list(
      'target take_profit tp tp_hit take_profit_hit take_profit_triggered target_hit target_reached profit_target roi',
    ),
    timeout: list('timeout time_exit time_limit max_age max_hold_time max_holding_time aged aged_position'),
    manual: list(
      'manual manual_close manual_exit closed_manually user closed_by_user user_close operator force_exit',
    ),
    emergency: list('emergency emergency_close emergency_exit emergency_stop panic panic_close kill_switch'),
    liquidation: list(`liquidation liquidated liq forced_liquidation force_liquidation position_liquidated
      liquidated_by_exchange liquidation_order liquidation_close`),
    adl: list('adl adl_close adl_closed auto_deleverage auto_deleveraged auto_deleveraging'),
    cleanup: list(`unknown cleanup phantom phantom_cleanup phantom_aged orphan orphan_cleanup not_found
      position_not_found closed_on_exchange sync sync_cleanup sync_closed`),
  },
  reject_class: {
    balance: list(`insufficient_balance insufficient_available_balance insufficient_funds insufficient_margin
      not_enough_balance insufficient_buying_power margin_is_insufficient
      account_has_insufficient_balance_for_requested_action`),
    filter: [
      'filter_failure_lot_size',
      'filter_failure_market_lot_size',
      'filter_failure_min_notional',
      'filter_failure_notional',
      'filter_failure_price_filter',
      'filter_failure_percent_price',
      'filter_failure_percent_price_by_side',
      'precision_is_over_the_maximum_defined_for_this_asset',
      'quantity_less_than_zero',
      'quantity_less_than_or_equal_to_zero',
    ],
    rate: list(`too_many_requests too_many_visits rate_limit rate_limited rate_limit_exceeded api_rate_limit
      api_rate_limit_exceeded`),
    auth: list(
      'authentication_error invalid_api_key permission_denied signature_for_this_request_is_not_valid',
    ),
    risk: list('risk_limit risk_limit_exceeded exceeded_the_maximum_allowable_position_at_current_leverage'),
    would_trigger: list('order_would_immediately_trigger stop_price_would_trigger_immediately'),
    post_only: list('post_only post_only_rejected order_would_immediately_match_and_take'),
    reduce_only: list('reduce_only reduce_only_rejected reduceonly_order_is_rejected'),
    duplicate: list('duplicate_order duplicate_order_id duplicate_order_sent client_order_id_is_duplicated'),
    market_closed: list('market_closed market_is_closed'),
    symbol: list('invalid_symbol unknown_symbol symbol_not_found'),
  },
  limit_kind: {
    max_positions: list(`max_positions maximum_positions max_open_positions maximum_open_positions
      max_concurrent_positions max_open_trades max_concurrent_trades`),
    // A mere size may be a quantity.
    max_position_size: list(`max_position_notional maximum_position_notional position_notional_limit
      max_notional_per_position max_position_size_usd max_position_size_usdt max_position_size_quote`),
    daily_loss: list('daily_loss max_daily_loss maximum_daily_loss daily_loss_limit max_daily_loss_limit'),
    per_trade_loss: list(`per_trade_loss max_per_trade_loss per_trade_loss_limit max_loss_per_trade
      single_trade_loss max_single_trade_loss`),
    exposure: list('exposure max_exposure maximum_exposure exposure_limit total_exposure max_total_exposure'),
    leverage: list('leverage max_leverage maximum_leverage leverage_limit'),
    max_age: list('max_age max_age_hours max_position_age max_position_age_hours position_max_age'),
  },
};

/**
 * The numbers of each exchange, as its own lists of errors have them (Binance USD-M futures, Bybit v5). Not here, since each
 * means two things: Binance -2021 and -2022 (on spot a cancel-replace that failed), -1008 (its server is busy), -4118.
 */
export const REJECT_CODES: Readonly<Record<string, Words<'reject_class'>>> = {
  binance: {
    balance: list('-2018 -2019'),
    filter: list('-1111 -4003 -4004 -4005 -4014 -4016 -4023 -4024 -4131 -4164'),
    rate: list('-1003 -1015'),
    auth: list('-1022 -2014 -2015'),
    risk: list('-2027'),
    would_trigger: list('-4142'),
    post_only: list('-5022'),
    duplicate: list('-4116'),
  },
  bybit: {
    balance: list('110004 110006 110007 110012 110045 170131'),
    filter: list('110003 110094 170140'),
    rate: list('10006 10018'),
    auth: list('10003 10004 10005 10007 10010'),
    would_trigger: list('110092 110093'),
    reduce_only: list('110017'),
    duplicate: list('110072'),
  },
};
