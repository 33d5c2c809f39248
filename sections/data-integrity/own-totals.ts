import { money, ZERO, type Money } from '../../audit/decimal.ts';
import type { Block } from '../../audit/block.ts';
import { formatReason } from '../../audit/format.ts';
import type { Output, Rows } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { closedOf } from '../shared/facts/closed-results.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import type { Written } from '../shared/facts/early-ends.ts';
import { decimalOrNull, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { col, detail, table, tableBlock } from '../shared/vocabulary/table.ts';
import { whyEnded } from './ended-rows.ts';
import type { Input, Settings } from './input.ts';
import { ownTotalsQuery, totalFillsQuery, totalPositionsQuery, type OwnTotalRow } from './queries.ts';

/** What the rows say of the time that a total covers. */
interface Counted {
  readonly value: Money;
  /** What lies within five seconds of the edges: a difference that it explains is none. */
  readonly edge: Money;
  readonly basis: string;
}

export type OwnTotal = ReturnType<typeof ownTotal>;

/**
 * What is compared. Another name is printed only: `trades` may be orders, fills or positions, and `pnl` gross or net,
 * and a guess would accuse the bot of our own mistake.
 */
const COMPARED = ['positions_opened', 'positions_closed', 'fills', 'net_pnl'] as const;
export const NET = 'net_pnl';
type Name = (typeof COMPARED)[number];
const RESTS_ON: Readonly<Record<Name, readonly Written[]>> = {
  positions_opened: ['position'],
  positions_closed: ['position', 'closing'],
  fills: ['fill'],
  net_pnl: ['position', 'closing', 'fill'],
};
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

export const disagreeing = (totals: Rows<OwnTotal>): readonly OwnTotal[] =>
  rowsOf(totals).filter(({ agrees }) => agrees === false);

/** The bot counted records that no row holds. */
export const isMoreRecords = ({ name, difference }: OwnTotal): boolean =>
  name !== NET && difference?.isPositive() === true;

/** The difference, total less rows, is null where the two cannot be compared. */
function ownTotal(row: OwnTotalRow, source: PositionFacts, input: Input) {
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

const notComparable = (detail: string): Missing => missing('not_applicable', detail);

function countedOf(row: OwnTotalRow, source: PositionFacts, input: Input): Counted | Missing {
  const { rows, window } = input;
  const name = COMPARED.find((one) => one === row.name);
  const [from, to] = [timeOrNull(row.covers_from), timeOrNull(row.covers_to)];
  const start = ms(window.from);
  if (name === undefined) return notComparable('no total of this name is compared');

  if (from === null || to === null) return notComparable('the mapping does not say which time it covers');
  if (from >= to) return notComparable('it ends before it begins');
  const ended = whyEnded(
    input,
    null,
    ...RESTS_ON[name].filter((what) => to > input.shared.ends.endOf(what, null)),
  );
  if (ended !== null) return ended;
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

export const TOTALS_DATASET = 'pnl.own-totals';
export const TOTALS_FROM = {
  basis: 'own totals against rows',
  queries: [ownTotalsQuery.id, totalPositionsQuery.id, totalFillsQuery.id],
};

export const OWN_TOTALS = {
  id: 'DQ-04',
  title: 'Own totals disagree with rows',
  dimension: 'integrity',
  condition: ({ storedOffPercent }: Settings) =>
    `one of the bot’s own totals differs from the rows of the time that it covers, or over ${String(storedOffPercent)} % of the stored results of closed rows from the computed ones, or of their fees, their funding, the results of their fills or the stop or target prices of rows and stop changes from what was recorded (LOW of fewer that are far off), or every taker fee of an exchange is written as a gain`,
} as const;

interface Totals {
  readonly ownTotals: Rows<OwnTotal>;
}

export function totalsStatistics({ ownTotals }: Totals, { bot }: Input): Lines {
  const total = counted({});
  const compared = rowsOf(ownTotals).filter(({ agrees }) => agrees !== null).length;
  return lines({
    ...TOTALS_FROM,
    columns: WHOLE_BOT,
    currency: bot.quoteCurrency,
    unseen: reasonOf(ownTotals),
    lines: [
      total('own_totals_compared', 'Own totals compared', compared, {
        formula: `totals of ${COMPARED.join(', ')} whose time ends in the window and whose rows can be read`,
        row: true,
      }),
      total('own_totals_differ', 'Own totals that disagree', disagreeing(ownTotals).length, {
        formula: 'totals off their rows by more than lies within 5 s of the edges, money by 0.01 more',
        row: true,
        note: 'self-check, must not disagree',
      }),
    ],
  });
}

/** Counts are whole; money is told to what the comparison accepts. */
const inCents = (value: Money | null): Money | null => value?.toDecimalPlaces(2) ?? null;

const totals = table<OwnTotal>({
  total: col.text('Total', ({ name }) => name),
  from: detail(col.time('From', ({ from }) => from)),
  to: col.time('To', ({ to }) => to),
  stored: col.quantity('The bot says', ({ stored }) => inCents(stored)),
  rows: col.quantity('The rows say', ({ counted }) => inCents(counted.value)),
  difference: col.quantity('Difference', ({ difference }) => inCents(difference)),
  basis: col.text('Compared with', ({ counted }) =>
    counted.value === null ? formatReason(counted.reason, counted.detail) : counted.basis,
  ),
  scope: detail(col.text('Scope', ({ scope }) => scope)),
});

export function defineTotals({ ownTotals }: Totals, out: Output): void {
  const { queries } = TOTALS_FROM;
  const head = { id: TOTALS_DATASET, title: 'The bot’s own totals and what its rows say', queries };
  out.dataset(totals.of(head, rowsOf(ownTotals)));
}

export function totalsBlocks(facts: Totals, input: Input, out: Output): readonly Block[] {
  const rows = tableBlock(TOTALS_DATASET, 10, 'The bot wrote no total for this window.', 'Totals and rows');
  const all = rowsOf(facts.ownTotals);
  const areAllRight = all.some(({ agrees }) => agrees !== null) && disagreeing(facts.ownTotals).length === 0;
  return [
    // What holds is a sentence.
    areAllRight
      ? {
          type: 'paragraph',
          text: text`Own totals compared with their rows: ${fig('own_totals_compared')}; none disagrees.`,
        }
      : totalsStatistics(facts, input).block(out, { reasons: true }),
    ...(facts.ownTotals.ok ? [rows] : []),
  ];
}
