import type { AuditConfig } from '../audit/configuration.ts';

type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

/** A schedule as it should be; pure data, so that it can be printed, compared and tested. */
export interface ScheduleSpec {
  readonly id: string;
  readonly workflowType: 'nightlyAudit' | 'monthlyAudit' | 'monitorWindow' | 'retentionPurge';
  readonly input: Readonly<Record<string, unknown>>;
  /** UTC; fields are ANDed. */
  readonly calendar: {
    readonly hour: readonly number[];
    readonly minute: number;
    /** A day, or the first and the last of some days. */
    readonly dayOfMonth: number | readonly [number, number] | null;
    /** Left out: every day. */
    readonly dayOfWeek?: Weekday;
  };
  /** What it is for and which report it makes, for the Web UI. */
  readonly note: string;
  readonly summary: string;
  /** How late a missed run is still made. */
  readonly catchupWindow: string;
  readonly overlap: 'BUFFER_ALL' | 'ALLOW_ALL' | 'SKIP';
  /** It goes on while no worker is there, so it is long enough for a weekend without one. */
  readonly executionTimeout: string;
}

/** Prefix of the schedules that are ours: nothing else is listed or touched. */
export const SCHEDULE_PREFIX = 'audit-';

/**
 * The schedules of a configuration, all in UTC. A window comes from the run's nominal time, so a late or repeated run
 * audits what it was meant to. Bots that are pinned by `asOf` are skipped; without another bot there is no schedule.
 */
export function scheduleSpecs({ bots }: Pick<AuditConfig, 'bots'>): readonly ScheduleSpec[] {
  const live = bots.filter(({ asOf }) => asOf === null);
  if (live.length === 0) return [];
  const monitored = live.filter(
    ({ facts, databaseUrl, snapshots = 'monitor' }) =>
      databaseUrl !== null && facts.sources.snapshots !== 'none' && snapshots === 'monitor',
  );
  return [
    {
      id: `${SCHEDULE_PREFIX}nightly`,
      workflowType: 'nightlyAudit',
      input: {},
      calendar: { hour: [0], minute: 30, dayOfMonth: null },
      note: 'Every night: makes or reuses the production reports of the three shifts of the day before, for every bot, and mails each once.',
      summary: 'nightly, shifts of the day before',
      catchupWindow: '12 hours',
      // A night that waits for the one before is made after it, not skipped.
      overlap: 'BUFFER_ALL',
      executionTimeout: '3 days',
    },
    {
      id: `${SCHEDULE_PREFIX}monthly`,
      workflowType: 'monthlyAudit',
      input: {},
      calendar: { hour: [1], minute: 0, dayOfMonth: 1 },
      note: 'On the first of every month: the monthly report of the month before, for every bot, mailed once.',
      summary: 'monthly, the month before',
      catchupWindow: '7 days',
      overlap: 'BUFFER_ALL',
      executionTimeout: '7 days',
    },
    {
      id: `${SCHEDULE_PREFIX}purge`,
      workflowType: 'retentionPurge',
      input: {},
      // Fields are ANDed: the Sunday among the first seven days.
      calendar: { hour: [2], minute: 0, dayOfMonth: [1, 7], dayOfWeek: 'SUNDAY' },
      note: 'On the first Sunday of every month: plans what is past its period in our own store and mails the plan; removes it once it is approved. The first time it only shows what it would remove.',
      summary: 'retention, what is past its period',
      catchupWindow: '7 days',
      // One that waits for its approval is as good as the next.
      overlap: 'SKIP',
      executionTimeout: '20 days',
    },
    ...monitored.map(({ facts: { name } }): ScheduleSpec => ({
      id: `${SCHEDULE_PREFIX}monitor-${name}`,
      workflowType: 'monitorWindow',
      input: { bot: name, hours: 8, deliver: true },
      calendar: { hour: [0, 8, 16], minute: 0, dayOfMonth: null },
      note: `Takes a snapshot of bot ${name} every minute for eight hours, then makes and mails the production report of that shift.`,
      summary: `${name}, snapshots of the shift`,
      // A monitor that starts late sees the rest of its shift; what it missed is a gap.
      catchupWindow: '7 hours',
      // The one before still waits for its evidence to settle when the next begins.
      overlap: 'ALLOW_ALL',
      executionTimeout: '3 days',
    })),
  ];
}

/** `00:30`, `00:00, 08:00, 16:00`, `01:00 on day 1`, `02:00 on Sunday of days 1-7`, UTC. */
export function calendarText({ hour, minute, dayOfMonth, dayOfWeek }: ScheduleSpec['calendar']): string {
  const times = hour
    .map((one) => `${String(one).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
    .join(', ');
  const days = typeof dayOfMonth === 'number' ? `day ${String(dayOfMonth)}` : dayOfMonth?.join('-');
  if (dayOfWeek !== undefined)
    return `${times} on ${dayOfWeek.slice(0, 1)}${dayOfWeek.slice(1).toLowerCase()}${days === undefined ? '' : ` of days ${days}`}`;
  return days === undefined ? times : `${times} on ${days}`;
}
