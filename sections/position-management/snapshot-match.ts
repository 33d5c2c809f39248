import type { GateDefinition } from '../../audit/section.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { fig, text } from '../../audit/text.ts';
import type { PositionFact } from '../facts/position-facts.ts';
import { GRACE_MS } from '../facts/row-values.ts';
import { snapshotsQuery } from '../queries.ts';
import type { Facts, Input } from './facts.ts';

/** How many positions a snapshot saw, and between which numbers the rows and fills put it then. */
interface Compared {
  readonly at: number;
  readonly seen: number;
  readonly low: number;
  readonly high: number;
}

/** A difference must persist over two snapshots to be one (catalogue 3.7). */
const SNAPSHOTS = 2;

/**
 * Gate (b): the monitor watched the bot while it traded, so what it saw last must be what the rows say now. Rows that a
 * mapping filters out, a venue that is missing or a wrong time zone agree with themselves; only this shows them.
 */
export const gates: readonly GateDefinition<Facts, Input>[] = [
  {
    id: 'b',
    title: 'Positions at the end differ from what the snapshots saw',
    source: 'snapshots',
    evaluate(facts, input, out) {
      const compared = comparedAtEnd(facts, input);
      const last = compared.at(-1);
      // What could not be compared is the business of the checks and sources that miss it, not of a gate.
      if (last === undefined)
        return { failed: false, text: ['Snapshots and positions could not be compared.'] };
      const seen = out.figure({
        name: 'snapshot_positions_at_end',
        value: known(last.seen),
        unit: 'count',
        id: 'P3',
        title: 'Open positions in the last snapshot',
        basis: 'snapshots',
        queries: [snapshotsQuery.id],
        formula: `total of the snapshot at ${iso(last.at)}`,
      });
      const rows = out.figure({
        name: 'positions_at_last_snapshot',
        value: known(last.seen < last.low ? last.low : last.high),
        unit: 'count',
        id: 'P3',
        title: 'Open positions at the time of the last snapshot',
        basis: facts.source.ok ? facts.source.basis : 'positions',
        queries: facts.source.ok ? facts.source.queries : [],
        formula: `positions open at ${iso(last.at)}, give or take 5 s, nearest to the snapshot`,
      });
      const failed = compared.length === SNAPSHOTS && compared.every(isOff);
      return failed
        ? {
            failed,
            text: text`The last snapshot saw ${fig(seen)} open positions, the rows and fills have ${fig(rows)} at that time.`,
          }
        : { failed, text: ['The last snapshots and the positions agree.'] };
    },
  },
];

function isOff({ seen, low, high }: Compared): boolean {
  return seen < low || seen > high;
}

/** Only where fills carry the positions: on the bot's own word the verdict is not a PASS anyway. */
function comparedAtEnd({ source, positions }: Facts, { rows }: Input): readonly Compared[] {
  if (!source.ok || source.rung !== 'fills' || !rows.snapshots.ok) return [];
  const counted = new Set(positions.map(({ id }) => id));
  // Rows that are no position yet, or not one any more, may have been counted by the monitor.
  const waiting = (rows.positions.ok ? rows.positions.rows : []).filter(
    ({ id, status }) => !counted.has(id) && (status === 'transient' || status === 'unknown'),
  ).length;
  return rows.snapshots.rows
    .flatMap(({ at, total }) => (total === null ? [] : [{ at: ms(at), seen: total }]))
    .sort((a, b) => a.at - b.at)
    .slice(-SNAPSHOTS)
    .map(({ at, seen }) => ({
      at,
      seen,
      low: positions.filter((fact) => isOpen(fact, at + GRACE_MS, at - GRACE_MS)).length,
      high: positions.filter((fact) => isOpen(fact, at - GRACE_MS, at + GRACE_MS)).length + waiting,
    }));
}

/** Open until after `until`, opened before `since`: with the grace on the outside certainly, on the inside possibly. */
function isOpen({ openedAt, closedAt }: PositionFact, until: number, since: number): boolean {
  return openedAt < since && (closedAt === null || closedAt >= until);
}
