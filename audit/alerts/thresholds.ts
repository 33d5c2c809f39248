/** The limits of the alert rules; the configuration's `alerts.thresholds`. */
export interface AlertThresholds {
  readonly heartbeatGapMinutes: number;
  readonly blockerMinutes: number;
  readonly notificationsBlocked: number;
  readonly ingestionHours: number;
  readonly failureRatePercent: number;
  readonly apiErrors: number;
  readonly stuckDecisions: number;
  readonly stuckMinutes: number;
  readonly strategySuccessPercent: number;
  /** Decided in a day below which a rate says nothing. */
  readonly leastDecisions: number;
  readonly storageGb: number;
  readonly unprotectedSeconds: number;
}

/** Seeds 000 and 004; `unprotectedSeconds` and `leastDecisions` are ours (catalogue SL-01, OP-02). */
export const ALERT_THRESHOLDS: AlertThresholds = {
  heartbeatGapMinutes: 10,
  blockerMinutes: 15,
  notificationsBlocked: 0,
  ingestionHours: 24,
  failureRatePercent: 30,
  apiErrors: 5,
  stuckDecisions: 5,
  stuckMinutes: 60,
  strategySuccessPercent: 50,
  leastDecisions: 10,
  storageGb: 10,
  unprotectedSeconds: 60,
};
