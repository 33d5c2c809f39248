import type { EntityName } from './contract.ts';
import { canonicalJson, sha256 } from './hash.ts';

/** What a report is limited to; nothing of it: the whole bot. */
export interface Scope {
  readonly strategy?: string;
  /** As they were asked for, in the order of their names. */
  readonly symbols?: readonly string[];
}

/** A scope with what could be limited to it. */
export interface AppliedScope extends Scope {
  /** Read whole, since they are about the bot or the market: prices, states. */
  readonly whole: readonly EntityName[];
  /** Not read: their rows name no such thing, and a part of them nobody can tell. */
  readonly unread: readonly EntityName[];
}

/** The scope that an input asks for; null: the whole bot. Symbols are a list, or one text with commas. */
export function scopeOf(input: {
  readonly strategy?: string;
  readonly symbols?: string | readonly string[];
}): Scope | null {
  const { symbols: given = [] } = input;
  // Blanks around a name are no part of it, as in the bot's rows.
  const strategy = input.strategy?.replaceAll(/^ +| +$/g, '');
  const list = typeof given === 'string' ? given.split(',') : given;
  const symbols = [...new Set(list.map((symbol) => symbol.trim()).filter((symbol) => symbol !== ''))].sort();
  if (strategy === undefined && symbols.length === 0) return null;
  return { ...(strategy !== undefined && { strategy }), ...(symbols.length > 0 && { symbols }) };
}

/** `strategy trend, symbols BTCUSDT and ETHUSDT`. */
export function scopeText({ strategy, symbols = [] }: Scope): string {
  const some = symbols.slice(0, 6);
  const more = symbols.length - some.length;
  const named = more > 0 ? `${some.join(', ')} and ${String(more)} more` : some.join(', ');
  return [
    ...(strategy === undefined ? [] : [`strategy ${strategy}`]),
    ...(symbols.length === 0 ? [] : [`${symbols.length === 1 ? 'symbol' : 'symbols'} ${named}`]),
  ].join(', ');
}

/**
 * `strategy@trend-3f9a1c07`: the kind under which a limited report is kept, so that its address, its files, its revisions
 * and its history are its own and never those of the whole bot.
 */
export function scopedKind(kind: string, scope: Scope | null): string {
  if (scope === null) return kind;
  const words = [scope.strategy ?? [], ...(scope.symbols ?? [])].flat().join('-');
  const slug = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 30);
  const { strategy = null, symbols = [] } = scope;
  return `${kind}@${[slug, sha256(canonicalJson({ strategy, symbols })).slice(0, 8)].filter((part) => part !== '').join('-')}`;
}
