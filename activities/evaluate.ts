import { recordReport } from '../store/reports.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { ownRun } from './run-url.ts';
import type { AuditActivities } from './types.ts';

type Evaluating = Pick<AuditActivities, 'evaluateSection' | 'assembleReport'>;

/** Evaluates stored evidence, and records the report that comes of it. */
export function createEvaluating({
  evaluation,
  pool,
  registry,
}: Pick<ActivityDependencies, 'evaluation' | 'pool' | 'registry'>): Evaluating {
  return {
    evaluateSection: (request) =>
      withHeartbeat((signal) => evaluation.evaluateSection(request, signal), {
        section: registry.section(request.section).title,
      }),

    assembleReport: (request) =>
      withHeartbeat(async (signal) => {
        const { record, summary } = await evaluation.assembleReport(request, signal);
        const { bot, kind, window, evidenceHash, reportHash } = record;
        const { revision, reportedAt } = await recordReport(pool, {
          ...record,
          reportedAt: activityNow(),
          run: ownRun(),
        });
        return {
          report: { bot, kind, window, evidenceHash, reportHash, revision, reportedAt },
          ...summary,
        };
      }),
  };
}
