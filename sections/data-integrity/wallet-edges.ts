import { money } from '../../audit/decimal.ts';
import { iso, ms } from '../../audit/time.ts';
import { GRACE_MS, groupBy } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { Input } from './input.ts';
import type { BalanceEdgeRow } from './queries-balances.ts';

/** So far outside of the window a balance still stands for its edge, because the flows of that minute are read too. */
const OUTSIDE_MS = 60_000;

/** The balances of one exchange and currency, an entry an account. */
export interface Holding {
  readonly venue: string;
  readonly currency: string;
  readonly accounts: readonly {
    readonly from: BalanceEdgeRow | undefined;
    readonly to: BalanceEdgeRow | undefined;
  }[];
}

/** Every exchange and currency of which a balance other than 0 was written: each of them has to be closed. */
export function holdingsOf(edges: readonly BalanceEdgeRow[], { rows }: Input): readonly Holding[] {
  const series = rows.series.ok ? rows.series.rows : [];
  const held = new Set([...edges, ...series].filter(({ total }) => !money(total).isZero()).map(accountOf));
  const seen = [...groupBy([...edges, ...series], walletOf).values()].flatMap(([first]) => first ?? []);
  const accounts = groupBy(
    edges.filter((row) => held.has(accountOf(row))),
    walletOf,
  );
  const open = new Set([...edges, ...series].filter((row) => held.has(accountOf(row))).map(walletOf));
  return seen
    .filter((row) => open.has(walletOf(row)))
    .map((row) => ({
      venue: venueOf(row.exchange),
      currency: row.currency.toUpperCase(),
      accounts: [...groupBy(accounts.get(walletOf(row)) ?? [], ({ account }) => account ?? '').values()].map(
        (list) => ({
          from: list.find(({ edge }) => edge === 'from'),
          to: list.find(({ edge }) => edge === 'to'),
        }),
      ),
    }));
}

type Holder = Pick<BalanceEdgeRow, 'exchange' | 'currency' | 'account'>;

function walletOf({ exchange, currency }: Holder): string {
  return `${venueOf(exchange)} ${currency.toUpperCase()}`;
}

function accountOf(row: Holder): string {
  return `${walletOf(row)} ${row.account ?? ''}`;
}

/** Whether a balance at this time says what the wallet was at the edge: within 5 s of it, or in the minute outside. */
export function isAtEdge(edge: 'from' | 'to', at: number, { window }: Pick<Input, 'window'>): boolean {
  const inside = edge === 'from' ? at - ms(window.from) : ms(window.to) - at;
  return inside <= GRACE_MS && inside >= -OUTSIDE_MS;
}

/** Why the two balances do not close the window; null when they do. */
export function edgeGap(from: number, to: number, input: Pick<Input, 'window'>): string | null {
  const gaps = [
    isAtEdge('from', from, input) ? null : `start of the window, the nearest is of ${iso(from)}`,
    isAtEdge('to', to, input) ? null : `end of the window, the nearest is of ${iso(to)}`,
  ].filter((gap) => gap !== null);
  return gaps.length === 0 ? null : `no balance at the ${gaps.join(', nor at the ')}`;
}
