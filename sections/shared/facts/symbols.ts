/** One spelling per instrument, to join what two sources name differently: `BTC/USDT:USDT` and `BTC_USDT` are `BTCUSDT`. */
export function canonicalSymbol(symbol: string): string {
  return (symbol.split(':')[0] ?? symbol).replaceAll(/[/_-]/g, '').toUpperCase();
}

/** Exchange in lower case; rows without one are told apart as `unknown`. */
export function venueOf(exchange: string | null): string {
  return exchange === null || exchange === '' ? 'unknown' : exchange.toLowerCase();
}

/** Key of an instrument at a venue, the same for every spelling. */
export function instrumentKey(exchange: string | null, symbol: string | null): string {
  return `${venueOf(exchange)} ${canonicalSymbol(symbol ?? '')}`;
}
