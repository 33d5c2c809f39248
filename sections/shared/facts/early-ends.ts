import { ms } from '../../../audit/time.ts';
import type { Rows, Surroundings } from '../../../audit/input.ts';
import type { FillRow, OrderRow, PositionRow, StopChangeRow } from '../queries/trading-rows.ts';
import type { Thresholds } from '../settings.ts';
import { rowsOf } from '../vocabulary/unseen.ts';
import { rowsById } from './ids.ts';
import { namedOrders } from './named-orders.ts';
import { orderFinder } from './order-bounds.ts';
import { isEntry, isStop } from './order-roles.ts';
import type { PositionFacts } from './position-facts.ts';
import { GRACE_MS, groupBy, positiveOrNull, requestedAt, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** What a bot writes as it happens; `closing` is the end in a row of a position. */
export type Written = 'order' | 'fill' | 'stop_change' | 'position' | 'closing';

/** What another row tells of; times in milliseconds since the epoch. */
export interface Told {
  readonly subject: string;
  readonly at: number;
  /** What tells of it: a bot may store what its entries do, and not what its stops do. */
  readonly kind: string;
  readonly isStored: boolean;
}

/** Rows that end while others go on: each of later, of which others tell, is missing, as where a replica lags. */
export interface EarlyEnd {
  readonly what: Written;
  /** The newest row of it. */
  readonly newest: number;
  /** What others tell of later, each once, in order of time. */
  readonly missing: readonly Told[];
}

export type EarlyEnds = ReturnType<typeof earlyEnds>;

interface Sources {
  readonly orders: Rows<OrderRow>;
  readonly fills: Rows<FillRow>;
  readonly positions: Rows<PositionRow>;
  readonly stopChanges: Rows<StopChangeRow>;
}

type Asked = Pick<Thresholds, 'endRows' | 'endLagS'>;

/** Where all but so many of a kind have been stored before, those of later are missing, and not of another way. */
const USUAL = 0.8;

/** Tables whose rows end before those of the others. Of what happened since, they say nothing: neither yes nor no. */
export function earlyEnds(
  sources: Sources,
  facts: PositionFacts,
  { window }: Pick<Surroundings, 'window'>,
  asked: Asked,
) {
  const [orders, fills] = [rowsOf(sources.orders), rowsOf(sources.fills)];
  const [rows, changes] = [rowsOf(sources.positions), rowsOf(sources.stopChanges)];
  const [from, to] = [ms(window.from), ms(window.to)];
  const times = (all: readonly (number | null)[]): number =>
    all.reduce<number>((newest, at) => (at === null || at >= to ? newest : Math.max(newest, at)), -Infinity);
  const all: Readonly<Record<Written, readonly [newest: number, told: readonly Told[]]>> = {
    order: [times(orders.map(requestedAt)), ofOrders(orders, fills, rows, changes)],
    fill: [times(fills.map(({ at }) => timeOrNull(at))), ofFills(orders, fills, facts)],
    stop_change: [times(changes.map(({ at }) => timeOrNull(at))), ofChanges(orders, changes)],
    position: [times(rows.map(({ opened_at: at }) => timeOrNull(at))), ofPositions(orders, fills, rows)],
    closing: [times(rows.map(({ closed_at: at }) => timeOrNull(at))), ofClosings(facts)],
  };
  const list = (Object.keys(all) as Written[]).flatMap((what): EarlyEnd[] => {
    const [newest, told] = all[what];
    const missing = missingSince(
      newest,
      told.filter(({ at }) => at >= from && at < to),
    );
    const last = missing.at(-1);
    return last !== undefined && missing.length >= asked.endRows && last.at - newest >= 1000 * asked.endLagS
      ? [{ what, newest, missing }]
      : [];
  });
  const endOf = (what: Written): number => list.find((one) => one.what === what)?.newest ?? Infinity;
  return {
    list,
    /** Infinity where the rows do not end early. */
    endOf,
    /** Whether rows of that time are not there yet, by clocks that may differ. */
    isAfter: (what: Written, at: number): boolean => at >= endOf(what) - GRACE_MS,
  };
}

/** Each subject once, of kinds that were stored until then. */
function missingSince(newest: number, told: readonly Told[]): readonly Told[] {
  if (!Number.isFinite(newest)) return [];
  const isLate = ({ isStored, at }: Told): boolean => !isStored && at > newest + GRACE_MS;
  const usual = new Set(
    [
      ...groupBy(
        told.filter((one) => !isLate(one)),
        ({ kind }) => kind,
      ),
    ].flatMap(([kind, before]) =>
      before.filter(({ isStored }) => isStored).length >= USUAL * before.length ? [kind] : [],
    ),
  );
  return firstOfEach(told.filter((one) => isLate(one) && usual.has(one.kind)));
}

function firstOfEach(told: readonly Told[]): readonly Told[] {
  const latestFirst = told.toSorted((a, b) => b.at - a.at);
  return [...new Map(latestFirst.map((one) => [one.subject, one] as const)).values()].sort(
    (a, b) => a.at - b.at,
  );
}

function ofOrders(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  rows: readonly PositionRow[],
  changes: readonly StopChangeRow[],
): readonly Told[] {
  const orderOf = orderFinder(orders);
  const placed = changes.filter(
    ({ kind, order_id: id, error }) =>
      error === null && (id ?? '') !== '' && (kind === 'placed' || kind === 'updated'),
  );
  return [
    ...namedOrders(fills, rows, orderOf).map(({ orderId: subject, at, kind, order }): Told => ({
      subject,
      at,
      kind,
      isStored: order !== undefined,
    })),
    ...placed.flatMap(({ order_id: id, exchange, at }): Told[] => {
      const isStored = orderOf({ order_id: id, exchange, symbol: null }) !== undefined;
      const kind = `${venueOf(exchange)} change`;
      return [{ subject: id ?? '', at: ms(at), kind, isStored }];
    }),
  ];
}

/** By what orders filled, and by positions that were opened and closed. */
function ofFills(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  facts: PositionFacts,
): readonly Told[] {
  const orderOf = orderFinder(orders);
  const traded = new Set(fills.map(orderOf));
  const byOrders = orders.flatMap((order): Told[] => {
    const at = timeOrNull(order.filled_at ?? order.updated_at);
    if (at === null || (order.status !== 'filled' && positiveOrNull(order.filled) === null)) return [];
    const kind = `${venueOf(order.exchange)} ${isEntry(order) ? 'entry' : 'exit'}`;
    return [{ subject: order.id, at, kind, isStored: traded.has(order) }];
  });
  const byRows = (facts.ok ? facts.positions : []).flatMap((fact): Told[] => {
    const { id: subject, venue, openedAt, closedAt, openedBy, closedBy } = fact;
    const opened = { subject, at: openedAt, kind: `${venue} opened`, isStored: openedBy === 'fills' };
    const isStored = closedBy === 'fills';
    return closedAt === null
      ? [opened]
      : [opened, { subject, at: closedAt, kind: `${venue} closed`, isStored }];
  });
  return [...byOrders, ...byRows];
}

/** By stop orders alone: where nothing but changes tells of stops, one that is missing may never have been placed. */
function ofChanges(orders: readonly OrderRow[], changes: readonly StopChangeRow[]): readonly Told[] {
  const byOrder = rowsById(changes, ({ order_id: id }) => id);
  return orders.filter(isStop).flatMap((order): Told[] => {
    const at = requestedAt(order);
    const isStored = [order.id, order.exchange_order_id].some((id) => byOrder(id).length > 0);
    return at === null || order.status === 'rejected'
      ? []
      : [{ subject: order.id, at, kind: venueOf(order.exchange), isStored }];
  });
}

/** By the first row that names a position. */
function ofPositions(
  orders: readonly OrderRow[],
  fills: readonly FillRow[],
  rows: readonly PositionRow[],
): readonly Told[] {
  const byId = rowsById(rows, ({ id }) => id);
  const named = [
    ...orders.map((order) => ({ ...order, at: requestedAt(order) })),
    ...fills.map((fill) => ({ ...fill, at: timeOrNull(fill.at) })),
  ].flatMap(({ position_id: id, exchange, at }): Told[] =>
    id === null || id === '' || at === null
      ? []
      : [{ subject: id, at, kind: venueOf(exchange), isStored: byId(id).length > 0 }],
  );
  return firstOfEach(named);
}

/** By fills that left nothing. */
function ofClosings(facts: PositionFacts): readonly Told[] {
  return (facts.ok ? facts.positions : []).flatMap(({ id: subject, venue: kind, ledger, row }) => {
    const at = ledger?.flatAt ?? null;
    return at === null ? [] : [{ subject, at, kind, isStored: row.status !== 'open' }];
  });
}
