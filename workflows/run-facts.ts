import {
  ActivityFailure,
  ApplicationFailure,
  defineSearchAttributeKey,
  rootCause,
  SearchAttributeType,
} from '@temporalio/common';
import { isCancellation, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { withoutStack } from './input.ts';

const NOMINAL = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);
const ATTRIBUTES = {
  bot: defineSearchAttributeKey('AuditBot', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('AuditKind', SearchAttributeType.KEYWORD),
  period: defineSearchAttributeKey('AuditPeriod', SearchAttributeType.KEYWORD),
  verdict: defineSearchAttributeKey('AuditVerdict', SearchAttributeType.KEYWORD),
} as const;

/** When this run was meant to start: the schedule's nominal time, else the start itself; ISO 8601 UTC. */
export function nominalTime(): string {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(NOMINAL) ?? startTime).toISOString();
}

/** Whether a schedule started this run: its attribute alone could be copied by the Web UI's form. */
export function isScheduled(schedule: string): boolean {
  const { typedSearchAttributes, workflowId } = workflowInfo();
  return typedSearchAttributes.get(NOMINAL) !== undefined && workflowId.startsWith(`${schedule}-`);
}

/** An attribute that the server does not know would block the run for ever, hence the switch. */
export function describeRun(
  facts: Readonly<Partial<Record<keyof typeof ATTRIBUTES, string>>>,
  enabled: boolean,
): void {
  if (!enabled) return;
  const pairs = Object.entries(facts).flatMap(([name, value]) =>
    name in ATTRIBUTES ? [{ key: ATTRIBUTES[name as keyof typeof ATTRIBUTES], value }] : [],
  );
  upsertSearchAttributes(pairs);
}

/**
 * The Web UI fills its form with the last run's search attributes. A run that ends before it has its own must not stay
 * listed under another run's verdict.
 */
export function forgetInherited(): void {
  const { typedSearchAttributes } = workflowInfo();
  const inherited = Object.values(ATTRIBUTES).filter((key) => typedSearchAttributes.get(key) !== undefined);
  if (inherited.length > 0) upsertSearchAttributes(inherited.map((key) => ({ key, value: null })));
}

/**
 * What a run ends with: the failure at the bottom, whose message is a sentence of ours. Temporal's own, around it, would
 * be read first and say "Activity task failed".
 */
export function ownFailure(error: unknown): unknown {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) return error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure)
    return withoutStack(
      ApplicationFailure.create({
        message: cause.message,
        ...(typeof cause.type === 'string' && { type: cause.type }),
        nonRetryable: true,
        details: [...(cause.details ?? [])],
      }),
    );
  return withoutStack(ApplicationFailure.nonRetryable(`${error.activityType}: ${failureText(error)}`));
}

/** Runs a workflow's body so that its failure is in our words. */
export async function inOwnWords<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw ownFailure(error);
  }
}

/** What went wrong at the bottom of a chain of failures, for people. */
export function failureText(error: unknown): string {
  return rootCause(error) ?? String(error);
}
