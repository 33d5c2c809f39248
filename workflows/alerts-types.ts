import type { AlertsState } from '../audit/alerts/alert.ts';

/** What one run hands to the next. */
export interface AlertsCarried {
  readonly alerts: AlertsState;
  /** Newest first: messages that did not reach somebody, with the reason. */
  readonly unsent: readonly string[];
}
