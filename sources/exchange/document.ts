import { z } from 'zod';
import { canonicalJson, sha256 } from '../../audit/hash.ts';
import type { ExchangeStateRow } from '../../store/exchange-states.ts';
import { instantOf } from '../snapshots/zoned-time.ts';

/** ccxt writes numbers, venues and careful exporters decimal text. */
const decimal = z
  .union([z.number(), z.string().regex(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i, 'is not a number')])
  .nullish();
const word = z.string().nullish();
const flag = z.boolean().nullish();
const time = z.number().nullish();
/** The venue's own answer, in which ccxt leaves what its structure has no place for. */
const info = z.record(z.string(), z.unknown()).nullish().catch(null);

const position = z.looseObject({
  symbol: z.string().min(1),
  side: word,
  contracts: decimal,
  contractSize: decimal,
  entryPrice: decimal,
  leverage: decimal,
  marginMode: word,
  hedged: flag,
  stopLossPrice: decimal,
  info,
});
const order = z.looseObject({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  clientOrderId: word,
  symbol: z.string().min(1),
  side: word,
  type: word,
  status: word,
  amount: decimal,
  filled: decimal,
  price: decimal,
  triggerPrice: decimal,
  stopPrice: decimal,
  stopLossPrice: decimal,
  takeProfitPrice: decimal,
  reduceOnly: flag,
  timestamp: time,
  info,
});
const trade = z.looseObject({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  order: word,
  symbol: z.string().min(1),
  side: word,
  price: decimal,
  amount: decimal,
  timestamp: z.number(),
  info,
});
const kept = z.array(z.record(z.string(), z.unknown())).optional();

const LISTS = {
  positions: z.array(position).optional(),
  openOrders: z.array(order).optional(),
  algoOrders: z.array(order).optional(),
  trades: z.array(trade).optional(),
  fills: z.array(trade).optional(),
  balances: z.record(z.string(), z.unknown()).optional(),
  funding: kept,
  ledger: kept,
};

/** One state of one account: what is not in it was not asked, and an empty list is flat. */
const state = z.object({
  exchange: z.string().trim().min(1).toLowerCase(),
  at: z.union([z.string(), z.number()]),
  account: z.string().default(''),
  ...LISTS,
});
export type ExchangeDocument = z.output<typeof state>;
export type CcxtPosition = z.output<typeof position>;
export type CcxtOrder = z.output<typeof order>;
export type CcxtTrade = z.output<typeof trade>;

const KNOWN = new Set(Object.keys(state.shape));

/** The states of a file, or what is wrong with it; `ignored` are keys that nothing reads. */
export type ReadStates =
  | { readonly ok: true; readonly states: readonly ExchangeStateRow[]; readonly ignored: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads one document or an array of them. `venueOf`: how the bot names an exchange, null for one that is not its own. */
export function readStates(text: string, venueOf: (exchange: string) => string | null): ReadStates {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { ok: false, problems: ['It is not JSON.'] };
  }
  const documents = Array.isArray(json) ? json : [json];
  if (documents.length === 0) return { ok: false, problems: ['It holds no document.'] };
  const read = documents.map((one, index) =>
    readState(one, documents.length > 1 ? `[${String(index)}]` : '', venueOf),
  );
  const problems = read.flatMap((one) => ('problems' in one ? one.problems : []));
  const states = read.flatMap((one) => ('row' in one ? [one.row] : []));
  const twice = states.find(
    (one, index) => states.findIndex((other) => keyOf(other) === keyOf(one)) !== index,
  );
  if (twice !== undefined) problems.push(`Two documents are of ${twice.exchange} at ${twice.at}.`);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, states, ignored: [...new Set(documents.flatMap(unknownKeys))] };
}

const keyOf = ({ exchange, account, at }: ExchangeStateRow): string =>
  JSON.stringify([exchange, account, at]);

function readState(
  given: unknown,
  place: string,
  venueOf: (exchange: string) => string | null,
): { readonly row: ExchangeStateRow } | { readonly problems: readonly string[] } {
  const parsed = state.safeParse(given);
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => `${pathOf(place, path)}: ${message}`) };
  const { exchange, account, at } = parsed.data;
  const venue = venueOf(exchange);
  if (venue === null)
    return { problems: [`${pathOf(place, ['exchange'])}: ${exchange} is no exchange of this bot`] };
  const instant = momentOf(at);
  if (typeof instant !== 'string') return { problems: [`${pathOf(place, ['at'])}: ${instant.reason}`] };
  const document = Object.fromEntries(Object.entries(given as object).filter(([key]) => KNOWN.has(key)));
  return { row: { exchange: venue, account, at: instant, hash: sha256(canonicalJson(document)), document } };
}

/** `[2].positions[0].symbol`. */
function pathOf(place: string, path: readonly PropertyKey[]): string {
  const keys = path.map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`));
  return `${place}${keys.join('')}`.replace(/^\./, '') || 'the document';
}

/** Milliseconds since the epoch, as ccxt writes them, or a time with its zone. */
function momentOf(at: string | number): string | { readonly reason: string } {
  if (typeof at === 'number') {
    const isMs = Number.isInteger(at) && at > 1e11 && at < 1e14;
    return isMs ? new Date(at).toISOString() : { reason: 'is not a time in milliseconds since the epoch' };
  }
  const instant = instantOf(at, 'UTC', null);
  if (!instant.ok) return { reason: instant.reason };
  return instant.isLocal
    ? { reason: `"${at}" has no zone; write Z behind it if it is UTC` }
    : new Date(instant.ms).toISOString();
}

function unknownKeys(document: unknown): readonly string[] {
  return typeof document === 'object' && document !== null
    ? Object.keys(document).filter((key) => !KNOWN.has(key))
    : [];
}

/** A stored document again, which was looked through when it was imported. */
export function storedState(document: unknown): ExchangeDocument {
  return state.parse(document);
}
