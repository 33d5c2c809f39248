import { ActivityFailure, ApplicationFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import type { GapReason, Missed, MonitorGap } from '../audit/snapshot-gap.ts';
import type { Window } from '../audit/evidence.ts';
import { FAILURE } from './failure-types.ts';

export const MINUTE_MS = 60_000;
/** A sentence; the whole failure is in the history. */
const MAX_DETAIL = 300;

/** Adds one missed minute to the list of gaps; neighbours of one reason are joined, and the first one's words stay. */
export function withGap(gaps: readonly MonitorGap[], slotMs: number, missed: Missed): readonly MonitorGap[] {
  const from = new Date(slotMs).toISOString();
  const to = new Date(slotMs + MINUTE_MS).toISOString();
  const last = gaps.at(-1);
  if (last?.to === from && last.reason === missed.reason) return [...gaps.slice(0, -1), { ...last, to }];
  return [...gaps, { from, to, ...missed }];
}

/** The gaps without these minutes, of which there is a snapshot after all. */
export function withoutSlots(gaps: readonly MonitorGap[], slots: readonly string[]): readonly MonitorGap[] {
  const present = new Set(slots.map((slot) => Date.parse(slot)));
  if (present.size === 0) return gaps;
  return gaps.reduce<readonly MonitorGap[]>((kept, { from, to, reason, detail }) => {
    let list = kept;
    for (let slot = Date.parse(from); slot < Date.parse(to); slot += MINUTE_MS)
      if (!present.has(slot)) list = withGap(list, slot, { reason, detail });
    return list;
  }, []);
}

/** Minutes that the gaps cover. */
export function gapMinutes(gaps: readonly Window[]): number {
  return gaps.reduce((total, { from, to }) => total + (Date.parse(to) - Date.parse(from)) / MINUTE_MS, 0);
}

const BY_TYPE: Readonly<Record<string, GapReason>> = {
  [FAILURE.sourceLost]: 'databaseLost',
  [FAILURE.sourceRefused]: 'databaseRefused',
  [FAILURE.tableLocked]: 'tableLocked',
  [FAILURE.statementCancelled]: 'statementCancelled',
  [FAILURE.statementTimeout]: 'statementTimeout',
  [FAILURE.storeUnavailable]: 'storeUnavailable',
  [FAILURE.unknownBot]: 'misconfigured',
  [FAILURE.invalidConfiguration]: 'misconfigured',
  [FAILURE.snapshotMissed]: 'workerAway',
};

/** What a failed snapshot says of its minute: the last attempt's own failure, else what no attempt could say. */
export function missedBy(error: unknown): Missed {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const last = cause instanceof TimeoutFailure && cause.cause !== undefined ? cause.cause : cause;
  if (last instanceof ApplicationFailure)
    return { reason: BY_TYPE[last.type ?? ''] ?? 'unknown', detail: last.message.slice(0, MAX_DETAIL) };
  if (!(last instanceof TimeoutFailure)) return { reason: 'unknown', detail: null };
  const wasTaken = [TimeoutType.HEARTBEAT, TimeoutType.START_TO_CLOSE].some(
    (type) => type === last.timeoutType,
  );
  return { reason: wasTaken ? 'workerLost' : 'workerAway', detail: null };
}
