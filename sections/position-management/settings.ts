import { z } from 'zod';

const percent = z.number().min(0).max(100);
const sample = z.number().int().positive();
const positive = z.number().positive();

/** Thresholds of section 1, catalogue 3.2 and 4.1. */
export const settings = z.object({
  concurrentCriticalFactor: positive
    .default(1.5)
    .describe('PM-01 is CRITICAL above this multiple of the limit of open positions.'),
  entryFailureWarnPct: percent
    .default(5)
    .describe('PM-03 fires above this share of failed entry orders, percent.'),
  entryFailureHighPct: percent.default(30).describe('PM-03 is HIGH above this share, percent.'),
  entryFailureMinN: sample.default(20).describe('Fewest entry orders for PM-03 to fire.'),
  dominantRejectPct: percent
    .default(60)
    .describe('A reject code with at least this share of the failures names the cause of PM-03, percent.'),
  unknownExitPct: percent
    .default(5)
    .describe('PM-05 fires above this share of closes without a reason, percent.'),
  unknownExitMinN: sample.default(10).describe('Fewest closes for PM-05 to fire.'),
  entryRaceMs: positive
    .default(1000)
    .describe('PM-01: entries this close together support a check-then-act race, milliseconds.'),
  stoppedTogetherS: positive
    .default(60)
    .describe('PM-04: last evaluations this close together support that the worker stopped, seconds.'),
  limitWarnRatio: positive
    .max(1)
    .default(0.75)
    .describe('P6: use of a limit from which the check loses points.'),
});
export type Settings = z.output<typeof settings>;
