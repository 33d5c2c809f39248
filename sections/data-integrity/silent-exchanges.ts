import { known, type Reason } from '../../audit/value.ts';
import type { Output } from '../../audit/section.ts';
import { NO_ROWS } from '../../audit/first-page.ts';
import { placedFills } from '../shared/facts/placed-fills.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { capitalised, names } from '../shared/vocabulary/words.ts';
import type { Input } from './input.ts';
import type { Block } from '../../audit/block.ts';

export const FROM_ROWS = {
  basis: 'rows by exchange',
  queries: ['positions', 'orders', 'fills', 'balance-edges'],
};

export interface Exchange {
  readonly exchange: string;
  /** Of this window: positions, orders and fills at one that is not configured; none at one that is. */
  readonly rows: number;
  readonly isConfigured: boolean;
}

/** What a bot does not have, or does not write, hides no row. */
const ABSENT: readonly Reason[] = ['missing_entity', 'missing_column', 'not_applicable'];

/** Exchanges of the configuration without any row, and positions, orders and fills at others. */
export function exchangesOf({ rows, bot }: Input): readonly Exchange[] {
  const kinds = [
    rows.positions,
    rows.orders,
    rows.fills,
    rows.funding,
    rows.edges,
    rows.series,
    rows.transfers,
  ];
  const [positions, orders] = [rowsOf(rows.positions), rowsOf(rows.orders)];
  const traded = [...positions, ...orders, ...placedFills(positions, rowsOf(rows.fills), orders)];
  const money = [
    ...rowsOf(rows.funding),
    ...rowsOf(rows.edges),
    ...rowsOf(rows.series),
    ...rowsOf(rows.transfers),
  ];
  const count = (list: readonly { readonly exchange: string | null }[]): ReadonlyMap<string, number> => {
    const found = new Map<string, number>();
    for (const { exchange } of list) found.set(venueOf(exchange), (found.get(venueOf(exchange)) ?? 0) + 1);
    return found;
  };
  const all = count([...traded, ...money]);
  // Where rows are and none names an exchange, nobody can tell them apart.
  if (bot.exchanges.length === 0 || (all.size === 1 && all.has('unknown'))) return [];
  const configured = bot.exchanges.map(venueOf);
  // What could not be read may hold the rows.
  const isRead = kinds.some(({ ok }) => ok) && kinds.every((list) => list.ok || ABSENT.includes(list.reason));
  return [
    ...configured
      .filter((exchange) => isRead && !all.has(exchange))
      .map((exchange) => ({ exchange, rows: 0, isConfigured: true })),
    ...[...count(traded)]
      .filter(([exchange]) => exchange !== 'unknown' && !configured.includes(exchange))
      .map(([exchange, n]) => ({ exchange, rows: n, isConfigured: false })),
  ];
}

export const withoutRows = (exchanges: string): string =>
  `${exchanges}: configured, and not one row of the window, be it a position, order, fill, funding, balance or transfer.`;

/** A configured exchange without any row: a figure that the scope of the verdict prints. */
export function defineSilentExchanges(input: Input, out: Output): void {
  for (const { exchange, isConfigured } of exchangesOf(input))
    if (isConfigured)
      out.figure({
        name: NO_ROWS,
        labels: { exchange },
        value: known(0),
        unit: 'count',
        title: `Rows of the window, ${capitalised(exchange)}`,
        ...FROM_ROWS,
        formula: 'positions, orders, fills, funding, balances and transfers that name the exchange',
      });
}

/** The same where the sources stand. */
export function silentExchanges(input: Input): readonly Block[] {
  const empty = exchangesOf(input).filter(({ isConfigured }) => isConfigured);
  if (empty.length === 0) return [];
  const said = withoutRows(names(empty.map(({ exchange }) => capitalised(exchange))));
  return [{ type: 'note', tone: 'warning', text: [said] }];
}
