import { CALENDARS } from '../audit/calendar.ts';
import { KINDS, PRODUCTION } from '../audit/kinds.ts';
import {
  booleanField,
  botField,
  checkFields,
  choiceField,
  integerField,
  textField,
  type Field,
  type Fields,
} from './input-fields.ts';
import type { AuditInput } from './types.ts';
import { checkAuditInput, invalidInput, refuseSurplus } from './input.ts';

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

/** Input of `periodAudit`: a kind, by default the production audit of a shift, and a period of it, by default the newest. */
export type PeriodInput = Pick<AuditInput, 'bot' | 'kind' | 'day' | 'week' | 'month' | 'quarter' | 'deliver'>;

/** Input of `dailyMaintenance`, which has no choices. */
export type MaintenanceInput = Readonly<Record<string, never>>;

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

/** Input of `redelivery`. */
export interface RedeliveryInput {
  /** The beginning of its id, eight characters or more. */
  readonly delivery: string;
  /** Also one that may have arrived. */
  readonly evenIfDoubled?: boolean;
}

/** Input of `botPurge`. */
export interface BotPurgeInput {
  readonly bot?: string;
  /** Remove rows; otherwise they are counted. The first run of a bot only counts. */
  readonly execute?: boolean;
}

/** Input of `alertWatch`. */
export interface AlertWatchInput {
  /** Only this bot; otherwise every bot that is not pinned in time. */
  readonly bot?: string;
}

/** Input of `alerts`. */
export interface AlertsInput {
  readonly bot?: string;
}

/** Input of the update `acknowledge` of `alerts`. */
export interface AcknowledgeInput {
  /** The alert's id, four characters or more. */
  readonly id?: string;
  /** Who takes care of it. */
  readonly by?: string;
  readonly note?: string;
}

/** Input of `reportWatchdog`: it has none. */
export type WatchdogInput = Readonly<Record<string, never>>;

const ALERTS: Fields = { bot: botField };
const ACKNOWLEDGE: Fields = {
  id: textField('3f9a1c07'),
  by: textField('Ann'),
  note: textField('restarting it'),
};
const NIGHTLY: Fields = { bot: botField, date: textField('2026-11-20'), deliver: booleanField };
const MONTHLY: Fields = { bot: botField, month: textField('2026-11'), deliver: booleanField };
const PERIOD: Fields = {
  bot: botField,
  kind: choiceField([PRODUCTION, ...KINDS.filter(({ calendar }) => calendar !== null)].map(({ id }) => id)),
  day: textField(CALENDARS.day.example),
  week: textField(CALENDARS.week.example),
  month: textField(CALENDARS.month.example),
  quarter: textField(CALENDARS.quarter.example),
  deliver: booleanField,
};
const PURGE: Fields = { dryRun: booleanField, maxSharePercent: integerField(1, 100, 60) };
const BOT_PURGE: Fields = { bot: botField, execute: booleanField };
const DELIVERY: Field = {
  example: '"3f9a1c07d2b4"',
  expected: (value) =>
    typeof value === 'string' && /^[0-9a-f]{8,32}$/i.test(value)
      ? null
      : 'the beginning of the id of a delivery, eight characters or more',
};
const REDELIVERY: Fields = { delivery: DELIVERY, evenIfDoubled: booleanField };
const APPROVE: Fields = { plan: textField('3f9a1c07'), by: textField('Ann, operations') };
const MONITOR: Fields = { bot: botField, hours: integerField(1, 24, 8), deliver: booleanField };

export function parseNightlyInput(raw: unknown, more: readonly unknown[] = []): NightlyInput {
  return parse([raw, ...more], NIGHTLY, '{"date": "2026-11-20"}');
}

export function parseMonthlyInput(raw: unknown, more: readonly unknown[] = []): MonthlyInput {
  return parse([raw, ...more], MONTHLY, '{"month": "2026-11"}');
}

export function parsePeriodInput(raw: unknown, more: readonly unknown[] = []): PeriodInput {
  const input = parse([raw, ...more], PERIOD, '{"kind": "weekly", "week": "2026-W47"}');
  const checked = checkAuditInput(input);
  if (!checked.ok) throw invalidInput(checked.errors);
  return checked.input;
}

export function parseMaintenanceInput(raw: unknown, more: readonly unknown[] = []): MaintenanceInput {
  return parse([raw, ...more], {}, '{}') as MaintenanceInput;
}

export function parseMonitorInput(raw: unknown, more: readonly unknown[] = []): MonitorInput {
  return parse([raw, ...more], MONITOR, '{"bot": "demo", "hours": 8}');
}

export function parsePurgeInput(raw: unknown, more: readonly unknown[] = []): PurgeInput {
  return parse([raw, ...more], PURGE, '{"dryRun": true}');
}

export function parseBotPurgeInput(raw: unknown, more: readonly unknown[] = []): BotPurgeInput {
  return parse([raw, ...more], BOT_PURGE, '{"bot": "demo", "execute": true}');
}

export function parseRedeliveryInput(raw: unknown, more: readonly unknown[] = []): RedeliveryInput {
  const example = '{"delivery": "3f9a1c07d2b4"}';
  const { delivery, ...others } = parse([raw, ...more], REDELIVERY, example);
  if (typeof delivery === 'string') return { delivery, ...others };
  throw invalidInput([`"delivery" is missing: say which; for example ${example}.`]);
}

export function parseApproveInput(raw: unknown, more: readonly unknown[] = []): ApproveInput {
  return parse([raw, ...more], APPROVE, '{"plan": "3f9a1c07", "by": "Ann, operations"}');
}

export function parseAlertWatchInput(raw: unknown, more: readonly unknown[] = []): AlertWatchInput {
  return parse([raw, ...more], ALERTS, '{"bot": "demo"}');
}

export function parseWatchdogInput(raw: unknown, more: readonly unknown[] = []): WatchdogInput {
  return parse([raw, ...more], {}, '{}') as WatchdogInput;
}

export function parseAlertsInput(raw: unknown, more: readonly unknown[] = []): AlertsInput {
  return parse([raw, ...more], ALERTS, '{"bot": "demo"}');
}

export function parseAcknowledgeInput(raw: unknown, more: readonly unknown[] = []): AcknowledgeInput {
  return parse([raw, ...more], ACKNOWLEDGE, '{"id": "3f9a1c07", "by": "Ann"}');
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
