import { money, ZERO, type Money } from '../../audit/decimal.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { closedOf } from '../shared/facts/closed-results.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { decimalOrNull, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';
import type { OwnTotalRow } from './queries-totals.ts';

/** What the rows say of the time that a total covers. */
interface Counted {
  readonly value: Money;
  /** What lies within five seconds of the edges: a difference that it explains is none. */
  readonly edge: Money;
  readonly basis: string;
}

/** One of the bot's own totals beside what its rows say of the same time. */
export interface OwnTotal {
  readonly name: string;
  readonly scope: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly stored: Money | null;
  readonly counted: Counted | Missing;
  /** The total less what the rows say; null where the two cannot be compared. */
  readonly difference: Money | null;
  readonly agrees: boolean | null;
}

/**
 * What is compared. Another name is printed only: `trades` may be orders, fills or positions, and `pnl` gross or net,
 * and a guess would accuse the bot of our own mistake.
 */
const COMPARED = ['positions_opened', 'positions_closed', 'fills', 'net_pnl'] as const;
export const NET = 'net_pnl';
type Name = (typeof COMPARED)[number];
interface Items {
  readonly basis: string;
  readonly items: readonly (readonly [at: number | null, value: Money])[];
}
const LONGEST_MS = 31 * 86_400_000;
const ONE = money(1);

/** Each total that touches the window, compared over its own time, in the window in which that time ends. */
export function ownTotalsOf(source: PositionFacts, input: Input): Rows<OwnTotal> {
  const { totals } = input.rows;
  return totals.ok ? { ok: true, rows: totals.rows.map((row) => ownTotal(row, source, input)) } : totals;
}

/** The totals of which the rows say something else. */
export function disagreeing(totals: Rows<OwnTotal>): readonly OwnTotal[] {
  return totals.ok ? totals.rows.filter(({ agrees }) => agrees === false) : [];
}

function ownTotal(row: OwnTotalRow, source: PositionFacts, input: Input): OwnTotal {
  const { name, scope } = row;
  const [from, to] = [timeOrNull(row.covers_from), timeOrNull(row.covers_to)];
  const stored = decimalOrNull(row.value);
  const counted = stored === null ? notComparable('the total is empty') : countedOf(row, source, input);
  const about = { name, scope, from, to, stored, counted };
  if (stored === null || counted.value === null) return { ...about, difference: null, agrees: null };
  const difference = stored.minus(counted.value);
  const tolerance = counted.edge.plus(name === NET ? input.settings.agreementMoney : 0);
  return { ...about, difference, agrees: difference.abs().lessThanOrEqualTo(tolerance) };
}

function notComparable(detail: string): Missing {
  return missing('not_applicable', detail);
}

function countedOf(row: OwnTotalRow, source: PositionFacts, input: Input): Counted | Missing {
  const { rows, window } = input;
  const name = COMPARED.find((one) => one === row.name);
  const [from, to] = [timeOrNull(row.covers_from), timeOrNull(row.covers_to)];
  const start = ms(window.from);
  if (name === undefined) return notComparable(`only ${COMPARED.join(', ')} are compared with rows`);
  if (from === null || to === null) return notComparable('the mapping does not say which time it covers');
  if (from >= to) return notComparable('it ends before it begins');
  if (to > ms(window.to)) return notComparable('the time it covers ends after the window');
  if (from >= start) return countedInside(itemsOf(name, [from, to], source, rows), from, to);
  if (name === NET) return notComparable('results of positions closed before the window are not read');
  if (from < start - LONGEST_MS) return notComparable('it began more than 31 days before the window');
  // Over a longer time than the window, as the rows say.
  const [read, basis] =
    name === 'fills' ? [rows.totalFills, 'fills'] : [rows.totalPositions, 'position rows'];
  if (!read.ok) return read;
  const same = read.rows.find(
    (one) => one.name === name && one.covers_from === row.covers_from && one.covers_to === row.covers_to,
  );
  return { value: money(same?.counted ?? 0), edge: money(same?.edge ?? 0), basis };
}

/** Inside the window, as this report itself counts and sums. */
function itemsOf(
  name: Name,
  [from, to]: readonly [number, number],
  source: PositionFacts,
  { fills }: Input['rows'],
): Items | Missing {
  if (name === 'fills')
    return fills.ok ? { basis: name, items: fills.rows.map(({ at }) => [timeOrNull(at), ONE]) } : fills;
  if (!source.ok) return source;
  const { basis, positions } = source;
  if (name === 'positions_opened') return { basis, items: positions.map(({ openedAt }) => [openedAt, ONE]) };
  if (name === 'positions_closed') return { basis, items: positions.map(({ closedAt }) => [closedAt, ONE]) };
  const { results, gap } = closedOf(
    positions.filter(({ closedAt: at }) => at !== null && at >= from - GRACE_MS && at <= to + GRACE_MS),
  );
  return gap ?? { basis, items: results.map(({ closedAt, net }) => [closedAt, net]) };
}

function countedInside(read: Items | Missing, from: number, to: number): Counted | Missing {
  if (!('items' in read)) return read;
  let [value, edge] = [ZERO, ZERO];
  for (const [at, size] of read.items) {
    if (at === null) continue;
    if (at >= from && at < to) value = value.plus(size);
    if (Math.abs(at - from) <= GRACE_MS || Math.abs(at - to) <= GRACE_MS) edge = edge.plus(size.abs());
  }
  return { value, edge, basis: read.basis };
}
