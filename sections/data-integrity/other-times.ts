import { iso, ms } from '../../audit/time.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { Input } from './input.ts';
import { fewOf, orderHead, type BetweenRows, type Parts, type Traded } from './linked-rows.ts';

interface Time {
  readonly venue: string;
  readonly column: string;
  readonly said: number;
  /** Of its first and last fill. */
  readonly filled: readonly [number, number];
  readonly of: Pick<BetweenRows, 'what' | 'entity' | 'id' | 'symbol' | 'at'>;
}

/**
 * Times of few orders and positions that are not those of their fills. Where many are so, a clock is another one, or the bot
 * looks seldom: that is told of the whole table.
 */
export function otherTimes(
  traded: readonly Traded[],
  byOrder: readonly Parts[],
  { window, settings }: Input,
): readonly BetweenRows[] {
  const [early, late, to] = [settings.toldEarlyS * 1000, settings.toldLateS * 1000, ms(window.to)];
  const times = [
    ...byOrder.flatMap((parts) => ofOrder(parts)),
    ...traded.flatMap((one) => ofPosition(one)),
    // What is filled after the window was not read.
  ].filter(({ said }) => said < to);
  return fewOf(
    times,
    ({ venue, column }) => `${venue} ${column}`,
    ({ said, filled: [first, last] }) => said < first - early || said > last + late,
  ).map(({ column, said, filled, of }) => ({
    ...of,
    one: `${column} ${iso(said)}`,
    other: `its fills are of ${iso(filled[1])}`,
  }));
}

function ofOrder(parts: Parts): readonly Time[] {
  const [first] = parts;
  const said = timeOrNull(first?.order.filled_at ?? null);
  const filled = parts.map(({ fill }) => timeOrNull(fill.at));
  if (first === undefined || said === null || first.order.status !== 'filled' || filled.includes(null))
    return [];
  const of = { ...orderHead(first.order), what: 'order-time' } as const;
  // What lies before its own creation is told of that row alone.
  const created = timeOrNull(first.order.created_at);
  if (created !== null && said < created - GRACE_MS) return [];
  const times = filled.map((at) => at ?? 0);
  const span = [Math.min(...times), Math.max(...times)] as const;
  return [{ venue: venueOf(first.order.exchange), column: 'filled_at', said, filled: span, of }];
}

/** An opening may be that of the request, and is early by what the entry waited: only one that is late is told. */
function ofPosition({ fact: { id, venue, symbol, openedAt, row, ledger } }: Traded): readonly Time[] {
  if (ledger === null) return [];
  const once = (at: number): Time['filled'] => [at, at];
  const of = { what: 'position-time', entity: 'position', id, symbol, at: openedAt } as const;
  const [opened, closed] = [timeOrNull(row.opened_at), timeOrNull(row.closed_at)];
  const { flatAt } = ledger;
  return [
    ...(opened === null
      ? []
      : [
          {
            venue,
            column: 'opened_at',
            said: Math.max(opened, ledger.openedAt),
            filled: once(ledger.openedAt),
            of,
          },
        ]),
    ...(closed === null || flatAt === null || (opened !== null && closed < opened - GRACE_MS)
      ? []
      : [{ venue, column: 'closed_at', said: closed, filled: once(flatAt), of }]),
  ];
}
