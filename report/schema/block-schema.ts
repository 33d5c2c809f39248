import { z } from 'zod';
import { unitSchema } from './figure-schema.ts';
import { instant, window } from './primitives.ts';

export const textSchema = z
  .array(
    z.union([
      z.string(),
      z.strictObject({ figure: z.string().describe('Key of a figure.') }),
      z.strictObject({ code: z.string() }),
      z.strictObject({ strong: z.string() }),
    ]),
  )
  .readonly()
  .meta({ id: 'Text', description: 'A sentence; its numbers are references to figures.' });

export const columnSchema = z
  .strictObject({
    key: z.string(),
    title: z.string(),
    unit: unitSchema,
    currency: z.string().exactOptional(),
    detail: z
      .literal(true)
      .exactOptional()
      .describe('Left to the CSV first where a table has more columns than can be read.'),
  })
  .meta({ id: 'Column' });

export const seriesSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  unit: unitSchema,
  currency: z.string().exactOptional(),
  queries: z.array(z.string()).readonly(),
  points: z.array(z.strictObject({ at: instant, value: z.number().nullable() })).readonly(),
});

const tone = z.enum(['first', 'second', 'neutral', 'warning', 'bad']).meta({ id: 'Tone' });
const keys = z.array(z.string()).readonly();

const chart = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('line'),
    series: z.array(z.strictObject({ id: z.string(), tone, step: z.boolean() })).readonly(),
    limit: z.strictObject({ figure: z.string(), title: z.string() }).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('strip'),
    intervals: z.array(window).readonly(),
    tone,
    total: z.string(),
  }),
  z.strictObject({
    kind: z.literal('multiples'),
    rows: z.array(z.strictObject({ series: z.string(), total: z.string(), tone })).readonly(),
    seen: z.string().exactOptional().describe('Name of the row that shows the gaps.'),
  }),
]);

export const chartBlockSchema = z
  .strictObject({
    type: z.literal('chart'),
    title: z.string(),
    subtitle: textSchema,
    window,
    gaps: z.array(window).readonly(),
    chart,
    alt: z.string(),
  })
  .meta({ id: 'ChartBlock' });

export const glanceBlockSchema = z
  .strictObject({
    type: z.literal('glance'),
    figures: z.array(z.strictObject({ key: z.string(), title: z.string() })).readonly(),
  })
  .meta({ id: 'GlanceBlock' });

const metricRow = z.strictObject({
  title: z.string(),
  id: z.string().exactOptional(),
  figures: z.array(z.string().nullable()).readonly(),
  basis: textSchema,
});

const listItem = z.strictObject({
  lead: textSchema,
  detail: textSchema.exactOptional(),
  finding: z.string().exactOptional(),
});

const block = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('paragraph'), text: textSchema }),
    z.strictObject({ type: z.literal('note'), tone, text: textSchema }),
    z.strictObject({
      type: z.literal('metrics'),
      title: z.string().exactOptional(),
      columns: keys,
      rows: z.array(metricRow).readonly(),
      reference: z
        .literal(true)
        .exactOptional()
        .describe('Looked things up in: on paper in narrow columns, without the basis.'),
    }),
    z.strictObject({
      type: z.literal('table'),
      title: z.string().exactOptional(),
      dataset: z.string(),
      limit: z.int(),
      empty: textSchema,
    }),
    chartBlockSchema,
    z.strictObject({ type: z.literal('findings'), findings: keys, none: textSchema }),
    z.strictObject({
      type: z.literal('list'),
      ordered: z.boolean(),
      items: z.array(listItem).readonly(),
      empty: textSchema,
    }),
    z.strictObject({
      type: z.literal('checklist'),
      items: z.array(z.strictObject({ done: z.boolean(), text: textSchema })).readonly(),
    }),
    z.strictObject({
      type: z.literal('code'),
      title: z.string().exactOptional(),
      language: z.string(),
      text: z.string(),
      reference: z.literal(true).exactOptional(),
    }),
    glanceBlockSchema,
    z.strictObject({ type: z.literal('files') }),
    z.strictObject({ type: z.literal('queries') }),
  ])
  .meta({ id: 'Block' });

export const partSchema = z.strictObject({ title: z.string(), blocks: z.array(block).readonly() });
