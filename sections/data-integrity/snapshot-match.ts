import type { GateDefinition } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { fig, text } from '../../audit/text.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { endOfRow, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** How many positions a snapshot saw at a venue (null: at all), and between which numbers rows and fills put it then. */
interface Compared {
  readonly venue: string | null;
  readonly at: number;
  readonly seen: number;
  readonly low: number;
  readonly high: number;
}

/** A difference must persist over two snapshots to be one, unless the closing snapshot has it (catalogue 3.7). */
const SNAPSHOTS = 2;

/**
 * Gate (b): the monitor watched the bot while it traded, so what it saw last, at each exchange, must be what the rows say
 * now. Rows that a mapping filters out, a venue that is missing or taken for another, or a wrong time zone agree with
 * themselves; only this shows them.
 */
export const snapshotGate: GateDefinition<Facts, Input> = {
  id: 'b',
  title: 'Positions at the end differ from what the snapshots saw',
  source: 'snapshots',
  evaluate(facts, input, out) {
    const [last, before] = comparedAtEnd(facts, input);
    const total = last?.find(({ venue }) => venue === null);
    // What could not be compared is the business of the checks and sources that miss it, not of a gate.
    if (last === undefined || total === undefined)
      return { failed: false, text: ['Snapshots and positions could not be compared.'] };
    const isClosing = ms(input.window.to) - total.at <= 1000 * input.settings.closingSnapshotS;
    const persists = (one: Compared): boolean =>
      before?.some((other) => other.venue === one.venue && isOff(other)) === true;
    const off = last.find((one) => isOff(one) && (isClosing || persists(one)));
    const shown = off ?? total;
    const where = shown.venue === null ? '' : ` on ${capitalised(shown.venue)}`;
    const labels = shown.venue === null ? {} : { exchange: shown.venue };
    const seen = out.figure({
      name: 'snapshot_positions_at_end',
      labels,
      value: known(shown.seen),
      unit: 'count',
      id: 'P3',
      title: `Open positions in the last snapshot${where}`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
      formula: `${shown.venue === null ? 'total' : 'by_exchange'} of the snapshot at ${iso(shown.at)}`,
    });
    const rows = out.figure({
      name: 'positions_at_last_snapshot',
      labels,
      value: known(shown.seen < shown.low ? shown.low : shown.high),
      unit: 'count',
      id: 'P3',
      title: `Open positions at the time of the last snapshot${where}`,
      basis: facts.source.ok ? facts.source.basis : 'positions',
      queries: facts.source.ok ? facts.source.queries : [],
      formula: `positions open at ${iso(shown.at)}, give or take 5 s, nearest to the snapshot`,
    });
    return off
      ? {
          failed: true,
          text: text`The last snapshot saw ${fig(seen)} open positions${where}, the rows and fills have ${fig(rows)} at that time.`,
        }
      : { failed: false, text: ['The last snapshots and the positions agree.'] };
  },
};

function isOff({ seen, low, high }: Compared): boolean {
  return seen < low || seen > high;
}

/**
 * The last snapshots, newest first. Only where fills carry the positions: on the bot's own word the verdict is not a PASS
 * anyway.
 */
function comparedAtEnd(
  { source, positions }: Facts,
  { rows, bot, settings }: Input,
): readonly (readonly Compared[])[] {
  if (!source.ok || source.rung !== 'fills' || !rows.snapshots.ok) return [];
  const counted = new Set(positions.map(({ id }) => id));
  // Rows that are no position yet, or not one any more, may have been counted by the monitor.
  const waiting = (rows.positions.ok ? rows.positions.rows : []).filter(
    ({ id, status }) => !counted.has(id) && (status === 'transient' || status === 'unknown'),
  );
  const dated = positions.map((fact) => edgesOf(fact, 1000 * settings.rowLagS));
  const venues = new Set([...bot.exchanges, ...positions.map(({ venue }) => venue)].map(venueOf));
  return rows.snapshots.rows
    .flatMap(({ at, total, by_exchange: split }) => (total === null ? [] : [{ at: ms(at), total, split }]))
    .sort((a, b) => b.at - a.at)
    .slice(0, SNAPSHOTS)
    .map(({ at, total, split }) =>
      [{ venue: null, seen: total }, ...splitOf(split ?? {}, total, venues)].map(({ venue, seen }) => ({
        venue,
        at,
        seen,
        ...rangeAt(at, venue, dated, waiting),
      })),
    );
}

/** What the snapshot saw by venue, of the venues whose name both sides use. A venue that a whole split leaves out has none. */
function splitOf(
  split: Readonly<Record<string, number | null>>,
  total: number,
  venues: ReadonlySet<string>,
): readonly { readonly venue: string; readonly seen: number }[] {
  const seen = Object.entries(split).flatMap(([name, count]) =>
    count === null ? [] : [{ venue: venueOf(name), seen: count }],
  );
  const named = new Set(seen.map(({ venue }) => venue));
  // Rows that name no exchange may be any venue's.
  if (venues.has('unknown') && !named.has('unknown')) return [];
  const isWhole =
    seen.reduce((sum, one) => sum + one.seen, 0) === total && seen.every(({ venue }) => venues.has(venue));
  const absent = isWhole ? [...venues].filter((venue) => !named.has(venue)) : [];
  return [
    ...seen.filter(({ venue }) => venues.has(venue)),
    ...(seen.length > 0 ? absent.map((venue) => ({ venue, seen: 0 })) : []),
  ];
}

function rangeAt(
  at: number,
  venue: string | null,
  positions: readonly Dated[],
  waiting: readonly PositionRow[],
): { readonly low: number; readonly high: number } {
  const own = positions.filter((one) => venue === null || one.venue === venue);
  const others = waiting.filter(
    ({ exchange }) => venue === null || exchange === null || venueOf(exchange) === venue,
  );
  return {
    low: own.filter(({ opened, closed }) => opened[1] < at - GRACE_MS && closed[0] >= at + GRACE_MS).length,
    high:
      own.filter(({ opened, closed }) => opened[0] < at + GRACE_MS && closed[1] >= at - GRACE_MS).length +
      others.length,
  };
}

type Edge = readonly [earliest: number, latest: number];

interface Dated {
  readonly venue: string;
  readonly opened: Edge;
  readonly closed: Edge;
}

/**
 * When it opened and closed, by its fills or by its row where that is less than the lag later or earlier: both mean one
 * moment, and the monitor may have seen either.
 */
function edgesOf({ venue, openedAt, closedAt, row }: PositionFact, lagMs: number): Dated {
  const between = (time: number, stated: number | null): Edge =>
    stated === null || Math.abs(stated - time) > lagMs
      ? [time, time]
      : [Math.min(time, stated), Math.max(time, stated)];
  return {
    venue,
    opened: between(openedAt, timeOrNull(row.opened_at)),
    closed: closedAt === null ? [Infinity, Infinity] : between(closedAt, endOfRow(row)?.at ?? null),
  };
}
