import { z } from 'zod';

const share = z.number().min(0).max(1);

/** Policy of the scores themselves; the sections' thresholds are each section's own. */
export const scoringSettings = z.strictObject({
  basisCredit: z
    .strictObject({
      venue: share.default(1),
      fills: share.default(1),
      bot: share.default(0.5),
      flag: share.default(0),
    })
    .prefault({})
    .describe('Coverage credit of each rung of the basis ladder, 0 to 1.'),
});
