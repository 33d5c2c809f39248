import { list, type Words } from './word-list.ts';

/** How a call to an exchange ended; `unclear`: the bot itself does not know whether the exchange acted. */
export const CALL_OUTCOMES = {
  ok: 'ok',
  success: 'ok',
  succeeded: 'ok',
  successful: 'ok',
  error: 'error',
  failed: 'error',
  failure: 'error',
  timeout: 'timeout',
  timed_out: 'timeout',
  'timed out': 'timeout',
  aborted: 'aborted',
  unclear: 'unclear',
  unknown: 'unclear',
  unknown_outcome: 'unclear',
} as const;

/** Words of calls, part of the table in spellings.ts. */
export const CALL_WORDS: {
  readonly [Type in 'operation_kind' | 'error_kind']: Words<Type>;
} = {
  // Names of ccxt's methods stand for what they do; `create_order` does not say for what.
  operation_kind: {
    open_position: list('open_position enter_position'),
    close_position: list('close_position exit_position'),
    update_stop:
      list(`update_stop update_stop_loss update_sl set_stop set_stop_loss place_stop place_stop_loss move_stop
      move_stop_loss`),
    submit_order: list('submit_order create_order place_order send_order'),
    cancel_order: list('cancel_order cancel_orders cancel_all_orders'),
    fetch_price: list(
      'fetch_price fetch_prices fetch_ticker fetch_tickers get_ticker get_tickers price_fetch',
    ),
    fetch_account:
      list(`fetch_balance fetch_positions fetch_position fetch_order fetch_orders fetch_open_orders
      fetch_my_trades`),
    other: list('fetch_markets load_markets fetch_time set_leverage set_margin_mode'),
  },
  // With the names of ccxt's exceptions that mean one of them.
  error_kind: {
    timeout: list('timeout timed_out request_timeout'),
    rate_limit: list('rate_limit rate_limited rate_limit_exceeded too_many_requests ddos_protection'),
    auth: list('auth authentication_error permission_denied'),
    timestamp: list('timestamp invalid_nonce'),
    insufficient_margin: list('insufficient_margin insufficient_funds insufficient_balance'),
    filter: list('filter'),
    would_trigger: list('would_trigger order_would_immediately_trigger'),
    not_found: list('not_found order_not_found'),
    duplicate_id: list('duplicate_id duplicate_order_id'),
    unknown_outcome: list('unknown_outcome'),
    venue_down: list('venue_down exchange_not_available on_maintenance'),
    network: list('network network_error'),
    parse: list('parse parse_error bad_response null_response'),
    risk_reject: list('risk_reject'),
    other: list('other'),
  },
};

/**
 * The numbers of each exchange, as its own lists of errors have them (Binance USD-M futures, Bybit v5). Left out: what
 * means two things, as Binance -1008 (its server is busy) and -1006 (an unexpected answer).
 */
export const ERROR_CODES: Readonly<Record<string, Words<'error_kind'>>> = {
  binance: {
    rate_limit: list('-1003 -1015'),
    auth: list('-1002 -1022 -2014 -2015'),
    timestamp: list('-1021'),
    insufficient_margin: list('-2018 -2019'),
    filter: list('-1013 -1111 -4003 -4004 -4005 -4014 -4016 -4023 -4024 -4131 -4164'),
    would_trigger: list('-4142'),
    not_found: list('-2011 -2013'),
    duplicate_id: list('-4116'),
    unknown_outcome: list('-1007'),
    risk_reject: list('-2027'),
  },
  bybit: {
    rate_limit: list('10006 10018'),
    auth: list('10003 10004 10005 10007 10010'),
    timestamp: list('10002'),
    insufficient_margin: list('110004 110006 110007 110012 110045 170131'),
    filter: list('110003 110094 170140'),
    would_trigger: list('110092 110093'),
    not_found: list('110001'),
    duplicate_id: list('110072'),
  },
};

/** Statuses of a run that fetches data. */
export const INGESTION_STATUSES = {
  completed: 'completed',
  complete: 'completed',
  success: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  error: 'failed',
  running: 'running',
  started: 'running',
  in_progress: 'running',
  pending: 'running',
} as const;
