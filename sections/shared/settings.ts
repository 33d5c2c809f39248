import { z } from 'zod';
import { defineFact } from '../../audit/shared-fact.ts';

const positive = z.number().positive();

/** What several sections judge by has one setting, so that no two of them can disagree. */
const settings = z.object({
  priceStaleMin: positive.default(30).describe('A price older than this says nothing about now, minutes.'),
  equityStaleH: positive.default(24).describe('Equity older than this says nothing about now, hours.'),
  adequateSharePct: z
    .number()
    .min(0)
    .max(100)
    .default(90)
    .describe(
      'Share of positions, closes and fills that must add up before fills speak for a window, percent.',
    ),
  stopGraceMs: z
    .number()
    .min(0)
    .default(5_000)
    .describe('Time without a stop that is accepted after every change, milliseconds (SL4, SL8, PM-04).'),
  snapshotIntervalS: positive.default(60).describe('Expected time between monitoring snapshots, seconds.'),
  snapshotLateRatio: positive
    .default(1.25)
    .describe(
      'Between two snapshots at most this many intervals apart none is missing (DI11, MC-01, MC-03).',
    ),
  evaluatedMin: positive
    .default(15)
    .describe(
      'A position that was not evaluated for longer than this is left alone, minutes (PM-04, AG-01).',
    ),
  alertLateS: z
    .number()
    .min(0)
    .default(60)
    .describe('An alert about an occurrence comes at most this long after its end, seconds.'),
  exposureRaises: positive
    .default(1)
    .describe('From this exposure (notional x minutes / equity x 60) on a finding is one level worse.'),
  exposureLowers: z
    .number()
    .min(0)
    .default(0.01)
    .describe(
      'Below this exposure a finding is one level less, where its own ladder does not grade time or size.',
    ),
});

export type Thresholds = z.output<typeof settings>;

/** `policy.shared`, in force: sections and facts that need one of these name it in their `uses`. */
export const thresholds = defineFact({
  id: 'shared',
  title: 'What several sections judge by',
  settings,
  queries: {},
  compute: (input): Thresholds => input.settings,
});
