import { z } from 'zod';
import { ALERT_TIMES } from '../audit/alerts/alert.ts';
import { ALERT_THRESHOLDS, type AlertThresholds } from '../audit/alerts/thresholds.ts';

const limit = (key: keyof AlertThresholds, least: number, most: number, text: string) =>
  z.number().min(least).max(most).default(ALERT_THRESHOLDS[key]).describe(text);
const whole = (least: number, most: number, standard: number, text: string) =>
  z.int().min(least).max(most).default(standard).describe(text);
const groupNames = (standard: string[], text: string) => z.array(z.string()).default(standard).describe(text);

const thresholds = z
  .strictObject({
    heartbeatGapMinutes: limit('heartbeatGapMinutes', 1, 1_440, 'Longest silence of a service’s heartbeat.'),
    blockerMinutes: whole(
      1,
      1_440,
      ALERT_THRESHOLDS.blockerMinutes,
      'How long an event that blocked trading counts when none ended it.',
    ),
    notificationsBlocked: limit(
      'notificationsBlocked',
      0,
      100_000,
      'Most notifications of an hour that may be blocked.',
    ),
    ingestionHours: limit('ingestionHours', 1, 160, 'Longest time without an ingestion run.'),
    failureRatePercent: limit('failureRatePercent', 0, 100, 'Largest share of failed decisions in 24 hours.'),
    apiErrors: limit('apiErrors', 0, 1_000_000, 'Most failed calls of an hour.'),
    stuckDecisions: limit('stuckDecisions', 0, 1_000_000, 'Most decisions that may be stuck.'),
    stuckMinutes: whole(
      1,
      10_000,
      ALERT_THRESHOLDS.stuckMinutes,
      'Minutes after which a pending decision is stuck.',
    ),
    strategySuccessPercent: limit(
      'strategySuccessPercent',
      0,
      100,
      'Smallest share of a strategy’s decisions in 24 hours that are executed.',
    ),
    leastDecisions: whole(
      1,
      100_000,
      ALERT_THRESHOLDS.leastDecisions,
      'Decided in 24 hours below which a share says nothing.',
    ),
    storageGb: limit('storageGb', 0.001, 1_000_000, 'Largest table with its indexes, in GB.'),
    unprotectedSeconds: whole(
      1,
      3_600,
      ALERT_THRESHOLDS.unprotectedSeconds,
      'Seconds for which a position may be without a stop.',
    ),
  })
  .prefault({})
  .describe('When an alert fires; docs/alerts.md lists them.');

const contacts = z
  .strictObject({
    L1: groupNames(['everyone'], 'Who is told first.'),
    L2: groupNames([], 'Who is told when a critical alert is not acknowledged in time.'),
    L3: groupNames([], 'Who is told after that.'),
  })
  .prefault({})
  .describe('Names of groups by level. `everyone` is mail.recipients.');

const clock = (text: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of a clock such as "22:00".')
    .describe(text);
const quietHours = z
  .strictObject({
    from: clock('First minute, such as "22:00".'),
    to: clock('First minute after them, such as "07:00"; before `from` it is one of the next day.'),
    timeZone: z.string().default('UTC').describe('IANA zone of both, such as Europe/Berlin.'),
  })
  .optional()
  .describe(
    'In them warnings are held back and told at the end, in one message. Critical alerts are told at once; the watch goes on.',
  );

const [second, third] = ALERT_TIMES.escalateMinutes;

/** The key `alerts`. */
export const alerts = z
  .strictObject({
    contacts,
    watchdog: groupNames(
      [],
      'Groups that are told when a report, a delivery or a schedule is missing: another way than that of the reports. Left out: the highest contact level there is.',
    ),
    thresholds,
    repeatHours: whole(
      1,
      168,
      ALERT_TIMES.repeatHours,
      'Hours after which an alert that still fires is told again.',
    ),
    acknowledgedHours: whole(
      1,
      720,
      ALERT_TIMES.acknowledgedHours,
      'The same of one that somebody acknowledged.',
    ),
    resolveMinutes: whole(
      0,
      1_440,
      ALERT_TIMES.resolveMinutes,
      'Minutes for which nothing must be seen of an alert before it is resolved.',
    ),
    unknownMinutes: whole(
      0,
      1_440,
      ALERT_TIMES.unknownMinutes,
      'Minutes for which an alert may fail to be watched before that is an alert.',
    ),
    escalateMinutes: z
      .tuple([z.int().min(1).max(1_440), z.int().min(1).max(2_880)])
      .default([second, third])
      .describe('Minutes without an acknowledgement after which L2 and L3 are told.'),
    escalateWarnings: z
      .boolean()
      .default(ALERT_TIMES.escalateWarnings)
      .describe('Whether warnings escalate as well.'),
    quietHours,
    messagesPerHour: whole(
      1,
      1_000,
      12,
      'Messages on a bot in an hour, beyond which all but new and escalated critical alerts wait and are told as one.',
    ),
    reportDueMinutes: whole(
      10,
      2_880,
      120,
      'Minutes after the end of a shift by which its report must be there.',
    ),
  })
  .prefault({})
  .describe('What is watched between the reports, and who is told.');
