import { fileURLToPath } from 'node:url';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { CompleteAsyncError } from '@temporalio/activity';
import { scrubValue } from '../audit/scrub.ts';
import { FAILURE, PERMANENT, type FailureType } from '../workflows/failure-types.ts';
import { PlaceBusy } from './turns.ts';

export { FAILURE, type FailureType } from '../workflows/failure-types.ts';

/** Longer messages are cut by the server, and nobody reads them in the Web UI. */
const MAX_MESSAGE = 1_500;

const ROOT = new URL('../', import.meta.url);

/** A failure of the catalogue. Whether it is tried again follows from its type. */
export function failure(type: FailureType, message: string, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    // Not cut here: half a secret is one that the scrubber no longer knows. `toFailure` cuts after scrubbing.
    message,
    nonRetryable: PERMANENT.includes(type),
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
  });
}

/** Our own errors by name, wherever they were defined: who raises an error says whose it is, never its code. */
const BY_NAME: Readonly<Record<string, FailureType>> = {
  SourceLost: FAILURE.sourceLost,
  SourceRefused: FAILURE.sourceRefused,
  StatementTimeout: FAILURE.statementTimeout,
  PdfFailed: FAILURE.pdfFailed,
  StoreUnavailable: FAILURE.storeUnavailable,
  ArtifactsUnavailable: FAILURE.storeUnavailable,
  ArtifactDamaged: FAILURE.storeUnavailable,
  OwnFault: FAILURE.storeUnavailable,
};

/** Any error as it may enter Temporal's history: a type of the catalogue where there is one, and no secret. */
export function toFailure(error: unknown, scrub: (text: string) => string): Error {
  if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (error instanceof PlaceBusy)
    return ApplicationFailure.create({
      type: FAILURE.sourceBusy,
      message: scrub(error.message),
      details: [error.waitMs],
    });
  const original = error instanceof Error ? error : new Error(String(error));
  const known = original instanceof ApplicationFailure ? original : null;
  const type = known?.type ?? BY_NAME[original.name] ?? original.name;
  const delay: unknown = known?.nextRetryDelay;
  const made = ApplicationFailure.create({
    type,
    message: scrub(original.message).slice(0, MAX_MESSAGE),
    nonRetryable:
      known?.nonRetryable ?? (PERMANENT.some((permanent) => permanent === type) || isFinal(original)),
    ...(typeof delay === 'number' && { nextRetryDelay: delay }),
    ...(known?.details != null && { details: known.details.map((detail) => scrubValue(detail, scrub)) }),
  });
  // The stack begins with the message, so it is scrubbed as well.
  made.stack = withoutRoot(scrub(original.stack ?? '')).slice(0, 2 * MAX_MESSAGE);
  return made;
}

/** Where this clone lies is nobody's business in the Web UI; `activities/collect.ts:12:3` says as much to an engineer. */
function withoutRoot(stack: string): string {
  return stack.replaceAll(ROOT.href, '').replaceAll(fileURLToPath(ROOT), '');
}

/** Errors that know that another attempt ends the same way say `retryable: false`. */
function isFinal(error: Error): boolean {
  return 'retryable' in error && error.retryable === false;
}
