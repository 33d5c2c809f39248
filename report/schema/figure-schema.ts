import { z } from 'zod';
import { REASONS } from '../../audit/value.ts';
import { labels } from './primitives.ts';

/** Written out, so that the schema's document lists them; the type check keeps it equal to `Unit`. */
export const unitSchema = z
  .enum([
    'count',
    'percent',
    'ratio',
    'ms',
    's',
    'min',
    'h',
    'money',
    'price',
    'quantity',
    'money_min',
    'bps',
    'bytes',
    'score',
    'time',
    'text',
  ])
  .meta({ id: 'Unit' });

export const reasonSchema = z.enum(Object.keys(REASONS) as [keyof typeof REASONS]).meta({ id: 'Reason' });

export const figureSchema = z
  .strictObject({
    key: z.string().describe('`name{label=value,...}` with labels sorted; unique in a report.'),
    name: z.string(),
    labels,
    value: z.union([z.string(), z.number(), z.null()]),
    reason: reasonSchema.exactOptional(),
    detail: z.string().exactOptional(),
    unit: unitSchema,
    currency: z.string().exactOptional(),
    id: z.string().nullable().describe('Id in the catalogue.'),
    title: z.string(),
    basis: z.string().nullable(),
    queries: z.array(z.string()).readonly(),
    formula: z.string(),
    n: z.number().exactOptional(),
    interval: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
  })
  .meta({ id: 'Figure' });
