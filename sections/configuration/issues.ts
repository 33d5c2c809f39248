import type { Money } from '../../audit/decimal.ts';
import type { Kind } from '../../audit/word-kinds.ts';
import { kindsOf } from '../../audit/word-kinds.ts';
import { limitsOf, ownLimits, partName, type Limit } from '../shared/facts/limits.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

type LimitKind = Kind<'limit_kind'>;
export const ISSUE_KINDS = ['void', 'missing', 'looser', 'contradictory', 'idle', 'no-kill-switch'] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

/** A setting with what a rule says of it. */
export interface Issue {
  readonly kind: IssueKind;
  readonly parameter: string;
  readonly current: Money | null;
  /** Null where the value is the operator's to choose. */
  readonly recommended: Money | null;
  readonly unit: string;
  readonly rule: string;
  readonly reason: string;
}

/** Why each is wanted; a largest size of one position is not, where exposure is limited and so is a position's loss. */
const WHY: Readonly<Record<Exclude<LimitKind, 'max_position_size'>, string>> = {
  max_positions: 'nothing keeps a faulty signal from opening one position after the other',
  daily_loss: 'nothing ends a day on which everything goes wrong',
  per_trade_loss: 'the loss of one position is bounded by its stop alone',
  exposure: 'many small positions can add up to more than the account bears',
  leverage: 'a wrong setting at the exchange brings liquidation nearer, and nothing notices',
  max_age: 'a forgotten position stays until somebody looks',
};

/** What limits and switches are against each other, whatever they were used for. */
export function issuesOf(input: Input): readonly Issue[] {
  return [
    ...(canMiss(input) ? KINDS.flatMap((kind) => missingLimit(kind, input)) : []),
    ...KINDS.flatMap((kind) => [
      ...voidLimits(kind, input),
      ...looserLimits(kind, input),
      ...idleLimits(kind, input),
    ]),
    ...contradictions(input),
    ...withoutKillSwitch(input),
  ];
}

export const KINDS = kindsOf('limit_kind');

/** A bot that writes no limit at all may keep them elsewhere, and one under a name that nothing reads may be the missing one. */
export function canMiss({ rows }: Input): boolean {
  if (!rows.limits.ok || rows.limits.rows.length === 0) return false;
  return rows.limits.rows.every(({ kind }) => kind !== null && kind !== 'unknown');
}

export function unitOf(kind: LimitKind, { bot }: Pick<Input, 'bot'>): string {
  if (kind === 'max_positions') return 'positions';
  if (kind === 'leverage') return 'x';
  return kind === 'max_age' ? 'h' : bot.quoteCurrency;
}

function missingLimit(kind: LimitKind, input: Input): readonly Issue[] {
  if (kind === 'max_position_size') return [];
  const { limits, unread } = limitsOf(kind, input);
  if (limits.length > 0 || unread !== null || !applies(kind, input)) return [];
  return [
    {
      kind: 'missing',
      parameter: kind,
      current: null,
      recommended: null,
      unit: unitOf(kind, input),
      rule: 'every kind of limit is set',
      reason: WHY[kind],
    },
  ];
}

/** A spot account has no leverage, and of an account that nobody describes it is not known. */
function applies(kind: LimitKind, { bot }: Input): boolean {
  if (kind !== 'leverage') return true;
  return Object.values(bot.accounts ?? {}).some(({ type }) => type !== 'spot');
}

/** The bot goes by its own limit, whatever the operator's says: one without a number stops nothing, or everything. */
function voidLimits(kind: LimitKind, input: Input): readonly Issue[] {
  const set = operatorsOf(kind, input);
  return ownLimits(kind, input)
    .unread.filter(({ isVoid }) => isVoid)
    .map(({ why }) => ({
      kind: 'void',
      parameter: kind,
      current: null,
      recommended: set?.value ?? null,
      unit: unitOf(kind, input),
      rule: 'a limit of the bot is a number above 0',
      reason: `${why}, so the bot is not limited, or may do nothing at all`,
    }));
}

/** The bot enforces its own limit: a stricter one that only the audit knows stops nothing. */
function looserLimits(kind: LimitKind, input: Input): readonly Issue[] {
  const [own] = ownOf(kind, input);
  const set = operatorsOf(kind, input);
  if (own === undefined || set === undefined || !own.value.greaterThan(set.value)) return [];
  return [
    {
      kind: 'looser',
      parameter: kind,
      current: own.value,
      recommended: set.value,
      unit: unitOf(kind, input),
      rule: 'the bot’s own limit is at most the operator’s',
      reason: 'the bot stops later than its operator has decided',
    },
  ];
}

function operatorsOf(kind: LimitKind, input: Input): Limit | undefined {
  return limitsOf(kind, { ...input, rows: { limits: { ok: true, rows: [] } } }).limits[0];
}

/** Of the whole bot, the strictest first. */
function ownOf(kind: LimitKind, input: Input): readonly Limit[] {
  return ownLimits(kind, input)
    .limits.filter(({ scope }) => scope === 'bot')
    .toSorted((a, b) => a.value.comparedTo(b.value));
}

/** A limit of a part above that of the whole never binds. */
function idleLimits(kind: LimitKind, input: Input): readonly Issue[] {
  const { limits } = limitsOf(kind, input);
  const whole = limits.find(({ scope }) => scope === 'bot');
  if (whole === undefined) return [];
  return limits
    .filter((limit) => limit.scope !== 'bot' && limit.value.greaterThan(whole.value))
    .map((limit) => ({
      kind: 'idle',
      parameter: `${kind} of ${partName(limit)}`,
      current: limit.value,
      recommended: whole.value,
      unit: unitOf(kind, input),
      rule: 'a limit of a part is at most that of the whole bot',
      reason: 'it never binds, so the part is limited by the whole alone',
    }));
}

function contradictions(input: Input): readonly Issue[] {
  const whole = (kind: LimitKind) => limitsOf(kind, input).limits.find(({ scope }) => scope === 'bot');
  const [trade, day] = [whole('per_trade_loss'), whole('daily_loss')];
  if (trade === undefined || day === undefined || !trade.value.greaterThan(day.value)) return [];
  return [
    {
      kind: 'contradictory',
      parameter: 'per_trade_loss',
      current: trade.value,
      recommended: day.value,
      unit: input.bot.quoteCurrency,
      rule: 'the loss of one position is at most that of a day',
      reason: 'one position may lose more than the day allows, so one of the two limits is never kept',
    },
  ];
}

/** Where every switch is read and none of them stops all trading at once. */
function withoutKillSwitch(input: Input): readonly Issue[] {
  const states = rowsOf(input.rows.states);
  const isRead = states.every(({ kind }) => kind !== null && kind !== 'unknown');
  const stops = states.some(({ kind }) => kind === 'kill_switch' || kind === 'trading');
  if (states.length === 0 || !isRead || stops) return [];
  return [
    {
      kind: 'no-kill-switch',
      parameter: 'kill switch',
      current: null,
      recommended: null,
      unit: '',
      rule: 'one of the bot’s switches stops all trading at once',
      reason: 'whoever sees trouble has to stop the process, and open positions lose their keeper with it',
    },
  ];
}
