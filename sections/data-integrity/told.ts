import type { EntityName } from '../../audit/contract.ts';
import { median } from '../../audit/statistics.ts';
import type { PositionFacts, PositionFact } from '../shared/facts/position-facts.ts';
import { requestedAt, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import type { ToldRow } from '../shared/queries/lifecycles.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** What one entity says of the times of another; `laterS` is the median. */
export interface Told {
  readonly entity: EntityName;
  readonly what: string;
  /** Of one exchange alone. */
  readonly venue?: string;
  readonly against: string;
  readonly compared: number;
  readonly laterS: number;
}

/** `order.created_at`, `event.at`. */
export const columnOf = ({ entity, what }: Pick<Told, 'entity' | 'what'>): string =>
  `${entity}.${entity === 'order' || entity === 'position' ? what : 'at'}`;

/** With its exchange, where it is off at that one alone. */
export const placeOf = (told: Told): string =>
  told.venue === undefined ? columnOf(told) : `${columnOf(told)} of ${told.venue}`;

/** Fewer say nothing of a clock, or of what is usually written. */
const FEW = 10;

const rowsWith = ({ rows }: Pick<Input, 'rows'>) => [
  ...rowsOf(rows.toldByEvents).map((row) => ({ ...row, entity: 'event' as const, noun: 'event' })),
  ...rowsOf(rows.toldByStopChanges).map((row) => ({
    ...row,
    entity: 'stop_change' as const,
    noun: 'stop change',
  })),
];

/**
 * What happened and nothing tells of, where others of its kind are told of: rows were lost. A bot that writes none for an
 * exchange has none there; where not one is told of, though rows of that kind exist, they tell of another time.
 */
export function untold(input: Pick<Input, 'rows' | 'entities'>): readonly string[] {
  const rows = rowsWith(input);
  const isAnySaid = ({ what, entity }: (typeof rows)[number]): boolean =>
    rows.some((one) => one.what === what && one.entity === entity && one.said > 0);
  const silent = rows.flatMap((row) => {
    const { what, entity, noun, named, rows: happened, exchange } = row;
    return entity === 'stop_change' &&
      !isAnySaid(row) &&
      named < FEW &&
      happened >= FEW &&
      everHadRows(input, entity)
      ? [
          `${String(happened)} ${plural(what)} at ${exchange ?? 'the exchange'} and not one ${noun} in the window, though there were some before`,
        ]
      : [];
  });
  const missed = rows.flatMap((row) => {
    const missing = row.rows - row.said;
    const isMuch = row.rows >= FEW && missing >= Math.max(3, 0.05 * row.rows);
    const isUsual = row.said > 0 || (!isAnySaid(row) && row.named >= FEW);
    return isMuch && isUsual
      ? [
          `${String(missing)} of ${String(row.rows)} ${plural(row.what)} at ${row.exchange ?? 'the exchange'} have no ${row.noun}`,
        ]
      : [];
  });
  return [...silent, ...missed];
}

const everHadRows = ({ entities }: Pick<Input, 'entities'>, entity: EntityName): boolean =>
  entities.some((state) => state.entity === entity && state.everHadRows);

const plural = (what: ToldRow['what']): string => `${what}s`;

/** Entities whose rows lie earlier or later than what they tell of, by more than `earlyS` or `lateS`. */
export function elsewhereInTime(
  source: PositionFacts,
  input: Pick<Input, 'rows' | 'settings' | 'shared'>,
): readonly Told[] {
  const { toldEarlyS, toldLateS } = input.settings;
  const clocks = [...input.shared.orderClocks.values()];
  // Beside orders that lie elsewhere, what tells of them in its own time is no accused.
  const isByOrders = (exchange: string | null, laterS: number): boolean =>
    clocks.some(
      ({ of, venue, laterMs }) =>
        of === 'orders' &&
        venue === venueOf(exchange) &&
        Math.abs(laterS * 1000 + laterMs) <= toldLateS * 1000,
    );
  const told = rowsWith(input).flatMap(({ entity, what, exchange, said, later_s: laterS }): Told[] =>
    laterS === null || (entity === 'stop_change' && isByOrders(exchange, laterS))
      ? []
      : [{ entity, what, against: `the ${what}`, compared: said, laterS }],
  );
  const orders = clocks.flatMap(({ venue, columns, compared, laterMs }) =>
    columns.map((what): Told => ({
      ...{ entity: 'order', what, venue, compared },
      ...{ against: 'their fills', laterS: Math.round(laterMs) / 1000 },
    })),
  );
  const fills = clocks
    .filter(({ of }) => of === 'fills')
    .map(({ venue, compared, laterMs }): Told => ({
      ...{ entity: 'fill', what: 'fill', venue, compared },
      ...{ against: 'their orders and positions', laterS: Math.round(-laterMs) / 1000 },
    }));
  return [...orders, ...fills, ...told, ...positionsAgainstFills(source, input)].filter(
    ({ compared, laterS }) => compared >= FEW && (laterS < -toldEarlyS || laterS > toldLateS),
  );
}

/** A row may be as early as the request of its entry, and not as its fill. */
function positionsAgainstFills(source: PositionFacts, { rows }: Pick<Input, 'rows'>): readonly Told[] {
  if (!source.ok) return [];
  const orders = new Map(rowsOf(rows.orders).map((order) => [order.id, order]));
  const opened = source.positions.flatMap((fact) => laterThanEntry(fact, orders) ?? []);
  const closed = source.positions.flatMap(({ ledger, row }) => {
    const [flat, said] = [ledger?.flatAt ?? null, timeOrNull(row.closed_at)];
    return flat === null || said === null ? [] : said - flat;
  });
  const of = (what: string, against: string, all: readonly number[]): Told[] => {
    const middle = median(all);
    return middle === null
      ? []
      : [{ entity: 'position', what, against, compared: all.length, laterS: middle / 1000 }];
  };
  return [...of('opened_at', 'the entry', opened), ...of('closed_at', 'the last fill', closed)];
}

function laterThanEntry({ ledger, row }: PositionFact, orders: ReadonlyMap<string, OrderRow>): number | null {
  const said = timeOrNull(row.opened_at);
  if (ledger === null || said === null) return null;
  if (said >= ledger.openedAt) return said - ledger.openedAt;
  const order = orders.get(row.entry_order_id ?? ledger.fills[0]?.order_id ?? '');
  const requested = order === undefined ? null : requestedAt(order);
  return requested === null ? null : Math.min(0, said - requested);
}
