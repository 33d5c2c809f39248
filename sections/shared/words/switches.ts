import type { StateRow } from '../queries/monitoring.ts';

/**
 * What a state says of trading. `blocks`: all of it is stopped. `holds`: new entries, or one part of the bot. `cools`: a
 * cool-down runs. `unknown`: a switch with a word that nobody knows; an `ARMED` may be ready to fire or have fired.
 */
export type Switch = 'blocks' | 'holds' | 'cools' | 'free' | 'unknown';
type State = Pick<StateRow, 'name' | 'value'>;

const ON =
  /^(on|true|t|1|yes|y|active|activated|engaged|enabled|triggered|tripped|blocked|open|opened|half_open|raised|locked|set)$/;
const OFF =
  /^(off|false|f|0|no|n|none|inactive|deactivated|disengaged|disabled|disarmed|released|clear|cleared|reset|normal|ok)$/;
const STOPPED = /^(halt|halted|pause|paused|suspended|stopped|in_progress|cooling|cooling_down|emergency)$/;
const RESTING = /^(closed|ready|armed|idle|healthy|resumed|running|over|ended|done)$/;
const TRADES =
  /^(on|true|t|1|yes|y|active|activated|enabled|open|running|live|ok|normal|allowed|started|resumed)$/;
const TRADES_NOT =
  /^(off|false|f|0|no|n|inactive|disabled|stopped|paused|halted|suspended|blocked|closed|locked|tripped|shutdown|killed|emergency|maintenance)$/;

/** How the name of a switch is read: by its whole, where a word is judged strictly, or by the words in it. */
interface Reading {
  readonly name: RegExp;
  readonly on: readonly RegExp[];
  readonly off: readonly RegExp[];
  /** What the switch means when it is on, for the whole bot and for a part of it (a symbol, a strategy, an exchange). */
  readonly whole: Switch;
  readonly part: Switch | null;
  /** A word of neither list is `unknown`; else it is only shown. */
  readonly strict?: boolean;
}

const SWITCHED = [ON, STOPPED];
const RESTED = [OFF, RESTING];
const READINGS: readonly Reading[] = [
  {
    name: /^(.*_)?kill_?switch(_active|_on|_enabled)?$/,
    on: [ON],
    off: [OFF],
    whole: 'blocks',
    part: 'blocks',
    strict: true,
  },
  { name: /^(.*_)?global_blocker$/, on: [ON], off: [OFF], whole: 'blocks', part: 'blocks', strict: true },
  // These say that the bot may trade: off is what stops it.
  {
    name: /^(.*_)?(trad(e|ing)_(enabled|active|allowed)|(can|is|allow|enable)_trad(e|ing)|scheduler_running)$/,
    on: [TRADES_NOT],
    off: [TRADES],
    whole: 'blocks',
    part: 'blocks',
    strict: true,
  },
  {
    name: /^(trading|(trading|bot|engine)_(status|state)|bot_(running|enabled|active))$/,
    on: [TRADES_NOT],
    off: [TRADES],
    whole: 'blocks',
    part: null,
  },
  {
    name: /^(allow_new_[a-z]+|(new_)?(entries|entry|orders|opens|positions)_(enabled|allowed))$/,
    on: [TRADES_NOT],
    off: [TRADES],
    whole: 'holds',
    part: 'holds',
  },
  {
    name: /^(close_only|reduce_only|no_new_[a-z]+|read_only|safe_mode)(_mode|_active|_on|_enabled)*$/,
    on: SWITCHED,
    off: RESTED,
    whole: 'holds',
    part: 'holds',
  },
  {
    name: /(^|_)(emergency_stop|e_?stop|panic)(ped)?(_(mode|active|on|triggered|flag|state|status|enabled))*$/,
    on: SWITCHED,
    off: RESTED,
    whole: 'blocks',
    part: 'holds',
  },
  {
    name: /(^|_)circuit_?breaker(?!.*(^|_)enabled)/,
    on: SWITCHED,
    off: RESTED,
    whole: 'holds',
    part: 'holds',
  },
  { name: /(^|_)cool_?(down|ing)(?!.*(^|_)enabled)/, on: SWITCHED, off: RESTED, whole: 'cools', part: null },
  {
    name: /(^|_)(entries|entry|orders|opens)_(halt|pause|suspend|stopp|block)[a-z]*/,
    on: SWITCHED,
    off: RESTED,
    whole: 'holds',
    part: 'holds',
  },
  {
    name: /(^|_)(halt(ed)?|pause[d]?|suspended|(trading|bot)_(stopped|blocked))(_|$)/,
    on: SWITCHED,
    off: RESTED,
    whole: 'blocks',
    part: 'holds',
  },
  { name: /(^|_)maintenance(_|$)/, on: SWITCHED, off: RESTED, whole: 'holds', part: 'holds' },
];

/** A number, a time or a list beside a switch is none: `circuit_breaker_failures`, `cooldown_until`, `maintenance_margin`. */
const PARAMETER =
  /(^|_)(failures?|threshold|limits?|count(er)?|s|secs?|seconds?|minutes?|mins?|hours?|until|at|time|timestamp|reason|since|by|last|next|ids?|duration|timeout|ttl|age|percent|pct|price|size|configured|supported|margin|rate|ratio|window|schedule[d]?|symbols?|pairs?|list|closed|cleared|healthy)(_|$)/;
/** Words that name no part: with one beside them (a symbol, a strategy, an exchange) the switch is of that part. */
const WHOLE =
  /^(trading|trade|bot|system|global|all|mode|state|status|flag|switch|is|active|activated|enabled|on|triggered|tripped|engaged|open|opened|new|entries|entry|orders|opens|auto|automatic|manual|engine|circuit|breaker|circuitbreaker|cool|down|cooldown|cooling|emergency|stop|stopped|estop|e|panic|halt|halted|pause|paused|suspended|blocked|maintenance)$/;

export function normal(text: string): string {
  return text
    .trim()
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/** What a state says of trading; null when it is no switch that the audit knows. */
export function switchOf(state: State): Switch | null {
  const name = normal(state.name);
  const reading = READINGS.find((one) => one.name.test(name));
  if (reading === undefined || (reading.strict !== true && PARAMETER.test(name))) return null;
  const word = normal(state.value);
  if (reading.on.some((words) => words.test(word))) {
    return name.split('_').every((token) => WHOLE.test(token)) ? reading.whole : reading.part;
  }
  if (reading.off.some((words) => words.test(word))) return 'free';
  // A number may be a rest of seconds or a count, and says nothing of on and off.
  return reading.strict === true || (/^[a-z]/.test(word) && reading.off === RESTED) ? 'unknown' : null;
}
