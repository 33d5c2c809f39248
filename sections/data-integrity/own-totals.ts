import type { Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { decimalOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { MEASURES, notComparable, type Counted } from './count-totals.ts';
import type { Input } from './input.ts';
import type { OwnTotalRow } from './queries-totals.ts';

/** One of the bot's own totals beside what its rows say of the same time. */
export interface OwnTotal {
  readonly name: string;
  readonly scope: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly stored: Money | null;
  readonly counted: Counted;
  readonly isMoney: boolean;
  /** Null where the two cannot be compared. */
  readonly agrees: boolean | null;
  /** No total of this name was ever anything but 0. */
  readonly onlyZero: boolean;
}

export type OwnTotals =
  { readonly ok: true; readonly list: readonly OwnTotal[] } | ({ readonly ok: false } & Missing);

/** Each total that touches the window, compared over its own time, in the window in which that time ends. */
export function ownTotalsOf(source: PositionFacts, input: Input): OwnTotals {
  const { totals } = input.rows;
  if (!totals.ok) return { ok: false, ...why(totals) };
  return { ok: true, list: totals.rows.map((row) => ownTotal(row, source, input)) };
}

function ownTotal(row: OwnTotalRow, source: PositionFacts, input: Input): OwnTotal {
  const stored = decimalOrNull(row.value);
  const [from, to] = [timeOrNull(row.covers_from), timeOrNull(row.covers_to)];
  const counted =
    stored === null ? notComparable('the total is empty') : count(row.name, from, to, source, input);
  const isMoney = MEASURES[row.name]?.isMoney ?? false;
  return {
    name: row.name,
    scope: row.scope,
    from,
    to,
    stored,
    counted,
    isMoney,
    agrees: stored !== null && counted.ok ? same(stored, counted, isMoney, input) : null,
    onlyZero: row.only_zero === true,
  };
}

function same(
  stored: Money,
  counted: Counted & { ok: true },
  isMoney: boolean,
  { settings }: Input,
): boolean {
  const tolerance = isMoney ? counted.edge.plus(settings.agreementMoney) : counted.edge;
  return stored.minus(counted.value).abs().lessThanOrEqualTo(tolerance);
}

function count(
  name: string,
  from: number | null,
  to: number | null,
  source: PositionFacts,
  input: Input,
): Counted {
  const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
  if (measure === undefined) return notComparable('no rows are known to be what a total of this name counts');
  if (from === null || to === null) return notComparable('the mapping does not say which time it covers');
  if (from >= to) return notComparable('it ends before it begins');
  if (to > ms(input.window.to)) return notComparable('the time it covers ends after the window');
  return measure.count({ from, to }, source, input);
}

/** The totals of which the rows say something else. */
export function disagreeing(totals: OwnTotals): readonly OwnTotal[] {
  return totals.ok ? totals.list.filter(({ agrees }) => agrees === false) : [];
}
