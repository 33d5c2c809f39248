import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { AuditActivities } from '../activities/types.ts';
import { FAILURE, PERMANENT } from './failure-types.ts';

const nonRetryableErrorTypes = [...PERMANENT];
/** A cancelled run ends when its query, page or conversation has really ended; all of these heartbeat. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;
const heartbeating = { heartbeatTimeout: '30s', cancellationType } as const;

// Attempts are bounded, not the time since the first: that would go on while no worker is there, and an outage of the
// workers would end as a failure of what they were to do. Only a snapshot belongs to its minute.

/** Small statements on our own store: tried for half an hour, since without the store there is no report. */
export const light = proxyActivities<AuditActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 64, nonRetryableErrorTypes },
});

/** Reads the bot's sources. A lost connection discards the bundle; whoever finds too many readers asks for its turn again. */
export const collecting = proxyActivities<AuditActivities>({
  startToCloseTimeout: '10m',
  ...heartbeating,
  retry: {
    initialInterval: '2s',
    maximumInterval: '30s',
    maximumAttempts: 4,
    nonRetryableErrorTypes: [...PERMANENT, FAILURE.sourceBusy],
  },
});

export const computing = proxyActivities<AuditActivities>({
  startToCloseTimeout: '5m',
  ...heartbeating,
  retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 5, nonRetryableErrorTypes },
});

/** The renderer tries a new browser by itself; a third browser helps only when the machine was busy. */
export const printing = proxyActivities<AuditActivities>({
  startToCloseTimeout: '5m',
  ...heartbeating,
  retry: { initialInterval: '2s', maximumAttempts: 3, nonRetryableErrorTypes },
});

/** Reads or changes a lot of our own store and its files, a piece at a time; a piece that was begun is done again. */
export const purging = proxyActivities<AuditActivities>({
  startToCloseTimeout: '2h',
  ...heartbeating,
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 64, nonRetryableErrorTypes },
});

/**
 * One mail to one recipient; a server that says "later" is asked again for four hours. Twice (without the file the second
 * time) it may take five minutes for the message and ten for its last answer.
 */
export const mailing = proxyActivities<AuditActivities>({
  startToCloseTimeout: '32m',
  ...heartbeating,
  retry: {
    ...{ initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '15m', maximumAttempts: 21 },
    nonRetryableErrorTypes,
  },
});

/** One look at a bot's alerts: the next comes in five minutes, so that one that fails is soon given up. */
export const watching = proxyActivities<AuditActivities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '15s',
  cancellationType,
  retry: { initialInterval: '2s', maximumInterval: '15s', maximumAttempts: 4, nonRetryableErrorTypes },
});

/** Reads our own store and asks Temporal for each schedule; the next run comes in a quarter of an hour. */
export const guarding = proxyActivities<AuditActivities>({
  startToCloseTimeout: '2m',
  ...heartbeating,
  retry: { initialInterval: '2s', maximumInterval: '30s', maximumAttempts: 6, nonRetryableErrorTypes },
});

/** A short message that cannot wait: after a quarter of an hour the next level is told instead. */
export const alerting = proxyActivities<AuditActivities>({
  startToCloseTimeout: '16m',
  ...heartbeating,
  retry: { initialInterval: '2s', maximumInterval: '2m', maximumAttempts: 12, nonRetryableErrorTypes },
});

/** Who is owed a notice, by our own store; one that is away for half a minute is gone round. */
export const noticing = proxyActivities<AuditActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 6, nonRetryableErrorTypes },
});

/** Beside the store, so that nothing says whether an attempt got through: there is one. */
export const unrecorded = proxyActivities<AuditActivities>({
  startToCloseTimeout: '16m',
  ...heartbeating,
  retry: { maximumAttempts: 1 },
});

/** Belongs to its minute: what cannot be taken within it is a gap. */
export const snapshotting = proxyActivities<AuditActivities>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '50s',
  heartbeatTimeout: '10s',
  cancellationType,
  retry: { initialInterval: '2s', backoffCoefficient: 1.5, nonRetryableErrorTypes },
});

/** Between two minutes there is no time to wait for a store that is away: what is not noted now is noted with the next. */
export const noting = proxyActivities<AuditActivities>({
  startToCloseTimeout: '3s',
  retry: { initialInterval: '300ms', backoffCoefficient: 1, maximumAttempts: 3, nonRetryableErrorTypes },
});
