import { setWorkflowOptions } from '@temporalio/workflow';
import { light } from './activity-proxies.ts';
import { runPlannedAudits, type PeriodResult } from './planned-audits.ts';
import { inOwnWords, nominalTime } from './run-facts.ts';
import { parseNightlyInput, type NightlyInput } from './schedule-input.ts';

/** The three shifts of the day before, for every bot that is not pinned in time: made or reused, and mailed once. */
export async function nightlyAudit(input?: NightlyInput, ...more: readonly unknown[]): Promise<PeriodResult> {
  return inOwnWords(async () => {
    const planned = await light.planNightly({ input: parseNightlyInput(input, more), now: nominalTime() });
    return runPlannedAudits(planned);
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, nightlyAudit);
