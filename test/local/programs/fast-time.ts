import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

/** How many seconds of a workflow of this bundle one second is. */
const SPEED = 15;

const own = Date.now;
/** The workflow's clock from the start of its chain on; deterministic, since it follows from Temporal's times alone. */
Date.now = () => {
  const from = workflowInfo().startTime.getTime();
  return from + (own() - from) * SPEED;
};

const faster = (durationMs: number): number => Math.max(1, Math.round(durationMs / SPEED));
/** The bounds of `snapshotting`, which a snapshot has in its minute. */
const SNAPSHOT = {
  startToCloseTimeout: faster(20_000),
  scheduleToCloseTimeout: faster(50_000),
  heartbeatTimeout: faster(10_000),
};

/** Timers and the bounds of snapshots, as much shorter as the clock is faster; what has no minute takes its time. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      startTimer: (input, next) => next({ ...input, durationMs: faster(input.durationMs) }),
      scheduleActivity(input, next) {
        if (input.activityType !== 'takeSnapshot') return next(input);
        const retry = { ...input.options.retry, initialInterval: faster(2_000) };
        return next({ ...input, options: { ...input.options, ...SNAPSHOT, retry } });
      },
    },
  ],
});
