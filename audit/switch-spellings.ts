import type { Kind } from './word-kinds.ts';

/** Names of one kind of switch, and what its values say: `on` is engaged for switches, allowed for trading and entries. */
export interface SwitchSpelling {
  readonly kind: Kind<'state_kind'>;
  /** Compared in lower case without separators. */
  readonly names: readonly string[];
  /** Compared in lower case, `_` for blanks and hyphens. A value of neither list is not read. */
  readonly on: readonly string[];
  readonly off: readonly string[];
}

const TRUE = ['true', 't', '1', 'yes', 'y', 'on'];
const FALSE = ['false', 'f', '0', 'no', 'n', 'off'];
const ENGAGED = [...TRUE, 'active', 'activated', 'engaged', 'triggered', 'tripped'];
const RELEASED = [...FALSE, 'inactive', 'deactivated', 'disengaged', 'released', 'clear', 'cleared', 'reset'];
const ALLOWED = [
  ...TRUE,
  'active',
  'enabled',
  'allowed',
  'open',
  'running',
  'live',
  'started',
  'resumed',
  'normal',
];
const FORBIDDEN = [
  ...FALSE,
  'inactive',
  'disabled',
  'stopped',
  'paused',
  'halted',
  'suspended',
  'blocked',
  'closed',
  'locked',
  'killed',
  'shutdown',
];
const HALT = ['halted', 'paused', 'stopped', 'suspended', 'blocked'];

/**
 * States whose meaning is beyond doubt. Not here, since each may mean two things: a switch that is `armed` or `enabled`
 * (ready, or fired), a circuit breaker that is `on` or `true` (working, or tripped), `maintenance`, `safe_mode`.
 */
export const SWITCH_SPELLINGS: readonly SwitchSpelling[] = [
  {
    kind: 'kill_switch',
    names: [
      'kill_switch',
      'kill_switch_active',
      'kill_switch_on',
      'kill_switch_engaged',
      'kill_switch_triggered',
      'kill_switch_state',
      'kill_switch_status',
      'global_kill_switch',
      'emergency_stop',
      'emergency_stop_active',
    ],
    on: ENGAGED,
    off: RELEASED,
  },
  {
    kind: 'global_blocker',
    names: ['global_blocker', 'global_blocker_active', 'global_blocker_state', 'global_blocker_status'],
    on: [...ENGAGED, 'blocked', 'raised'],
    off: RELEASED,
  },
  {
    kind: 'trading',
    names: [
      'trading',
      'trading_enabled',
      'trading_active',
      'trading_allowed',
      'trading_status',
      'trading_state',
      'is_trading',
      'is_trading_enabled',
      'can_trade',
      'allow_trading',
      'enable_trading',
      'trade_enabled',
      'trade_allowed',
      'bot_enabled',
      'bot_running',
    ],
    on: ALLOWED,
    off: FORBIDDEN,
  },
  {
    kind: 'trading',
    names: [
      'trading_halted',
      'trading_paused',
      'trading_stopped',
      'trading_suspended',
      'trading_blocked',
      'trading_disabled',
      'stop_trading',
      'halt_trading',
      'pause_trading',
      'disable_trading',
      'bot_paused',
      'bot_stopped',
      'bot_halted',
      'paused',
      'halted',
    ],
    on: [...FALSE, 'inactive', 'released', 'clear', 'cleared', 'resumed'],
    off: [...TRUE, ...HALT, 'active', 'engaged', 'triggered'],
  },
  {
    kind: 'entries',
    names: [
      'entries',
      'entries_enabled',
      'entries_allowed',
      'new_entries_enabled',
      'new_entries_allowed',
      'new_positions_enabled',
      'new_positions_allowed',
      'allow_new_entries',
      'allow_new_positions',
      'allow_new_trades',
    ],
    on: ALLOWED,
    off: FORBIDDEN,
  },
  {
    kind: 'entries',
    names: [
      'entries_halted',
      'entries_paused',
      'entries_stopped',
      'entries_blocked',
      'entries_disabled',
      'no_new_entries',
      'no_new_positions',
      'no_new_trades',
      'close_only',
      'close_only_mode',
    ],
    on: [...FALSE, 'inactive', 'released', 'clear', 'cleared', 'resumed'],
    off: [...TRUE, ...HALT, 'active', 'engaged', 'triggered'],
  },
  {
    kind: 'circuit_breaker',
    names: ['circuit_breaker', 'circuit_breaker_state', 'circuit_breaker_status'],
    on: ['open', 'opened', 'half_open', 'halfopen', 'tripped', 'triggered'],
    off: ['closed', 'reset', 'normal'],
  },
  {
    kind: 'circuit_breaker',
    names: ['circuit_breaker_open', 'circuit_breaker_tripped', 'circuit_breaker_triggered'],
    on: [...ENGAGED, 'open'],
    off: [...RELEASED, 'closed'],
  },
  {
    kind: 'cool_down',
    names: ['cool_down', 'cool_down_active', 'cooling_down', 'in_cool_down'],
    on: [...ENGAGED, 'cooling', 'cooling_down', 'in_progress'],
    off: [...RELEASED, 'over', 'ended', 'done', 'expired'],
  },
  {
    kind: 'filter_cache',
    names: ['filter_cache', 'filters_cache', 'exchange_filters', 'exchange_filter_cache'],
    on: [],
    off: [],
  },
  { kind: 'cache', names: ['instrument_cache', 'symbol_cache', 'price_cache'], on: [], off: [] },
  { kind: 'leader', names: ['leader', 'leader_id', 'is_leader'], on: [], off: [] },
];
