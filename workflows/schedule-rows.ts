import type { BotConfig } from '../audit/configuration.ts';
import { isMonitored } from '../audit/monitored.ts';
import type { ScheduleSpec } from './schedule-spec.ts';

/** A schedule with its name without our prefix. A new one is a new row here and nothing else. */
export type ScheduleRow = Omit<ScheduleSpec, 'id' | 'pausedBecause'> & { readonly name: string };

/** One schedule for all bots. */
export const FLEET_ROWS: readonly ScheduleRow[] = [
  {
    name: 'nightly',
    workflowType: 'nightlyAudit',
    input: {},
    when: { hour: [0], minute: 30, dayOfMonth: null },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'Every night: makes or reuses the production reports of the three shifts of the day before, for every bot, and mails each once.',
    summary: 'nightly, shifts of the day before',
    catchupWindow: '12 hours',
    // A night that waits for the one before is made after it, not skipped.
    overlap: 'BUFFER_ALL',
    executionTimeout: '3 days',
  },
  {
    name: 'weekly',
    workflowType: 'periodAudit',
    input: { kind: 'weekly' },
    when: { hour: [1], minute: 15, dayOfMonth: null, dayOfWeek: 'MONDAY' },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'Every Monday: the weekly review of the ISO week before, for every bot, mailed once.',
    summary: 'weekly, the ISO week before',
    catchupWindow: '3 days',
    overlap: 'BUFFER_ALL',
    executionTimeout: '7 days',
  },
  {
    name: 'monthly',
    workflowType: 'monthlyAudit',
    input: {},
    when: { hour: [1], minute: 0, dayOfMonth: 1 },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'On the first of every month: the monthly report of the month before, for every bot, mailed once.',
    summary: 'monthly, the month before',
    catchupWindow: '7 days',
    overlap: 'BUFFER_ALL',
    executionTimeout: '7 days',
  },
  {
    name: 'quarterly',
    workflowType: 'periodAudit',
    input: { kind: 'quarterly' },
    when: { hour: [1], minute: 30, dayOfMonth: 1, month: ['JANUARY', 'APRIL', 'JULY', 'OCTOBER'] },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'On the first day of every quarter: the quarterly report of the quarter before, for every bot, mailed once.',
    summary: 'quarterly, the quarter before',
    catchupWindow: '14 days',
    overlap: 'BUFFER_ALL',
    executionTimeout: '7 days',
  },
  {
    name: 'maintenance',
    workflowType: 'dailyMaintenance',
    input: {},
    when: { hour: [2], minute: 0, dayOfMonth: null },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'Every night: makes partitions ahead, removes what killed workers left, says the sizes of our own store, and tries the connection, role and mapping of every bot.',
    summary: 'upkeep of the store, trial of every bot',
    // The next night does the same.
    catchupWindow: '12 hours',
    overlap: 'SKIP',
    executionTimeout: '1 days',
  },
  {
    name: 'purge',
    workflowType: 'retentionPurge',
    input: {},
    // Fields are ANDed: the Sunday among the first seven days.
    when: { hour: [2], minute: 0, dayOfMonth: [1, 7], dayOfWeek: 'SUNDAY' },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'On the first Sunday of every month: plans what is past its period in our own store and mails the plan; removes it once it is approved. The first time it only shows what it would remove.',
    summary: 'retention, what is past its period',
    catchupWindow: '7 days',
    // One that waits for its approval is as good as the next.
    overlap: 'SKIP',
    executionTimeout: '20 days',
  },
  {
    name: 'alert-watch',
    workflowType: 'alertWatch',
    input: {},
    when: { everyMinutes: 5 },
    zone: 'UTC',
    jitter: '0 seconds',
    note: 'Every five minutes: looks at the alerts of every bot and tells the workflow alerts/<bot>, which mails and posts them.',
    summary: 'alerts of every bot',
    // What was not looked at then is looked at now.
    catchupWindow: '5 minutes',
    overlap: 'SKIP',
    executionTimeout: '30 minutes',
  },
  {
    name: 'watchdog',
    workflowType: 'reportWatchdog',
    input: {},
    when: { everyMinutes: 15 },
    zone: 'UTC',
    jitter: '60 seconds',
    note: 'Every quarter of an hour: looks whether each report, delivery and schedule happened, and tells what did not, once, by another way than the reports.',
    summary: 'reports, deliveries and schedules',
    catchupWindow: '15 minutes',
    overlap: 'SKIP',
    executionTimeout: '2 hours',
  },
];

/** The schedules of one bot, each by what the bot's configuration says; none when it needs none. */
export const BOT_ROWS: readonly ((bot: BotConfig) => readonly ScheduleRow[])[] = [
  botPurge,
  monitor,
  shift,
  daily,
];

/** Of a bot whose own audit tables have a period. */
function botPurge({ facts: { name }, retention, asOf }: BotConfig): readonly ScheduleRow[] {
  if (retention === undefined || asOf !== null) return [];
  const { unattended, days } = retention;
  return [
    {
      name: `bot-purge-${name}`,
      workflowType: 'botPurge',
      input: { bot: name, execute: unattended },
      when: { hour: [2], minute: 30, dayOfMonth: [1, 7], dayOfWeek: 'SUNDAY' },
      zone: 'UTC',
      jitter: '0 seconds',
      note: `On the first Sunday of every month: ${unattended ? 'removes' : 'counts'} rows older than ${String(days)} days in the audit tables of bot ${name}.`,
      summary: `${name}, rows past their period`,
      catchupWindow: '7 days',
      overlap: 'SKIP',
      executionTimeout: '7 days',
    },
  ];
}

function monitor(bot: BotConfig): readonly ScheduleRow[] {
  const { name } = bot.facts;
  if (!isMonitored(bot)) return [];
  return [
    {
      name: `monitor-${name}`,
      workflowType: 'monitorWindow',
      input: { bot: name, hours: 8, deliver: true },
      when: { hour: [0, 8, 16], minute: 0, dayOfMonth: null },
      zone: 'UTC',
      // Every second of delay is a second of the first minute.
      jitter: '0 seconds',
      note: `Takes a snapshot of bot ${name} every minute for eight hours, then makes and mails the production report of that shift.`,
      summary: `${name}, snapshots of the shift`,
      // A monitor that starts late sees the rest of its shift; what it missed is a gap.
      catchupWindow: '7 hours',
      // The one before still waits for its evidence to settle when the next begins.
      overlap: 'ALLOW_ALL',
      executionTimeout: '3 days',
    },
  ];
}

/** Of a bot without a monitor, whose runs end with the report of their shift. */
function shift(bot: BotConfig): readonly ScheduleRow[] {
  const { name } = bot.facts;
  if (isMonitored(bot)) return [];
  return [
    {
      name: `shift-${name}`,
      workflowType: 'periodAudit',
      input: { bot: name, kind: 'production' },
      when: { hour: [0, 8, 16], minute: 0, dayOfMonth: null },
      zone: 'UTC',
      jitter: '2 minutes',
      note: `At the end of each shift of eight hours: the production report of bot ${name}, mailed once.`,
      summary: `${name}, the shift that ended`,
      // The night makes what is later than that.
      catchupWindow: '24 hours',
      overlap: 'BUFFER_ALL',
      executionTimeout: '3 days',
    },
  ];
}

/** In the morning of those who read it, wherever the bot counts its days. */
function daily({ facts: { name, timeZone } }: BotConfig): readonly ScheduleRow[] {
  return [
    {
      name: `daily-${name}`,
      workflowType: 'periodAudit',
      input: { bot: name, kind: 'daily' },
      // No zone changes its clock at this hour.
      when: { hour: [9], minute: 0, dayOfMonth: null },
      zone: timeZone,
      jitter: '2 minutes',
      note: `Every morning: the daily summary of bot ${name} for the newest UTC day that is over, mailed once.`,
      summary: `${name}, the day before`,
      catchupWindow: '23 hours',
      overlap: 'BUFFER_ALL',
      executionTimeout: '3 days',
    },
  ];
}
