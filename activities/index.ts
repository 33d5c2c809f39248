import { createBotPurging } from './bot-purge.ts';
import { createCollecting } from './collect.ts';
import { createDelivering } from './deliver.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { createEvaluating } from './evaluate.ts';
import { toFailure } from './failures.ts';
import { createNoReportTelling } from './no-report.ts';
import { createMaintaining } from './maintain.ts';
import { createPurgeMailing } from './purge-mail.ts';
import { createPurging } from './purge.ts';
import { createRendering } from './render.ts';
import { createReopening } from './reopen-delivery.ts';
import { createResolving } from './resolve.ts';
import { createSnapshotting } from './snapshot.ts';
import { createNoticing } from './notices.ts';
import { createAlertWatching } from './watch-alerts.ts';
import { createGuarding } from './watchdog.ts';
import type { AuditActivities } from './types.ts';

export type { ActivityDependencies } from './dependencies.ts';

/** All activities around their dependencies; what they throw reaches Temporal as a failure of the catalogue, scrubbed. */
export function createActivities(dependencies: ActivityDependencies): AuditActivities {
  const { scrub } = dependencies;
  const raw: AuditActivities = {
    ...createResolving(dependencies),
    ...createCollecting(dependencies),
    ...createEvaluating(dependencies),
    ...createRendering(dependencies),
    ...createDelivering(dependencies),
    ...createReopening(dependencies),
    ...createNoReportTelling(dependencies),
    ...createSnapshotting(dependencies),
    ...createMaintaining(dependencies),
    ...createPurging(dependencies),
    ...createBotPurging(dependencies),
    ...createPurgeMailing(dependencies),
    ...createAlertWatching(dependencies),
    ...createNoticing(dependencies),
    ...createGuarding(dependencies),
  };
  const guarded = Object.entries(raw).map(([name, activity]) => [name, guard(activity as Activity, scrub)]);
  return Object.fromEntries(guarded) as AuditActivities;
}

type Activity = (request: unknown) => Promise<unknown>;

function guard(activity: Activity, scrub: (text: string) => string): Activity {
  return async (request) => {
    try {
      return await activity(request);
    } catch (error) {
      throw toFailure(error, scrub);
    }
  };
}
