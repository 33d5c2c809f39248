import type { Unit } from '../../audit/figure.ts';
import { formatReason } from '../../audit/format.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing, type Value } from '../../audit/value.ts';
import { CLOSED_POSITIONS } from '../shared/facts/closed-results.ts';
import type { Limit } from '../shared/facts/limits.ts';
import { equityQuery, pricesQuery } from '../shared/queries/trading.ts';
import { unheld } from '../shared/facts/unknown-holdings.ts';
import { byExchange, lines, shown, WHOLE_BOT, unshown, type Line } from '../shared/vocabulary/lines.ts';
import { entrySource, rateOf, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { areSpot, NONE_IN_SPOT } from '../shared/facts/spot-positions.ts';
import { noEquity } from './limit-uses.ts';

/** Figures P1 to P9 by exchange and in total. */
export function statistics(facts: Facts, input: Input) {
  return lines({
    columns: byExchange(facts.venues),
    ...origin(facts, input),
    lines: [
      ...counts(facts, input),
      ...notional(facts, input),
      ...entryOrders(facts),
      ...holdingTimes(facts),
      ...unexplainedExits(facts),
    ],
  });
}

/** Where the numbers of positions come from, or why there are none. */
export function origin({ source, from: { basis, queries } }: Facts, { bot }: Input) {
  return { basis, queries, currency: bot.quoteCurrency, unseen: source.ok ? null : source };
}

/** The note of a row, or why its total is missing. */
function unless(why: Value | Facts['source'] | Facts['entries'], note: Text | string): Text | string {
  return 'reason' in why ? formatReason(why.reason, why.detail) : note;
}

function counts({ source, from, of }: Facts, { window }: Input): readonly Line[] {
  const seen = unless(source, from.basis);
  return [
    shown('P1', 'count', 'positions_opened', 'Positions opened', {
      formula: 'positions whose first entry lies in [from, to); adds to an open position are no opening',
      of: (venue) => of(venue).opened.length,
      note: seen,
    }),
    { ...CLOSED_POSITIONS, of: (venue) => of(venue).closed.length, row: true, note: seen },
    shown('P3', 'count', 'positions_active', 'Open at the end', {
      basis: `${from.basis}, at the end`,
      formula: 'positions opened before the end of the window and not closed before it',
      of: (venue) => unheld(source, venue) ?? of(venue).positions.length - of(venue).closed.length,
      note: seen,
    }),
    unshown(null, 'count', 'positions_active_start', 'Open at the start', {
      formula: 'positions opened before the start of the window and not closed before it',
      of: (venue) => of(venue).positions.filter(({ openedAt }) => openedAt < ms(window.from)).length,
    }),
    shown('P4', 'count', 'positions_max_concurrent', 'Most open at once', {
      formula:
        'maximum of the number open over [open, close); closes come before opens at one instant; the total is swept jointly',
      of: (venue) => of(venue).concurrency.max,
      when: (venue) => {
        const { max, maxAt } = of(venue).concurrency;
        return max === 0 ? null : maxAt;
      },
      note: seen,
    }),
    shown('P5', 'ratio', 'positions_average_concurrent', 'Open on average', {
      formula: 'integral of the number open over the window / length of the window',
      of: (venue) => of(venue).concurrency.average,
      note: 'time-weighted',
    }),
    shown('P5', 'percent', 'exposed_time', 'Time with a position', {
      formula: '100 x time with at least one open position / length of the window',
      of: (venue) => of(venue).concurrency.exposedPct,
      note: '% of the window',
    }),
  ];
}

function notional({ source, from, of }: Facts, { shared: { market }, rows }: Input): readonly Line[] {
  const prices = !market.hasPrices
    ? 'entry prices'
    : of(null).peaks.marked
      ? market.priceBasis
      : `${market.priceBasis}, else entry prices`;
  const basis = `${from.basis}, ${prices}`;
  const queries = [...from.queries, ...(source.ok && market.hasPrices ? [pricesQuery.id] : [])];
  // What is held of contracts whose size nobody says is worth nobody knows what.
  const unsized = (at: string | null): Missing | null =>
    (source.ok ? source.positions : []).find(
      ({ venue, unsized: why }) => why !== null && (at === null || venue === at),
    )?.unsized ?? unheld(source, at);
  const noLeverage = (venue: string | null): Missing => {
    const { positions } = of(venue);
    if (positions.length === 0) return missing('not_applicable', 'idle: nothing was held');
    return areSpot(positions) ? NONE_IN_SPOT : noEquity(rows.equity);
  };
  const leverage = (venue: string | null): number | Missing =>
    unsized(venue) ?? of(venue).peaks.leverage?.toNumber() ?? noLeverage(venue);
  type Peaks = ReturnType<typeof of>['peaks'];
  const peakAt = (when: (peaks: Peaks) => number | null) => (venue: string | null) =>
    !source.ok || unsized(venue) !== null ? null : when(of(venue).peaks);
  return [
    shown('P6', 'money', 'gross_notional_peak', 'Largest gross notional', {
      basis,
      queries,
      formula: 'max over time of the sum of |quantity| x price',
      of: (venue) => unsized(venue) ?? of(venue).peaks.gross,
      when: peakAt(({ gross, grossAt }) => (gross.isZero() ? null : grossAt)),
      note: unless(
        source,
        market.hasPrices ? 'market prices where known, else entry prices' : 'entry prices: no market prices',
      ),
    }),
    shown('P6', 'money', 'net_notional_peak', 'Largest net notional', {
      basis,
      queries,
      formula: 'max over time of |sum of long - sum of short notional|',
      of: (venue) => unsized(venue) ?? of(venue).peaks.net,
      when: peakAt(({ net, netAt }) => (net.isZero() ? null : netAt)),
      note: unless(source, 'long minus short'),
    }),
    shown('P6', 'ratio', 'leverage_peak', 'Largest gross notional / equity', {
      basis: `${basis}, balances`,
      queries: [...queries, equityQuery.id],
      formula: 'max over time of gross notional / equity at the same time',
      of: leverage,
      when: peakAt(({ leverage: most, leverageAt }) => (most === null || most.isZero() ? null : leverageAt)),
      row: 'Gross notional / equity, peak',
      note: unless(source, of(null).peaks.leverage === null ? unless(noLeverage(null), '') : 'balances'),
    }),
  ];
}

const ENTRY_COUNTS = [
  ['', '', 'orders with role entry (or that may increase a position), created in the window', null],
  ['_failed', ' that failed', 'entry orders rejected, expired, or cancelled without a fill', 'failed'],
  [
    '_by_design',
    ' cancelled by design',
    'entry orders cancelled without a fill for a timeout or a replacement',
    'by-design',
  ],
] as const;

function entryOrders({ entries, of }: Facts): readonly Line[] {
  const shared = { id: 'P7', ...entrySource(entries), unseen: entries.ok ? null : entries };
  return [
    ...ENTRY_COUNTS.map(([suffix, which, formula, outcome]): Line => ({
      ...shared,
      name: `entry_orders${suffix}`,
      unit: 'count',
      title: `Entry orders${which}`,
      formula,
      of: (venue) => of(venue).entries.filter((one) => outcome === null || one.outcome === outcome).length,
    })),
    shown('P7', 'percent', 'entry_failures', 'Open failures', {
      ...shared,
      formula: '100 x failed entry orders / entry orders',
      of: (venue) => rateOf(of(venue).failed.length, of(venue).entries.length),
      note: unless(entries, text`${fig('entry_orders_failed')} of ${fig('entry_orders')} entry orders`),
    }),
  ];
}

const HOLDING_TIMES = [
  ['average', 'Holding time, average', 'mean of close - open', null],
  ['median', 'Holding time, median', 'nearest-rank median of close - open', null],
  ['p95', 'Holding time, P95', 'nearest-rank P95 of close - open; needs 20 closes', 'closed positions only'],
  ['winners', 'Holding time of winners, median', 'median of close - open where net > 0', 'net > 0'],
  ['losers', 'Holding time of losers, median', 'median of close - open where net < 0', 'net < 0'],
] as const;

function holdingTimes({ source, of }: Facts): readonly Line[] {
  return HOLDING_TIMES.map(([key, title, formula, note]): Line => ({
    ...shown('P8', 's', `holding_time_${key}`, title),
    basis: source.ok ? `${source.basis}; closed positions only` : 'no source',
    formula,
    of: (venue) => ({ value: of(venue).holding[key], n: of(venue).closed.length }),
    note: note === null ? 'closed positions only' : unless(source, unless(of(null).holding[key], note)),
  }));
}

export function reasonBasis({ source }: Facts): string {
  return source.ok ? `${source.basis}; reasons as the bot wrote them` : 'no source';
}

function unexplainedExits(facts: Facts): readonly Line[] {
  const { source, of } = facts;
  const shared = {
    basis: reasonBasis(facts),
    formula: 'closes whose reason is empty, or says only that the position was found gone',
  };
  return [
    unshown('P9', 'count', 'exits_unknown', 'Closes without a known reason', {
      ...shared,
      of: (venue) => of(venue).unexplained.length,
    }),
    shown('P9', 'percent', 'exits_unknown_share', 'Share of closes without a known reason', {
      ...shared,
      of: (venue) => rateOf(of(venue).unexplained.length, of(venue).closed.length),
      row: 'Closes without a known reason',
      note: unless(source, text`${fig('exits_unknown')} of ${fig('positions_closed')} closes`),
    }),
  ];
}

/** Closed rows without a closing time: fills or the last update stand in for it. */
export function closedWithoutTime({ of }: Facts): number {
  return of(null).closed.filter(({ row }) => row.closed_at === null).length;
}

/** Numbers that notes and rows point at, and the limits, which are known even where no position can be read. */
export function wholeBotFigures(facts: Facts, input: Input) {
  const { source, limits } = facts;
  return lines({
    columns: WHOLE_BOT,
    ...origin(facts, input),
    lines: [
      unshown(null, 'count', 'positions_unusable', 'Position rows without a usable time, quantity or price', {
        basis: 'position rows',
        formula:
          'rows without opening time, positive quantity, positive entry price or symbol; they are in no other number',
        of: () => (source.ok ? source.unusableRows.length : 0),
      }),
      unshown(null, 'count', 'closes_without_time', 'Closed rows without a closing time', {
        basis: 'position rows',
        formula:
          'closed positions whose row has an empty closed_at; fills or the last update stand in for it',
        of: () => closedWithoutTime(facts),
      }),
      limitLine('limit_positions', 'Limit of open positions', 'count', limits.positions),
      limitLine('limit_exposure', 'Limit of gross notional', 'money', limits.exposure),
      limitLine('limit_leverage', 'Limit of leverage', 'ratio', limits.leverage),
    ],
  });
}

function limitLine(name: string, title: string, unit: Unit, limit: Limit | null): Line<null> {
  const value = unit === 'money' ? limit?.value : limit?.value.toNumber();
  return unshown(null, unit, name, title, {
    basis: limit?.by ?? 'configuration and limits of the bot',
    queries: [],
    formula: 'as set',
    unseen: null,
    of: () => value ?? missing('no_data', 'no such limit is set'),
  });
}

/** Closes and their result, a column a reason. */
export function exitsByReason(facts: Facts, input: Input) {
  return lines({
    columns: facts.exits.map((is) => ({ is, title: is.reason, labels: { reason: is.reason } })),
    ...origin(facts, input),
    basis: reasonBasis(facts),
    lines: [
      {
        name: 'exits',
        id: 'P9',
        unit: 'count',
        title: ({ reason }) => `Closes by ${reason}`,
        formula: 'closes with this reason',
        of: ({ count }) => count,
      },
      {
        name: 'exits_net',
        id: 'P9',
        unit: 'money',
        title: ({ reason }) => `Net PnL of closes by ${reason}`,
        formula: 'sum of gross - fees + funding',
        of: ({ net }) => net,
      },
    ],
  });
}
