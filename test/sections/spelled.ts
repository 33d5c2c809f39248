import { WORDS } from '../../audit/spellings.ts';
import { SWITCH_SPELLINGS } from '../../audit/switch-spellings.ts';
import { withoutSeparators } from '../../sources/database/word-reading.ts';
import { at } from './support.ts';

/** What the exact spellings read a word as, as the query compiler does where a mapping says nothing. */
export function kindOf(type: keyof typeof WORDS, word: string): string | null {
  const kinds = Object.entries(WORDS[type]).map(
    ([kind, words]) => [kind, words.map(withoutSeparators)] as const,
  );
  return kinds.find(([, words]) => words.includes(withoutSeparators(word)))?.[0] ?? null;
}

/** The same of a state by its name and value. */
export function switchOf(
  name: string,
  value: string,
): { readonly kind: string | null; readonly on: boolean | null } {
  const spelling = SWITCH_SPELLINGS.find(({ names }) =>
    names.some((one) => withoutSeparators(one) === withoutSeparators(name)),
  );
  const word = value.trim().toLowerCase().replaceAll(/[- ]/g, '_');
  const on =
    spelling?.on.includes(word) === true ? true : spelling?.off.includes(word) === true ? false : null;
  return { kind: spelling?.kind ?? null, on };
}

/** A row of the critical events, its kind as the exact spellings read its type. */
export const criticalEvent = (
  type: string,
  time: string,
  over: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  type,
  kind: kindOf('event_kind', type),
  exchange: 'binance',
  symbol: 'BTCUSDT',
  position_id: null,
  first_at: at(time),
  last_at: at(time),
  events: 1,
  id: 'E1',
  order_id: null,
  message: null,
  ...over,
});
