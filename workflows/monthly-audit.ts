import { setWorkflowOptions } from '@temporalio/workflow';
import { light } from './activity-proxies.ts';
import { runPlannedAudits, type PeriodResult } from './planned-audits.ts';
import { inOwnWords, nominalTime } from './run-facts.ts';
import { parseMonthlyInput, type MonthlyInput } from './schedule-input.ts';

/** The calendar month before, for every bot that is not pinned in time: made or reused, and mailed once. */
export async function monthlyAudit(input?: MonthlyInput, ...more: readonly unknown[]): Promise<PeriodResult> {
  return inOwnWords(async () => {
    const planned = await light.planMonthly({ input: parseMonthlyInput(input, more), now: nominalTime() });
    return runPlannedAudits(planned);
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, monthlyAudit);
