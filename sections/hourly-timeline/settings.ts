import { z } from 'zod';

/** Thresholds of the timeline; catalogue 4.8. */
export const settings = z.object({
  clusterShare: z
    .number()
    .default(0.5)
    .describe('TL-01: one bucket with more than this share of the errors is a cluster'),
  clusterErrors: z.number().int().default(10).describe('TL-01: a cluster has at least this many errors'),
  signatureShare: z.number().default(0.6).describe('TL-01: one signature with this share names the cluster'),
  expectedOpenings: z
    .number()
    .default(4.6)
    .describe(
      'TL-02: with this mean of openings in the other hours signals were expected (HIGH); e^-4.6 is 1 %',
    ),
});
export type Settings = z.output<typeof settings>;
