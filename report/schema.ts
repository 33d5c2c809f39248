import { SOURCE_NAMES } from '../audit/query.ts';
import { z } from 'zod';
import { DIMENSIONS } from '../audit/check.ts';
import type { Report } from '../audit/report.ts';
import {
  partSchema,
  textSchema,
  chartBlockSchema,
  glanceBlockSchema,
  columnSchema,
  seriesSchema,
} from './schema/block-schema.ts';
import {
  botSchema,
  entitySchema,
  policySchema,
  queryRunSchema,
  sourceStateSchema,
  entityName,
} from './schema/evidence-schema.ts';
import { figureSchema } from './schema/figure-schema.ts';
import { changeSchema, figureChangeSchema, findingSchema } from './schema/finding-schema.ts';
import { hash, instant, scalar, window } from './schema/primitives.ts';

const dimension = z.enum(Object.keys(DIMENSIONS) as [keyof typeof DIMENSIONS]);

const score = z.strictObject({
  dimension,
  title: z.string(),
  score: z.number().min(0).max(10).nullable().describe('Floored to one decimal; null with its reason.'),
  reason: z.string().exactOptional(),
  base: z.number().nullable().describe('What the checks give.'),
  cap: z.number().describe('What the findings allow.'),
  binds: z.enum(['base', 'cap']).nullable(),
  coverage: z.number().nullable().describe('Percent of the applicable weight that was seen.'),
  losses: z
    .array(
      z.strictObject({
        points: z.number(),
        what: z.string(),
        ref: z.string(),
        kind: z.enum(['finding', 'check']),
      }),
    )
    .readonly(),
  share: z.number().describe('Of the overall number, percent.'),
  checks: z
    .array(
      z.strictObject({
        ref: z.string(),
        what: z.string(),
        weight: z.number(),
        result: z.number().min(0).max(1),
        made: z.boolean(),
        points: z.number(),
      }),
    )
    .readonly()
    .describe('All that apply; base is 10 x their weighted mean.'),
  findings: z
    .array(z.strictObject({ ref: z.string(), percent: z.number(), left: z.number() }))
    .readonly()
    .describe('All of the dimension; cap is what the last leaves.'),
});

const judgement = z.strictObject({
  verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
  colour: z.enum(['GREEN', 'YELLOW', 'RED']),
  overall: z.number().nullable(),
  overallFrom: z
    .strictObject({ mean: z.number(), most: z.number(), lowest: z.string() })
    .nullable()
    .describe('Overall is the lesser of mean and most, rounded down to one decimal.'),
  coverage: z.number().nullable(),
  reasons: z.array(textSchema).readonly(),
  scores: z.array(score).readonly(),
  green: z.array(textSchema).readonly().describe('What would make this GREEN.'),
});

const outcome = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('known'),
    r: z.number().min(0).max(1),
    credit: z.number().min(0).max(1),
    text: textSchema,
    absence: z.literal(true).exactOptional().describe('Passed because there was nothing to look at.'),
  }),
  z.strictObject({
    state: z.literal('unknown'),
    reason: figureSchema.shape.reason.unwrap(),
    text: textSchema,
  }),
  z.strictObject({ state: z.literal('not_applicable'), text: textSchema }),
]);

const check = z.strictObject({
  id: z.string(),
  section: z.string(),
  title: z.string(),
  dimension,
  weight: z.number(),
  outcome,
});

const gate = z.strictObject({
  id: z.string(),
  section: z.string(),
  title: z.string(),
  asks: z.string().describe('Stands behind "whether": what should be.'),
  source: z.enum(SOURCE_NAMES),
  rule: z.string().exactOptional().describe('The rule whose finding says the same.'),
  failed: z.boolean().nullable().describe('Null: it could not be seen.'),
  text: textSchema,
});

const front = z.strictObject({
  title: z.string(),
  lead: textSchema,
  why: textSchema,
  scope: textSchema,
  actions: z.array(z.strictObject({ finding: z.string(), title: textSchema, detail: textSchema })).readonly(),
  changes: z.strictObject({
    compared: z.boolean().describe('Whether the window just before has a report to compare with.'),
    new: z.array(changeSchema).readonly(),
    undecided: z
      .array(changeSchema)
      .readonly()
      .exactOptional()
      .describe('Found now by rules that the window before could not judge, or judged by another ruler.'),
    worsened: z.array(changeSchema).readonly().exactOptional(),
    recurring: z.array(changeSchema).readonly(),
    resolved: z.array(changeSchema).readonly(),
    unseen: z.array(changeSchema).readonly().exactOptional(),
    figures: z.array(figureChangeSchema).readonly().exactOptional(),
    method: z.array(z.string()).readonly().exactOptional(),
    trend: z.array(z.strictObject({ to: instant, overall: z.number().nullable() })).readonly(),
  }),
  glance: glanceBlockSchema,
  hours: chartBlockSchema.nullable(),
});

const section = z.strictObject({
  id: z.string(),
  number: z.string().nullable(),
  title: z.string(),
  status: z.enum(['ok', 'failed']),
  error: z.string().exactOptional(),
  parts: z.array(partSchema).readonly(),
});

const dataset = z.strictObject({
  id: z.string(),
  title: z.string(),
  columns: z.array(columnSchema).readonly(),
  rows: z.array(z.array(scalar).readonly()).readonly().describe('The rows shown; `file` has all of them.'),
  total: z.int(),
  file: z.string(),
  queries: z.array(z.string()).readonly(),
});

const dataFile = z.strictObject({
  name: z.string(),
  title: z.string(),
  rows: z.int(),
  bytes: z.int(),
  sha256: hash,
  first: instant.nullable(),
  last: instant.nullable(),
});

/** report.json, version 1. Strict: a key that is not here is a defect of the engine or of this schema. */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.string(),
  kindTitle: z.string(),
  window,
  scope: z
    .strictObject({
      strategy: z.string().exactOptional(),
      symbols: z.array(z.string()).readonly().exactOptional(),
      whole: z.array(entityName).readonly(),
      unread: z.array(entityName).readonly(),
    })
    .exactOptional()
    .describe('What the report is limited to; absent: the whole bot.'),
  bot: botSchema,
  databaseVersion: z.string().nullable(),
  evidenceHash: z.string(),
  sources: z.strictObject({
    database: sourceStateSchema,
    snapshots: sourceStateSchema,
    logs: sourceStateSchema,
    exchange: sourceStateSchema,
    configuration: sourceStateSchema,
    code: sourceStateSchema,
  }),
  entities: z.array(entitySchema).readonly(),
  judgement,
  front,
  checks: z.array(check).readonly(),
  gates: z.array(gate).readonly(),
  findings: z.array(findingSchema).readonly().describe('Worst first.'),
  sections: z.array(section).readonly(),
  absent: z.string().describe('Sections of the template that are not in this report.'),
  figures: z.array(figureSchema).readonly().describe('Sorted by key; blocks and sentences point at them.'),
  series: z.array(seriesSchema).readonly(),
  datasets: z.array(dataset).readonly(),
  queries: z.array(queryRunSchema).readonly(),
  files: z.array(dataFile).readonly(),
  policy: policySchema,
}) satisfies z.ZodType<Report>;

/** docs/report.schema.json: JSON Schema (2020-12) of report.json. */
export function reportJsonSchema(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', reused: 'ref', io: 'output' });
  const head = {
    title: 'production-audit report',
    description: 'The one object that every format of a report is made from. Version 1.',
  };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}
