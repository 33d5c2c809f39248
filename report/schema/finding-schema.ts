import { z } from 'zod';
import { DIMENSIONS } from '../../audit/check.ts';
import { SEVERITIES } from '../../audit/finding.ts';
import { textSchema } from './block-schema.ts';
import { instant, labels } from './primitives.ts';

const occurrence = z.strictObject({ subject: z.string(), at: instant, until: instant.exactOptional() });

const cause = z.strictObject({
  id: z.string(),
  text: textSchema,
  confidence: z.enum(['CONFIRMED', 'LIKELY', 'POSSIBLE', 'UNKNOWN']),
  predicates: z.array(z.strictObject({ text: z.string(), held: z.boolean().nullable() })).readonly(),
  location: z.string().exactOptional().describe('`file:line`, only from a stack trace or a source field.'),
});

export const findingSchema = z
  .strictObject({
    id: z.string().describe('`SL-01/binance/stop-rejected`; unique in a report.'),
    rule: z.string(),
    ruleTitle: z.string(),
    section: z.string(),
    venue: z.string().nullable(),
    cause,
    severity: z.enum(SEVERITIES),
    dimension: z.enum(Object.keys(DIMENSIONS) as [keyof typeof DIMENSIONS]),
    title: textSchema,
    description: textSchema,
    occurrences: z.array(occurrence).readonly(),
    frequency: z.number(),
    fingerprints: z.array(z.string()).readonly().describe('The identity of its occurrences across windows.'),
    firstSeen: instant,
    lastSeen: instant,
    evidence: z.string().nullable().describe('Id of a dataset.'),
    atStake: z.string().exactOptional().describe('Key of a figure.'),
    impact: z.strictObject({ financial: textSchema, operational: textSchema, risk: textSchema }),
    detection: textSchema,
    recommendation: textSchema,
    verification: textSchema,
    see: z.strictObject({
      language: z.enum(['sql', 'sh']),
      text: z.string(),
      database: z
        .enum(['bot', 'audit'])
        .exactOptional()
        .describe('Where the SQL runs: the database of the bot, or our own store.'),
      own: z
        .string()
        .exactOptional()
        .describe('The same on the bot’s own table in a few lines, where its mapping allows that.'),
    }),
    effort: z.enum(['low', 'medium', 'high']),
    explainedBy: z
      .array(
        z.strictObject({
          rule: z.string(),
          sameSubject: z.literal(true).exactOptional(),
          nearS: z.number().exactOptional(),
        }),
      )
      .readonly()
      .exactOptional(),
    standing: z.boolean().describe('It still is at the end of the window: money is at risk now.'),
    observedBy: z
      .array(
        z.strictObject({
          id: z.string(),
          rule: z.string(),
          severity: z.enum(SEVERITIES),
          evidence: z.string().nullable(),
        }),
      )
      .readonly()
      .exactOptional()
      .describe('Findings of other rules that saw the same incident.'),
    labels: labels.exactOptional(),
    priority: z.enum(['P0', 'P1', 'P2', 'P3']),
    recurrence: z.strictObject({
      state: z.enum(['new', 'recurring', 'undecided', 'no-history']),
      windows: z.int(),
    }),
  })
  .meta({ id: 'Finding' });

export const figureChangeSchema = z.strictObject({
  figure: z.string(),
  text: z.string(),
  median: z.number(),
  deviation: z.number().describe('Median absolute deviation of the earlier windows.'),
  windows: z.int(),
});

export const changeSchema = z.strictObject({
  rule: z.string(),
  title: z.string(),
  finding: z.string().exactOptional(),
  windows: z.int(),
});
