import type { Rows } from '../../audit/input.ts';
import { ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { entryRows } from '../shared/facts/entry-orders.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { canonicalSymbol } from '../shared/facts/symbols.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { WatchRow } from './queries.ts';
import type { Stage } from './stages.ts';

export type Facts = ReturnType<typeof factsOf>;

/** What the window has of one symbol; times in ms. */
interface Counts {
  readonly symbol: string;
  readonly signals: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly alerts: number;
  readonly blocked: number;
  readonly decisions: number;
  readonly orders: number;
  readonly refused: number;
}

export interface SymbolFact extends Counts {
  /** Where the way of its signals ended. */
  readonly stage: Stage;
}

export function factsOf(input: Input) {
  const { rows, window, settings } = input;
  const entries = entryRows(rows.orders, input);
  const symbols = symbolsOf(input, entries.ok ? entries.rows.map(([order]) => order) : []);
  const ages = rowsOf(rows.watch).flatMap(({ last_price_at: at }) => {
    const time = timeOrNull(at);
    return time === null ? [] : [Math.max(0, ms(window.to) - time) / 60_000];
  });
  return {
    /** Why nothing can be said about signals; null where they were read. */
    unseen: reasonOf(rows.signals),
    symbols,
    signalled: symbols.filter(({ signals }) => signals > 0),
    signals: symbols.reduce((all, { signals }) => all + signals, 0),
    /** Entry orders of the window, or why nobody can count them. */
    orders: entries.ok ? known(entries.rows.length) : entries,
    alerts: totalOf(rows.alerts, ({ alerts }) => alerts),
    blocked: totalOf(rows.alerts, ({ blocked }) => blocked),
    stale: ages.filter((age) => age > settings.priceMaxAgeMin).length,
    oldestMin: ages.length === 0 ? null : Math.max(...ages),
  };
}

/** Each symbol that is watched or had a signal, and where the way of its signals ended. */
function symbolsOf(input: Input, entryOrders: readonly OrderRow[]): readonly SymbolFact[] {
  const { rows } = input;
  const key = ({ symbol }: { readonly symbol: string | null }): string => canonicalSymbol(symbol ?? '');
  const by = <T extends { readonly symbol: string | null }>(of: Rows<T>) => groupBy(rowsOf(of), key);
  const [signals, watch, alerts, decisions] = [
    by(rows.signals),
    by(rows.watch),
    by(rows.alerts),
    by(rows.decisions),
  ];
  const orders = groupBy(entryOrders, key);
  return [...new Set([...watch.keys(), ...signals.keys()])].sort().map((name) => {
    const own = { signals: signals.get(name) ?? [], watch: watch.get(name) ?? [] };
    const [told, decided, ordered] = [
      alerts.get(name) ?? [],
      decisions.get(name) ?? [],
      orders.get(name) ?? [],
    ];
    const counts: Counts = {
      symbol: own.signals[0]?.symbol ?? own.watch[0]?.symbol ?? name,
      signals: sumOf(own.signals, (row) => row.signals),
      firstAt: timeOrNull(own.signals[0]?.first_at ?? null),
      lastAt: timeOrNull(own.signals[0]?.last_at ?? null),
      alerts: sumOf(told, (row) => row.alerts),
      blocked: sumOf(told, (row) => row.blocked),
      decisions: sumOf(decided, (row) => row.decisions),
      orders: ordered.length,
      refused: ordered.filter(({ status }) => status === 'rejected').length,
    };
    return { ...counts, stage: stageOf(counts, own.watch, input) };
  });
}

/** The first stage that the signals of a symbol did not pass. The watch list says nothing of a symbol that was ordered. */
function stageOf(
  { lastAt, alerts, blocked, decisions, orders, refused }: Counts,
  watched: readonly WatchRow[],
  { rows, window, settings }: Input,
): Stage {
  const end = ms(window.to);
  const every = (holds: (row: WatchRow) => boolean): boolean => watched.length > 0 && watched.every(holds);
  if (orders > 0) return refused === orders ? 'order-refused' : 'ordered';
  if (rows.watch.ok && watched.length === 0) return 'not-watched';
  if (every((row) => row.alerts_enabled === false)) return 'alerts-off';
  if (every((row) => row.trade_enabled === false)) return 'trading-off';
  const isStale = (at: number | null): boolean => at !== null && end - at > settings.priceMaxAgeMin * 60_000;
  if (every((row) => isStale(timeOrNull(row.last_price_at)))) return 'price-stale';
  if (lastAt === null) return 'no-signal';
  if (every((row) => isHeldBack(row, lastAt))) return 'throttled';
  if (blocked > 0 && blocked === alerts) return 'alert-blocked';
  if (!rows.decisions.ok || !rows.orders.ok) return 'unknown';
  return decisions === 0 ? 'not-decided' : 'not-executed';
}

/** A cool-down that began with an alert before the signal, and ended after it. */
function isHeldBack({ last_alert_at: alerted, cooldown_until: until }: WatchRow, signal: number): boolean {
  const [from, to] = [timeOrNull(alerted), timeOrNull(until)];
  return from !== null && to !== null && from <= signal && signal < to;
}

function sumOf<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

function totalOf<T>(rows: Rows<T>, of: (row: T) => number): number | null {
  return rows.ok ? sumOf(rows.rows, of) : null;
}
