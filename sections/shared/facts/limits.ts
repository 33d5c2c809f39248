import { money, type Money } from '../../../audit/decimal.ts';
import type { BotFacts, BotLimits } from '../../../audit/evidence.ts';
import type { Rows } from '../../../audit/section.ts';
import { missing } from '../../../audit/value.ts';
import { kindsOf, type Kind } from '../../../audit/word-kinds.ts';
import type { LimitRow } from '../queries/trading-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { groupBy, positiveOrNull } from './row-values.ts';
import { canonicalSymbol, venueOf } from './symbols.ts';

/** A limit in the unit of its kind, with who set it and what it is for. */
export interface Limit {
  readonly value: Money;
  readonly by: 'configuration' | 'limit of the bot';
  readonly scope: Scope;
  /** The exchange, symbol or strategy; null: of the whole bot. */
  readonly of: string | null;
}

type Scope = Kind<'limit_scope'>;
type Part = Pick<Limit, 'scope' | 'of'>;

interface Source {
  readonly bot: Pick<BotFacts, 'limits' | 'quoteCurrency'>;
  readonly rows: { readonly limits: Rows<LimitRow> };
}

/** What the operator can say too. */
const CONFIGURED: Readonly<Partial<Record<Kind<'limit_kind'>, keyof BotLimits>>> = {
  max_positions: 'maxPositions',
  daily_loss: 'dailyLoss',
  per_trade_loss: 'perTradeLoss',
  exposure: 'exposure',
  leverage: 'leverage',
  max_age: 'maxAgeH',
};

/**
 * The limits in force, one a part of the bot: the strictest of the operator's and the bot's own. `unread` says why another
 * one could not be compared: nobody knows whether it held.
 */
export function limitsOf(kind: Kind<'limit_kind'>, source: Source) {
  const configured = configuredLimit(kind, source);
  const { limits, unread } = ownLimits(kind, source);
  const byPart = groupBy([...(configured ? [configured] : []), ...limits], partKey);
  // What the operator says of the whole bot stands in for a row that cannot be read.
  const open = unread.filter(({ scope }) => configured === null || (scope !== 'bot' && scope !== null));
  return {
    limits: [...byPart.values()].flatMap((same) => strictest(same) ?? []),
    unread: open.length === 0 ? null : missing('inadequate_basis', open.map(({ why }) => why).join('; ')),
  };
}

/** The limit of the whole bot; what is limited for one exchange, symbol or strategy is none. */
export function limitOf(kind: Kind<'limit_kind'>, source: Source): Limit | null {
  return limitsOf(kind, source).limits.find(({ scope }) => scope === 'bot') ?? null;
}

/**
 * Those that the bot itself has, the strictest first of each part, and rows of the kind that cannot be compared; one whose
 * value is empty, 0 or negative `isVoid`: it stops everything or nothing, and the row does not say which.
 */
export function ownLimits(kind: Kind<'limit_kind'>, { bot, rows }: Source) {
  const own = (rows.limits.ok ? rows.limits.rows : []).filter((row) => row.kind === kind);
  const read = own.map((row) => readLimit(kind, row, bot));
  return {
    limits: read.flatMap((one) => ('value' in one ? [one] : [])),
    unread: read.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

/** The strictest limit that a position falls under. */
export function limitOn(
  limits: readonly Limit[],
  fact: Pick<PositionFact, 'venue' | 'symbol' | 'strategy'>,
): Limit | null {
  return strictest(limits.filter((limit) => covers(limit, fact)));
}

export function covers(
  { scope, of }: Part,
  fact: Pick<PositionFact, 'venue' | 'symbol' | 'strategy'>,
): boolean {
  if (scope === 'exchange') return fact.venue === of;
  if (scope === 'symbol') return of !== null && canonicalSymbol(fact.symbol) === canonicalSymbol(of);
  return scope === 'bot' || fact.strategy === of;
}

/** `bot`, `symbol BTCUSDT`. */
export function partName({ scope, of }: Part): string {
  return of === null ? scope : `${scope} ${of}`;
}

function partKey({ scope, of }: Part): string {
  return JSON.stringify([scope, scope === 'symbol' && of !== null ? canonicalSymbol(of) : of]);
}

/** The first of equals, so the operator's. */
function strictest(limits: readonly Limit[]): Limit | null {
  return limits.toSorted((a, b) => a.value.comparedTo(b.value))[0] ?? null;
}

function configuredLimit(kind: Kind<'limit_kind'>, { bot }: Pick<Source, 'bot'>): Limit | null {
  const key = CONFIGURED[kind];
  const value = key === undefined ? null : bot.limits[key];
  return value === null ? null : { value: money(value), by: 'configuration', scope: 'bot', of: null };
}

function readLimit(
  kind: Kind<'limit_kind'>,
  row: LimitRow,
  bot: Source['bot'],
): Limit | { readonly scope: Scope | null; readonly why: string; readonly isVoid: boolean } {
  const scope = scopeOf(row);
  const named = (row.scope_value ?? '').trim();
  const value = positiveOrNull(row.value);
  const not = (what: string) => ({ scope, why: `the limit ${row.name} ${what}`, isVoid: value === null });
  if (scope === null) return not(`is for ${row.scope ?? ''}, which is no scope that is known`);
  if (scope !== 'bot' && named === '') return not(`is for one ${scope} and does not say which`);
  if (!hasUnitOf(kind, row, bot)) return not(`is in ${row.unit ?? ''}, which is not compared`);
  if (value === null) return not('has no value above 0');
  const of = scope === 'bot' ? null : scope === 'exchange' ? venueOf(named) : named;
  return { value, by: 'limit of the bot', scope, of };
}

function scopeOf({ scope }: LimitRow): Scope | null {
  const word = (scope ?? '').trim().toLowerCase();
  if (word === '') return 'bot';
  return SCOPES.find((scope) => scope === word) ?? null;
}

const SCOPES = kindsOf('limit_scope');

/** Counts and leverage have one unit; an age is in hours and a sum in quote currency unless the row says otherwise. */
function hasUnitOf(kind: Kind<'limit_kind'>, { unit }: LimitRow, { quoteCurrency }: Source['bot']): boolean {
  const word = (unit ?? '').trim().toLowerCase();
  if (word === '' || kind === 'max_positions' || kind === 'leverage') return true;
  return kind === 'max_age'
    ? ['h', 'hour', 'hours'].includes(word)
    : ['quote', quoteCurrency.toLowerCase()].includes(word);
}
