import { setCurrentDetails, setWorkflowOptions, sleep } from '@temporalio/workflow';
import { light } from './activity-proxies.ts';
import { runPlannedAudits, type PeriodResult } from './planned-audits.ts';
import { inOwnWords, nominalTime } from './run-facts.ts';
import { parsePeriodInput, type PeriodInput } from './schedule-input.ts';

/**
 * The newest period that is over of one kind (a shift, day, week, month or quarter), or the one that is named, for every
 * bot that is not pinned in time: made or reused, and mailed once. What has only just ended is given time to settle.
 */
export async function periodAudit(input?: PeriodInput, ...more: readonly unknown[]): Promise<PeriodResult> {
  return inOwnWords(async () => {
    const request = { input: parsePeriodInput(input, more), now: nominalTime() };
    const { audits, settledAt } = await light.planPeriod(request);
    const waitMs = settledAt === null ? 0 : Date.parse(settledAt) - Date.now();
    if (waitMs <= 0) return runPlannedAudits(audits);
    setCurrentDetails(`Waits until ${settledAt ?? ''}, when the evidence of the period has settled.`);
    await sleep(waitMs, { summary: 'evidence settles' });
    // Somebody else may have made the report meanwhile.
    return runPlannedAudits((await light.planPeriod(request)).audits);
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, periodAudit);
