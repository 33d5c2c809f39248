/** What ccxt calls the markets of an exchange that has several, or had another name. */
const PARENT: Readonly<Record<string, string>> = {
  binanceusdm: 'binance',
  binancecoinm: 'binance',
  kucoinfutures: 'kucoin',
  krakenfutures: 'kraken',
  gateio: 'gate',
  huobi: 'htx',
};

/** The bot's own name of an exchange, null where it has none of that name; a bot that names none takes any. */
export function venueNamed(name: string, venues: readonly string[]): string | null {
  const lower = name.toLowerCase();
  const parent = PARENT[lower];
  if (venues.length === 0) return parent ?? lower;
  if (venues.includes(lower)) return lower;
  return parent !== undefined && venues.includes(parent) ? parent : null;
}
