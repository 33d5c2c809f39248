import type { Venue } from './instruments.ts';

/** One request to an exchange; times in milliseconds. What it costs of the limit is its weight. */
export interface ApiCall {
  readonly at: number;
  readonly venue: Venue;
  readonly operation: string;
  readonly durationMs: number;
  readonly attempt: number;
  readonly orderId: string | null;
  readonly tradeId: string | null;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly outcome: 'error' | 'timeout' | 'unclear';
  readonly httpStatus: number | null;
  readonly errorClass: string;
  readonly code: string | null;
}

/** A call with the usual blanks. */
export function call(
  given: Pick<ApiCall, 'at' | 'venue' | 'operation' | 'durationMs'> & Partial<ApiCall>,
): ApiCall {
  return { attempt: 1, orderId: null, tradeId: null, failure: null, ...given };
}
