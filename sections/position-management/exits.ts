import { amount, money, sum } from '../../audit/decimal.ts';
import { isKnown, known, type Value } from '../../audit/value.ts';
import { forcedExit } from '../shared/words/forced-words.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy, largestFirst } from '../shared/facts/row-values.ts';

/** Spellings of the reasons of P9; what none of them matches keeps the bot's own word. */
const REASONS: readonly (readonly [string, RegExp])[] = [
  ['trailing', /trail/i],
  ['stop', /stop|\bsl\b|^sl_/i],
  ['take profit', /take|target|\btp\b|^tp_|profit/i],
  ['timeout', /time|aged|expir/i],
  ['signal', /signal|strategy|reverse|exit_rule/i],
  ['manual', /manual|user|operator/i],
];

/** The bot noticed that the position was gone; why it went, it does not know. */
const GONE = /phantom|unknown|not.?found|sync|clean.?up|orphan|^$/i;
const UNKNOWN = 'unknown';
/** More reasons than this are free text, not reasons; the rest is printed as `other`. */
const MOST_REASONS = 12;

/** Normal form of an exit reason; `unknown` when the bot only found the position gone. */
export function exitReason(stored: string | null): string {
  const forced = forcedExit(stored);
  if (forced !== null) return forced;
  if (stored === null || GONE.test(stored.trim())) return UNKNOWN;
  return REASONS.find(([, pattern]) => pattern.test(stored))?.[0] ?? plain(stored);
}

/** The bot's own word, short and on one line; `other` is ours. */
function plain(stored: string): string {
  const word = cleaned(stored).toLowerCase().slice(0, 40);
  return word === '' || word === 'other' ? 'other reason' : word;
}

/** Where the mapping has no reason, the type of the order that closed the position says it. */
export function reasonOfOrder(order: OrderRow | undefined): string {
  const kind = `${order?.role ?? ''} ${order?.type ?? ''}`;
  if (/trail/.test(kind)) return 'trailing';
  if (/stop/.test(kind)) return 'stop';
  return /take_profit/.test(kind) ? 'take profit' : UNKNOWN;
}

function cleaned(stored: string): string {
  return stored.replaceAll(/[\p{C}{}=,\s]+/gu, ' ').trim();
}

export interface ExitGroup {
  readonly reason: string;
  /** The bot's own words behind it, most frequent first: what `unknown` was, and what was read as a stop. */
  readonly words: string;
  readonly count: number;
  /** Of all closes, percent. */
  readonly share: number;
  readonly net: Value<string>;
}

/** Closes by reason, most first (P9). */
export function exitGroups(
  closed: readonly PositionFact[],
  reasonOf: (fact: PositionFact) => string,
): readonly ExitGroup[] {
  const groups = largestFirst(groupBy(closed, reasonOf));
  const rest = groups.slice(MOST_REASONS).flatMap(([, group]) => group);
  return [...groups.slice(0, MOST_REASONS), ...(rest.length > 0 ? [['other', rest] as const] : [])].map(
    ([reason, group]) => ({
      reason,
      words: wordsOf(group),
      count: group.length,
      share: (100 * group.length) / closed.length,
      net: netSum(group),
    }),
  );
}

/** At most three words as they are stored, with how often each. */
const MOST_WORDS = 3;

function wordsOf(group: readonly PositionFact[]): string {
  const stored = largestFirst(groupBy(group, ({ exitReason: word }) => cleaned(word ?? '').slice(0, 40)));
  const shown = stored
    .slice(0, MOST_WORDS)
    .map(([word, facts]) => `${word === '' ? 'empty' : word} (${String(facts.length)})`);
  const rest = stored.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${String(rest)} more`] : [])].join(', ');
}

/** Sum of net PnL, or the first reason why one is missing: a sum of some would pass for all. */
function netSum(facts: readonly PositionFact[]): Value<string> {
  const lost = facts.map(({ net }) => net).find((net) => !isKnown(net));
  if (lost !== undefined) return lost;
  return known(amount(sum(facts.map(({ net }) => money(isKnown(net) ? net.value : 0)))));
}
