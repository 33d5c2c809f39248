import { booleanField, botField, checkFields, integerField, textField, type Fields } from './input-fields.ts';
import { invalidInput, refuseSurplus } from './input.ts';

/** Input of `nightlyAudit`. */
export interface NightlyInput {
  /** Only this bot; otherwise every bot that is not pinned in time. */
  readonly bot?: string;
  /** UTC day whose three shifts are audited; otherwise the day before the nominal time. */
  readonly date?: string;
  /** On by default: the nightly run exists to mail. */
  readonly deliver?: boolean;
}

/** Input of `monthlyAudit`. */
export interface MonthlyInput {
  readonly bot?: string;
  /** Otherwise the month before the nominal time. */
  readonly month?: string;
  /** On by default. */
  readonly deliver?: boolean;
}

/** Input of `monitorWindow`. */
export interface MonitorInput {
  readonly bot?: string;
  /** Length of the window, 1 to 24; 8 by default. */
  readonly hours?: number;
  /** Whether the audit that follows is mailed; off by default. */
  readonly deliver?: boolean;
}

/** Input of `retentionPurge`. */
export interface PurgeInput {
  /** Only plan, and say what would be removed. */
  readonly dryRun?: boolean;
  /** In place of `retention.maxSharePercent`, for this run. */
  readonly maxSharePercent?: number;
}

/** Input of the update `approve` of a purge. */
export interface ApproveInput {
  /** The beginning of the plan's hash, eight characters or more. */
  readonly plan?: string;
  /** Who approves it, for the tombstone. */
  readonly by?: string;
}

const NIGHTLY: Fields = { bot: botField, date: textField('2026-11-20'), deliver: booleanField };
const MONTHLY: Fields = { bot: botField, month: textField('2026-11'), deliver: booleanField };
const PURGE: Fields = { dryRun: booleanField, maxSharePercent: integerField(1, 100, 60) };
const APPROVE: Fields = { plan: textField('3f9a1c07'), by: textField('Ann, operations') };
const MONITOR: Fields = { bot: botField, hours: integerField(1, 24, 8), deliver: booleanField };

export function parseNightlyInput(raw: unknown, more: readonly unknown[] = []): NightlyInput {
  return parse([raw, ...more], NIGHTLY, '{"date": "2026-11-20"}');
}

export function parseMonthlyInput(raw: unknown, more: readonly unknown[] = []): MonthlyInput {
  return parse([raw, ...more], MONTHLY, '{"month": "2026-11"}');
}

export function parseMonitorInput(raw: unknown, more: readonly unknown[] = []): MonitorInput {
  return parse([raw, ...more], MONITOR, '{"bot": "demo", "hours": 8}');
}

export function parsePurgeInput(raw: unknown, more: readonly unknown[] = []): PurgeInput {
  return parse([raw, ...more], PURGE, '{"dryRun": true}');
}

export function parseApproveInput(raw: unknown, more: readonly unknown[] = []): ApproveInput {
  return parse([raw, ...more], APPROVE, '{"plan": "3f9a1c07", "by": "Ann, operations"}');
}

function parse(
  [raw, ...more]: readonly unknown[],
  fields: Fields,
  example: string,
): Readonly<Record<string, unknown>> {
  refuseSurplus(more, example);
  const { values, errors } = checkFields(raw, fields, {}, example);
  if (errors.length > 0) throw invalidInput(errors);
  return { ...values };
}
