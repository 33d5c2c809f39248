/** One spelling per instrument, to join what two sources name differently: `BTC/USDT:USDT` and `BTC_USDT` are `BTCUSDT`. */
export function canonicalSymbol(symbol: string): string {
  return (symbol.split(':')[0] ?? symbol).replaceAll(/[/_-]/g, '').toUpperCase();
}

/** Whether two sources call an instrument by different names, whatever their spelling. */
export function isOtherName(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && canonicalSymbol(one) !== canonicalSymbol(other);
}

/** Exchange in lower case; rows without one are told apart as `unknown`. */
export function venueOf(exchange: string | null): string {
  return exchange === null || exchange === '' ? 'unknown' : exchange.toLowerCase();
}

/** Key of an instrument at a venue, the same for every spelling. */
export function instrumentKey(exchange: string | null, symbol: string | null): string {
  return `${venueOf(exchange)} ${canonicalSymbol(symbol ?? '')}`;
}

/** The exchange of an instrument's key. */
export function exchangeOfKey(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

/** The same of row after row: prices come by instrument, so that most have the names of the row before. */
export function instrumentKeys(): typeof instrumentKey {
  let [lastExchange, lastSymbol, key]: [string | null, string | null, string] = [
    null,
    null,
    instrumentKey(null, null),
  ];
  return (exchange, symbol) => {
    if (exchange !== lastExchange || symbol !== lastSymbol)
      [lastExchange, lastSymbol, key] = [exchange, symbol, instrumentKey(exchange, symbol)];
    return key;
  };
}

/** The exchanges of the configuration in its order, then those that only the data knows. */
export function venuesOf(configured: readonly string[], seen: Iterable<string>): readonly string[] {
  const extra = [...new Set(seen)].filter((venue) => !configured.includes(venue)).sort();
  return [...configured, ...extra];
}
