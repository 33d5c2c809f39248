import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { conflictsOf } from './conflicts.ts';
import { severalExecutions } from './executions.ts';
import type { Input } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const conflicts = conflictsOf(input);
  const several = severalExecutions(input);
  return {
    conflicts,
    /** Those of two writers; of the others nobody knows whether one hand did both. */
    ofTwo: conflicts.filter(({ known }) => known),
    /** Why events cannot tell who did what. */
    blind: blindness(input),
    doubles: several.filter(({ verdict }) => verdict === 'double'),
    splits: several.filter(({ verdict }) => verdict === 'split'),
    undecided: several.filter(({ verdict }) => verdict === 'undecided'),
    several,
    /** Pending at the end for longer than a decision takes. */
    stuck: rowsOf(input.rows.pending).filter(
      ({ at }) => ms(input.window.to) - ms(at) > input.settings.stuckMin * 60_000,
    ),
    gaps: rowsOf(input.rows.gaps),
    /** Null without an execution in the window. */
    lastExecutedAt: rowsOf(input.rows.executions).reduce<number | null>(
      (last, { last_at: at }) => Math.max(last ?? 0, ms(at)),
      null,
    ),
    /** Services of which heartbeats name more than one instance. */
    instances: rowsOf(input.rows.habits).filter(({ instances }) => instances > 1),
  };
}

function blindness({ rows, has }: Input): Missing | null {
  const unread = reasonOf(rows.pairs);
  if (unread !== null) return unread;
  const absent = (['position_id', 'writer'] as const).find((column) => !has('event', column));
  return absent === undefined ? null : missing('missing_column', `event.${absent}`);
}
