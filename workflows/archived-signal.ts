import { defineSignal, getExternalWorkflowHandle, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Verdict } from '../audit/report.ts';

/** Second argument of an audit that a nightly or monthly run starts; people give one input. */
export interface StartedByPlan {
  /** The run that started it goes on to its next audit once the report is archived: mails may take hours. */
  readonly tellsArchived: boolean;
  /** There is a report of it that lacks what could not be read: when the source is lost again, that one stays. */
  readonly keepsWhenLost?: boolean;
}

export interface Archived {
  readonly workflowId: string;
  readonly verdict: Verdict;
}

/** From an audit to the run that planned it: the report is archived, only mails are left. */
export const archivedSignal = defineSignal<[Archived]>('archived');

const VERDICTS: readonly unknown[] = ['PASS', 'FAIL', 'INCONCLUSIVE'] satisfies Verdict[];

/** Whether a value is what such a signal carries: whoever opens the Web UI can send anything in its place. */
export function isArchived(value: unknown): value is Archived {
  if (typeof value !== 'object' || value === null) return false;
  const { workflowId, verdict } = value as Partial<Record<keyof Archived, unknown>>;
  return typeof workflowId === 'string' && VERDICTS.includes(verdict);
}

/** Tells the run that started this one, unless that has ended meanwhile. */
export async function tellArchived(verdict: Verdict): Promise<void> {
  const { parent, workflowId } = workflowInfo();
  if (parent === undefined) return;
  try {
    // Without its run id: a nightly run that was reset goes on under a new one.
    await getExternalWorkflowHandle(parent.workflowId).signal(archivedSignal, { workflowId, verdict });
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}
