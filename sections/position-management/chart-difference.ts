import { bisector } from 'd3-array';
import type { Block } from '../../audit/block.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { GRACE_MS } from '../shared/facts/row-values.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

interface Step {
  readonly at: number;
  readonly count: number;
}

/** A snapshot that saw another number open than positions give of any moment of the interval before it. */
interface Difference {
  readonly at: number;
  readonly seen: number;
  readonly reconstructed: number;
}

/** Said below the two charts of open positions where they differ; silent where they agree. */
export function chartDifference(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { source, of } = facts;
  const { snapshots } = input.rows;
  if (!source.ok || !snapshots.ok) return [];
  const { steps } = of(null).concurrency;
  const slackMs = 1000 * input.shared.thresholds.snapshotIntervalS;
  const told = snapshots.rows.flatMap(({ at, total }) =>
    total === null ? [] : [{ at: ms(at), seen: total }],
  );
  const found = told.flatMap(({ at, seen }) => differenceAt(steps, at, seen, slackMs));
  const [most] = found.toSorted((a, b) => apart(b) - apart(a) || a.at - b.at);
  if (most === undefined) return [];
  const shared = {
    basis: `snapshots against ${source.basis}`,
    queries: [...source.queries, snapshotsQuery.id],
  };
  const count = out.figure({
    ...shared,
    name: 'positions_snapshots_differ',
    value: known(found.length),
    unit: 'count',
    title: 'Snapshots that saw another number of open positions',
    formula: 'snapshots whose total no moment of the interval before them gives',
  });
  const when = out.figure({
    ...shared,
    name: 'positions_snapshots_differ_at',
    value: known(iso(most.at)),
    unit: 'time',
    title: 'Snapshot furthest from the reconstructed number, when',
    formula: 'time of it, the first where it was so more than once',
  });
  return [
    {
      type: 'note',
      tone: 'warning',
      text: text`The two charts differ: ${fig(count)} of ${String(told.length)} snapshots saw another number open than ${source.basis} give, furthest apart at ${fig(when)}: ${String(most.seen)} by the snapshot, ${String(most.reconstructed)} by ${source.basis}.`,
    },
  ];
}

const apart = ({ seen, reconstructed }: Difference): number => Math.abs(seen - reconstructed);

const byTime = bisector<Step, number>(({ at }) => at);

function differenceAt(
  steps: readonly Step[],
  at: number,
  seen: number,
  slackMs: number,
): readonly Difference[] {
  const first = Math.max(0, byTime.right(steps, at - slackMs) - 1);
  const counts = steps.slice(first, byTime.right(steps, at + GRACE_MS)).map(({ count }) => count);
  const reconstructed = steps[byTime.right(steps, at) - 1]?.count ?? 0;
  const isGiven = seen >= Math.min(...counts) && seen <= Math.max(...counts);
  return isGiven ? [] : [{ at, seen, reconstructed }];
}
