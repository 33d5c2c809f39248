import { setWorkflowOptions } from '@temporalio/workflow';
import { light } from './activity-proxies.ts';
import { runPlannedAudits, type PeriodResult } from './planned-audits.ts';
import { nominalTime } from './run-facts.ts';
import { parseNightlyInput, type NightlyInput } from './schedule-input.ts';

/** The three shifts of the day before, for every bot that is not pinned in time: made or reused, and mailed once. */
export async function nightlyAudit(input?: NightlyInput): Promise<PeriodResult> {
  const planned = await light.planNightly({ input: parseNightlyInput(input), now: nominalTime() });
  return runPlannedAudits(planned);
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, nightlyAudit);
