import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { placeOf, topFrame } from './frames.ts';
import type { Input } from './input.ts';
import type { FaultRow } from './queries.ts';
import { leftOpen } from './refused-orders.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Fault = ReturnType<typeof faultOf>;

/** What stands where no trace names code. */
export const UNKNOWN_PLACE = 'location unknown';

export function factsOf(input: Input) {
  const rows = rowsOf(input.rows.faults);
  const faults = [...groupBy(rows, keyOf).values()]
    .map(faultOf)
    .sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
  const often = [
    ...groupBy(faults, ({ type, signature }) => JSON.stringify([type, signature])).values(),
  ].filter((same) => eventsOf(same) >= input.settings.newErrors);
  return {
    faults,
    modules: [...groupBy(faults, ({ module }) => module).entries()]
      .map(([module, list]) => ({ module, faults: list, events: eventsOf(list) }))
      .sort((a, b) => b.events - a.events || (a.module < b.module ? -1 : 1)),
    unread: reasonOf(input.rows.faults),
    /** Failed for long enough that somebody must have noticed. */
    swallowed: rowsOf(input.rows.swallowed).filter(
      ({ at }) => ms(input.window.to) - ms(at) > input.settings.swallowedMin * 60_000,
    ),
    refused: leftOpen(input),
    /** Signatures that came often enough and that the days before did not know. */
    fresh:
      blindOf(rows, input) === null ? often.filter((same) => same.every(({ before }) => !before)).flat() : [],
    /** Why nobody can say what is new; null where nothing came often enough to ask. */
    blind: often.length === 0 ? null : blindOf(rows, input),
  };
}

export const eventsOf = (faults: readonly Pick<Fault, 'events'>[]): number =>
  faults.reduce((total, { events }) => total + events, 0);

function keyOf(row: FaultRow): string {
  return JSON.stringify([row.type, row.signature, placeOf(topFrame(row.frames, row.is_cut))]);
}

/** Rows of one signature and place joined: what lies below the place may differ. */
function faultOf(rows: readonly FaultRow[]) {
  const inTime = [...rows].sort((a, b) => ms(a.first_at) - ms(b.first_at));
  const [first] = inTime;
  if (first === undefined) throw new Error('a group has a row');
  const frame = topFrame(first.frames, first.is_cut);
  const venues = new Set(rows.map(({ exchange, exchanges }) => (exchanges === 1 ? exchange : null)));
  const [venue = null] = venues.size === 1 ? venues : [];
  return {
    type: first.type,
    kind: first.kind,
    signature: first.signature,
    example: first.example,
    place: placeOf(frame),
    method: frame?.method ?? null,
    module: frame?.file ?? `${first.writer ?? first.type}, ${UNKNOWN_PLACE}`,
    venue,
    events: rows.reduce((total, { events }) => total + events, 0),
    firstAt: ms(first.first_at),
    lastAt: Math.max(...rows.map(({ last_at: last }) => ms(last))),
    isTrade: rows.some(({ is_trade: isTrade }) => isTrade),
    before: rows.some(({ seen_before: seen }) => seen),
  };
}

/** The rows of the days before must reach back far enough to know anything. */
function blindOf(rows: readonly FaultRow[], { window, settings }: Input): Missing | null {
  const from = rows[0]?.past_from ?? null;
  const reachH = from === null ? 0 : (ms(window.from) - ms(from)) / 3_600_000;
  return reachH >= settings.lookBackH
    ? null
    : missing(
        'inadequate_basis',
        `the events before the window that can be read reach back ${String(Math.floor(reachH))} of ${String(settings.lookBackH)} hours`,
      );
}
