import { money, type Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
import type { Rows } from '../../../audit/input.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import type { InstrumentRow } from '../queries/trading-rows.ts';
import { moveOf, positiveOrNull } from './row-values.ts';
import { spotPair, type SpotPair } from './spot-pairs.ts';
import { instrumentKey, venueOf } from './symbols.ts';

/** What one unit of quantity of an instrument is (catalogue 3.0). */
export interface Contract {
  /** `inverse`: a contract is worth `size` of the quote currency, and settles in the base. */
  readonly kind: 'spot' | 'linear' | 'inverse';
  /** Base units a contract; of an inverse one quote units. */
  readonly size: Money;
  /** Currency of its results in capitals; null where nobody says it. */
  readonly settles: string | null;
  /** What it is worth is told in the base currency, because the bot's results are. */
  readonly inBase: boolean;
  /** What a spot trade exchanges; null where no name says it, and of contracts. */
  readonly pair: SpotPair | null;
  /** No row says it: quantities are taken for base units. */
  readonly isAssumed: boolean;
  /** The least that an order can be for, in units and in what it is worth; null where no row says it. */
  readonly least: { readonly quantity: Money | null; readonly notional: Money | null };
}

/** Of one instrument, or why nobody knows what a unit of it is. */
export type ContractOf = (exchange: string | null, symbol: string | null) => Contract | Missing;

const ONE = money(1);
export const BASE_UNITS: Contract = {
  kind: 'linear',
  size: ONE,
  settles: null,
  inBase: false,
  pair: null,
  isAssumed: true,
  least: { quantity: null, notional: null },
};

export function isContract(found: Contract | Missing): found is Contract {
  return 'kind' in found;
}

/** The row of an instrument, by any of its names, that was valid last before `to`. */
export function instrumentFinder(
  instruments: Rows<InstrumentRow> | undefined,
  to: string,
): (exchange: string | null, symbol: string | null) => InstrumentRow | undefined {
  const rows = (instruments?.ok === true ? instruments.rows : [])
    .filter(({ valid_from: from }) => from === null || from < to)
    .toSorted((a, b) => ((a.valid_from ?? '') < (b.valid_from ?? '') ? -1 : 1));
  const named = new Map<string, InstrumentRow>();
  for (const row of rows)
    for (const symbol of [row.same_as, row.symbol])
      if (symbol !== null) named.set(instrumentKey(row.exchange, symbol), row);
  return (exchange, symbol) =>
    named.get(instrumentKey(exchange, symbol)) ?? named.get(instrumentKey(null, symbol));
}

/** What the instruments of the bot say a unit of each is. */
export function contractsOf(
  instruments: Rows<InstrumentRow> | undefined,
  bot: BotFacts,
  to: string,
): ContractOf {
  const rowOf = instrumentFinder(instruments, to);
  const unclear = contradictoryRows(instruments);
  return (exchange, symbol) => {
    const row = rowOf(exchange, symbol);
    if (row !== undefined && unclear.has(keyOf(row)))
      return missing(
        'inadequate_basis',
        `instrument rows of the same time contradict each other about a contract of ${row.symbol}`,
      );
    return row === undefined ? assumed(exchange, symbol, bot) : (contractOf(row, bot) ?? unsized(symbol));
  };
}

const keyOf = ({ exchange, symbol, valid_from: from }: InstrumentRow): string =>
  `${instrumentKey(exchange, symbol)} ${from ?? ''}`;

/** Instruments of which two rows of one time say different things. */
function contradictoryRows(instruments: Rows<InstrumentRow> | undefined): ReadonlySet<string> {
  const said = new Map<string, string>();
  const unclear = new Set<string>();
  for (const row of instruments?.ok === true ? instruments.rows : []) {
    const size = positiveOrNull(row.contract_size)?.toFixed() ?? '';
    const says = [row.contract?.trim().toLowerCase(), size, row.settle_currency?.toUpperCase()].join(' ');
    if ((said.get(keyOf(row)) ?? says) !== says) unclear.add(keyOf(row));
    said.set(keyOf(row), says);
  }
  return unclear;
}

function contractOf(row: InstrumentRow, bot: BotFacts): Contract | null {
  const { contract, contract_size: stated, settle_currency: currency, base } = row;
  const kind = contract?.trim().toLowerCase();
  if (kind !== 'spot' && kind !== 'linear' && kind !== 'inverse') return null;
  const size = positiveOrNull(stated) ?? (kind === 'inverse' ? null : ONE);
  // What is inverse settles in its base, whether or not somebody says so.
  const settles =
    (currency ?? (kind === 'inverse' ? (base ?? baseBeforeUsd(row.symbol)) : null))?.toUpperCase() ?? null;
  const inBase = kind === 'inverse' && settles === bot.quoteCurrency.toUpperCase();
  const pair = kind === 'spot' ? spotPair(row.symbol, row, bot) : null;
  const isAssumed = kind === 'linear' && positiveOrNull(stated) === null;
  const least = { quantity: positiveOrNull(row.quantity_step), notional: positiveOrNull(row.min_notional) };
  return size && { kind, size, settles, inBase, pair, isAssumed, least };
}

const baseBeforeUsd = (symbol: string): string | null => /^([A-Z0-9]+?)[/_-]?USD/i.exec(symbol)?.[1] ?? null;

function assumed(exchange: string | null, symbol: string | null, bot: BotFacts): Contract | Missing {
  const type = bot.accounts?.[venueOf(exchange)]?.type;
  // A unified name says in what it settles; what settles in its own base is inverse.
  const isInverse = /^([^/]+)\/[^:]+:\1(?:-|$)/i.test(symbol ?? '');
  if (type === 'spot') return { ...BASE_UNITS, kind: 'spot', pair: spotPair(symbol, undefined, bot) };
  return type === 'inverse' || isInverse || isCoinMargined(exchange, symbol, bot)
    ? unsized(symbol)
    : BASE_UNITS;
}

/** Exchanges on which a contract that is quoted in USD itself settles in the coin; elsewhere it may settle in any dollar. */
const COIN_MARGINED = /^(binance|bybit|okx|okex|htx|huobi|bitget|bitmex|phemex|kucoin|gate)/;

/** By the exchange's own way of naming, where the bot holds no USD itself. */
function isCoinMargined(exchange: string | null, symbol: string | null, bot: BotFacts): boolean {
  const { type, settles = [] } = bot.accounts?.[venueOf(exchange)] ?? {};
  const dollars = [bot.quoteCurrency, ...(bot.atPar ?? []), ...settles].map((name) => name.toUpperCase());
  if (type === undefined || dollars.includes('USD') || !COIN_MARGINED.test(venueOf(exchange))) return false;
  return /^[A-Z0-9]+[/_-]?USD(?:[_-]?(?:PERP|SWAP|M|\d+))?$/.test((symbol ?? '').toUpperCase());
}

function unsized(symbol: string | null): Missing {
  return missing(
    'inadequate_basis',
    `no instrument row says what a contract of ${symbol ?? 'an instrument without a name'} is, nor its size`,
  );
}

/**
 * Too little for any order to close. What reduces a contract may be worth less than the least of an order; what is owned, as
 * in spot, may not.
 */
export function isDust(contract: Contract, quantity: Money, price: Money, isOwned: boolean): boolean {
  const { least } = contract;
  if (quantity.isZero()) return false;
  return (
    (least.quantity !== null && quantity.lessThan(least.quantity)) ||
    (isOwned && least.notional !== null && valueAt(contract, quantity, price).lessThan(least.notional))
  );
}

/** What `quantity` is worth at a price. */
export function valueAt({ kind, size, inBase }: Contract, quantity: Money, price: Money): Money {
  if (kind !== 'inverse') return size.equals(ONE) ? quantity.times(price) : quantity.times(size).times(price);
  const worth = quantity.times(size);
  return inBase ? worth.div(price) : worth;
}

/** What `quantity` earns between two prices, in the currency in which it settles. */
export function resultOf(
  contract: Contract,
  side: 'long' | 'short',
  quantity: Money,
  from: Money,
  to: Money,
): Money {
  return quantity.times(moveOf(side, markOf(contract, from), markOf(contract, to)));
}

/** The price in which the result of a unit is linear: price x size, or -size / price. */
export function markOf({ kind, size }: Contract, price: Money): Money {
  if (kind === 'inverse') return size.neg().div(price);
  return size.equals(ONE) ? price : price.times(size);
}

/** The price of a mark. */
export function priceOf({ kind, size }: Contract, mark: Money): Money {
  if (kind === 'inverse') return mark.isZero() ? mark : size.neg().div(mark);
  return size.equals(ONE) ? mark : mark.div(size);
}
