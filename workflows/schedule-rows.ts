import type { BotConfig } from '../audit/configuration.ts';
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
];

/** The schedules of one bot, each by what the bot's configuration says; none when it needs none. */
export const BOT_ROWS: readonly ((bot: BotConfig) => readonly ScheduleRow[])[] = [botPurge, monitor];

/** Of a bot whose own audit tables have a period. */
function botPurge({ facts: { name }, retention }: BotConfig): readonly ScheduleRow[] {
  if (retention === undefined) return [];
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

function isMonitored({ facts, databaseUrl, snapshots = 'monitor' }: BotConfig): boolean {
  return databaseUrl !== null && facts.sources.snapshots !== 'none' && snapshots === 'monitor';
}
