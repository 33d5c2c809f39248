import type { FigureSpec } from '../../audit/figure.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { endOfRow, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { gate } from '../shared/vocabulary/check.ts';
import { on } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';

/** How many positions a snapshot saw at a venue (null: at all), and between which numbers rows and fills put it then. */
type Compared = ReturnType<typeof comparedAtEnd>[number][number];

/** A difference must persist over two snapshots to be one, unless the closing snapshot has it (catalogue 3.7). */
const SNAPSHOTS = 2;

/**
 * Gate (b): the monitor watched the bot while it traded, so what it saw last, at each exchange, must be what the rows say
 * now. Rows that a mapping filters out, a venue that is missing or taken for another, or a wrong time zone agree with
 * themselves; only this shows them.
 */
export const snapshotGate = gate<Facts, Input>({
  id: 'b',
  title: 'Positions at the end differ from what the snapshots saw',
  source: 'snapshots',
  judge(facts, input, out) {
    const [last = [], before = []] = comparedAtEnd(facts, input);
    const [total] = last;
    // What could not be compared is the business of the checks and sources that miss it, not of a gate.
    if (total === undefined)
      return { failed: false, text: ['Snapshots and positions could not be compared.'] };
    const isClosing = ms(input.window.to) - total.at <= 1000 * input.settings.closingSnapshotS;
    const persists = ({ venue }: Compared): boolean =>
      before.some((other) => other.venue === venue && isOff(other));
    const off = last.find((one) => isOff(one) && (isClosing || persists(one)));
    const { seen, rows } = counted(off ?? total, facts, out);
    if (!off) return { failed: false, text: ['The last snapshots and the positions agree.'] };
    return {
      failed: true,
      text: text`The last snapshot saw ${seen} open positions${on(off.venue)}, the rows and fills have ${rows} at that time.`,
    };
  },
});

function counted({ venue, at, seen, low, high }: Compared, { source }: Facts, out: Output) {
  const labels = venue === null ? {} : { exchange: venue };
  const count = (value: number, head: Omit<FigureSpec, 'labels' | 'value' | 'unit'>) =>
    fig(out.figure({ ...head, labels, value: known(value), unit: 'count', id: 'P3' }));
  return {
    seen: count(seen, {
      name: 'snapshot_positions_at_end',
      title: `Open positions in the last snapshot${on(venue)}`,
      formula: `${venue === null ? 'total' : 'by_exchange'} of the snapshot at ${iso(at)}`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
    }),
    rows: count(seen < low ? low : high, {
      name: 'positions_at_last_snapshot',
      title: `Open positions at the time of the last snapshot${on(venue)}`,
      formula: `positions open at ${iso(at)}, give or take 5 s, nearest to the snapshot`,
      basis: source.ok ? source.basis : 'positions',
      queries: source.ok ? source.queries : [],
    }),
  };
}

function isOff({ seen, low, high }: Compared): boolean {
  return seen < low || seen > high;
}

/**
 * The last snapshots, newest first. Only where fills carry the positions: on the bot's own word the verdict is not a PASS
 * anyway.
 */
function comparedAtEnd({ source, positions }: Facts, { rows, bot, settings }: Input) {
  if (!source.ok || source.rung !== 'fills' || !rows.snapshots.ok) return [];
  const counted = new Set(positions.map(({ id }) => id));
  const dated = [
    ...positions.map((fact) => edgesOf(fact, 1000 * settings.rowLagS)),
    // Rows that are no position yet, or not one any more, may have been counted by the monitor.
    ...(rows.positions.ok ? rows.positions.rows : [])
      .filter(({ id, status }) => !counted.has(id) && (status === 'transient' || status === 'unknown'))
      .map(({ exchange }) => ({ venue: exchange && venueOf(exchange), opened: ANY_TIME, closed: ANY_TIME })),
  ];
  const venues = new Set([...bot.exchanges, ...positions.map(({ venue }) => venue)].map(venueOf));
  return rows.snapshots.rows
    .flatMap(({ at, total, by_exchange: split }) => (total === null ? [] : [{ at: ms(at), total, split }]))
    .sort((a, b) => b.at - a.at)
    .slice(0, SNAPSHOTS)
    .map(({ at, total, split }) =>
      [{ venue: null, seen: total }, ...splitOf(split ?? {}, total, venues)].map(({ venue, seen }) => {
        const here = dated.filter((one) => venue === null || one.venue === null || one.venue === venue);
        const [before, after] = [at - GRACE_MS, at + GRACE_MS];
        return {
          venue,
          at,
          seen,
          low: here.filter(({ opened, closed }) => opened[1] < before && closed[0] >= after).length,
          high: here.filter(({ opened, closed }) => opened[0] < after && closed[1] >= before).length,
        };
      }),
    );
}

/** What the snapshot saw by venue, of the venues whose name both sides use. A venue that a whole split leaves out has none. */
function splitOf(
  split: Readonly<Record<string, number | null>>,
  total: number,
  venues: ReadonlySet<string>,
): readonly { readonly venue: string | null; readonly seen: number }[] {
  const seen = Object.entries(split).flatMap(([name, count]) =>
    count === null ? [] : [{ venue: venueOf(name), seen: count }],
  );
  const named = new Set(seen.map(({ venue }) => venue));
  // Rows that name no exchange may be any venue's.
  if (seen.length === 0 || (venues.has('unknown') && !named.has('unknown'))) return [];
  const known = seen.filter(({ venue }) => venues.has(venue));
  const isWhole = known.length === seen.length && seen.reduce((sum, one) => sum + one.seen, 0) === total;
  const absent = isWhole ? [...venues].filter((venue) => !named.has(venue)) : [];
  return [...known, ...absent.map((venue) => ({ venue, seen: 0 }))];
}

type Edge = readonly [earliest: number, latest: number];
const ANY_TIME: Edge = [-Infinity, Infinity];
const NEVER: Edge = [Infinity, Infinity];

/**
 * When it opened and closed, by its fills or by its row where that is less than the lag later or earlier: both mean one
 * moment, and the monitor may have seen either.
 */
function edgesOf({ venue, openedAt, closedAt, row }: PositionFact, lagMs: number) {
  const between = (time: number, stated: number | null): Edge =>
    stated === null || Math.abs(stated - time) > lagMs
      ? [time, time]
      : [Math.min(time, stated), Math.max(time, stated)];
  return {
    venue,
    opened: between(openedAt, timeOrNull(row.opened_at)),
    closed: closedAt === null ? NEVER : between(closedAt, endOfRow(row)?.at ?? null),
  };
}
