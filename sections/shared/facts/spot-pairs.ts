import type { BotFacts } from '../../../audit/evidence.ts';
import type { InstrumentRow } from '../queries/trading-rows.ts';
import { canonicalSymbol } from './symbols.ts';

/** What a spot trade exchanges, in capitals: the base is bought or sold, the quote pays for it. */
export interface SpotPair {
  readonly base: string;
  readonly quote: string;
}

/** By the instrument's row, by the two names in its own, or by the currencies of results at its end; else null. */
export function spotPair(
  symbol: string | null,
  row: Pick<InstrumentRow, 'base' | 'quote'> | undefined,
  { quoteCurrency, atPar = [] }: Pick<BotFacts, 'quoteCurrency' | 'atPar'>,
): SpotPair | null {
  const stated = [row?.base, row?.quote].map((name) => name?.trim().toUpperCase() ?? '');
  const written = /^([^/_:-]+)[/_-]([^/_:-]+)/.exec((symbol ?? '').toUpperCase())?.slice(1) ?? [];
  for (const [base = '', quote = ''] of [stated, written])
    if (base !== '' && quote !== '') return { base, quote };
  const name = canonicalSymbol(symbol ?? '');
  const [quote] = [quoteCurrency, ...atPar]
    .map((currency) => currency.toUpperCase())
    .filter((currency) => name.endsWith(currency) && name.length > currency.length)
    .sort((a, b) => b.length - a.length);
  return quote === undefined ? null : { base: name.slice(0, -quote.length), quote };
}
