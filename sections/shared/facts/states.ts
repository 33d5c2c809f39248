import type { Rows } from '../../../audit/section.ts';
import type { Kind } from '../../../audit/word-kinds.ts';
import type { StateRow } from '../queries/monitoring.ts';

/**
 * What a state says of trading. `blocks`: all of it is stopped. `holds`: new entries, or what failed too often. `cools`: a
 * pause that ends by itself. `unread`: neither the mapping nor a spelling says what it is, or whether it is on.
 */
type Says = 'blocks' | 'holds' | 'cools' | 'free' | 'unread' | 'other';

/** The last state of a name, with what it says of trading. */
export interface JudgedState extends StateRow {
  readonly says: Says;
}

/** What a switch says when it is engaged; `trading` and `entries` when they are not allowed. */
const STOPS: Readonly<Partial<Record<Kind<'state_kind'>, Says>>> = {
  kill_switch: 'blocks',
  global_blocker: 'blocks',
  trading: 'blocks',
  entries: 'holds',
  circuit_breaker: 'holds',
  cool_down: 'cools',
};

/** None where states cannot be read. */
export function judgedStates(states: Rows<StateRow>): readonly JudgedState[] {
  return states.ok ? states.rows.map((state) => ({ ...state, says: saysOf(state) })) : [];
}

function saysOf({ kind, on }: StateRow): Says {
  if (kind === null || kind === 'unknown') return 'unread';
  const stops = STOPS[kind];
  if (stops === undefined) return 'other';
  if (on === null) return 'unread';
  const isFreeWhenOn = kind === 'trading' || kind === 'entries';
  return on === isFreeWhenOn ? 'free' : stops;
}
