import { z } from 'zod';

/** Thresholds of the monitoring coverage; catalogue 3.1, 3.7, 4.9, 4.9b and the alert rules of the data contract. */
export const settings = z.object({
  completenessWarnPercent: z
    .number()
    .default(99)
    .describe('DI11: below this share of snapshots MC-01 is found'),
  completenessHighPercent: z.number().default(95).describe('DI11: below this share MC-01 is HIGH'),
  completenessBadPercent: z.number().default(85).describe('DI11: at this share the check scores 0'),
  gapWarnS: z.number().default(300).describe('MC-01: one gap longer than this is a finding'),
  gapHighS: z.number().default(1800).describe('MC-01: one gap longer than this is HIGH'),
  newOpenedPerSnapshot: z
    .number()
    .default(15)
    .describe('MC-02: more openings than this in a minute is a warning'),
  errorsPerSnapshot: z.number().default(5).describe('MC-02: more errors than this in a minute is a warning'),
  agedPositions: z.number().default(5).describe('Alert rule aged: more than this is information only'),
  criticalStreak: z
    .number()
    .default(3)
    .describe('MC-02: a critical alert over more snapshots than this is CRITICAL'),
  warningSnapshots: z.number().default(10).describe('MC-02: a warning in more snapshots than this is MEDIUM'),
  heartbeatGapS: z
    .number()
    .positive()
    .max(3600)
    .default(600)
    .describe('NA-01: longest tolerated silence between heartbeats, seconds'),
  uptimeGoodPercent: z.number().default(99.9).describe('EX10: full score from here'),
  uptimeWarnPercent: z.number().default(99).describe('EX10: half score here'),
  uptimeBadPercent: z.number().default(95).describe('EX10: score 0 from here down'),
});
export type Settings = z.output<typeof settings>;
