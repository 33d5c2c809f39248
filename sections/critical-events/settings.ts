import { z } from 'zod';

/** Thresholds of critical events and errors; catalogue 3.1 (EX8, EX9) and 4.8 (CE-01). */
export const settings = z.object({
  alertDedupS: z
    .number()
    .positive()
    .default(600)
    .describe('EX8: alerts of one key within this time are one alert'),
  acknowledgeS: z
    .number()
    .positive()
    .default(900)
    .describe('EX8: a critical alert should be acknowledged within this time'),
  alertBeforeS: z
    .number()
    .default(5)
    .describe('CE-01: an alert this long before the event still belongs to it'),
  alertPromptS: z
    .number()
    .default(5)
    .describe('CE-01: an alert that comes later than this is late, a MEDIUM finding'),
  alertAfterS: z
    .number()
    .default(60)
    .describe('CE-01: a critical event without an alert within this time is a HIGH finding'),
  errorsPerHourGood: z.number().default(5).describe('EX9: full score up to here'),
  errorsPerHourWarn: z.number().default(20).describe('EX9: half score here'),
  errorsPerHourBad: z.number().default(60).describe('EX9: score 0 from here up'),
  historyWindows: z.number().int().default(3).describe('EX9: earlier windows needed for a median'),
  madFactor: z.number().default(3).describe('EX9: median + this many MAD is yellow'),
  blockerRecentS: z.number().default(600).describe('Gate (e): a blocker event this recent counts as active'),
});
export type Settings = z.output<typeof settings>;
