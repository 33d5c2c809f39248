import { ms } from '../../audit/time.ts';
import { byReason, failuresOf } from '../shared/facts/failure-reasons.ts';
import { judgedStates } from '../shared/facts/states.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { DayRow } from './queries.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Day = ReturnType<typeof dayOf>;

export function factsOf(input: Input) {
  const { rows, window, settings } = input;
  const days = rowsOf(rows.days).map(dayOf);
  const total = (
    key: 'decisions' | 'executed' | 'failed' | 'pending' | 'cancelled' | 'executed_later',
  ): number => days.reduce((all, day) => all + day[key], 0);
  const failures = failuresOf(rows.failed, rows.orders);
  const waited = rowsOf(rows.pending).map(({ at }) => (ms(window.to) - ms(at)) / 60_000);
  return {
    /** Why nothing can be said about decisions; null where they were read. */
    unseen: reasonOf(rows.days),
    days,
    total,
    failures,
    reasons: byReason(failures),
    /** Days with enough decided, of which too many failed. */
    bad: days.filter(
      ({ decided, failurePct }) =>
        decided >= settings.minDecided && failurePct !== null && failurePct > settings.failurePct,
    ),
    /** Pending at the end for longer than the limit. */
    waiting: waited.filter((minutes) => minutes > settings.waitingMin).length,
    /** A switch that stops all trading is on at the end; null where states cannot be read. */
    paused: rows.states.ok ? judgedStates(rows.states).some(({ says }) => says === 'blocks') : null,
  };
}

/** A day with its failure rate: failed of executed and failed, percent; pending and called off are in neither. */
function dayOf(row: DayRow) {
  const decided = row.executed + row.failed;
  return { ...row, decided, failurePct: decided === 0 ? null : (100 * row.failed) / decided };
}
