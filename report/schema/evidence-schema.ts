import { z } from 'zod';
import type { PolicyValue } from '../../audit/evidence.ts';
import { CONTRACT, type EntityName } from '../../audit/contract.ts';
import { SOURCE_NAMES } from '../../audit/query.ts';
import { reasonSchema } from './figure-schema.ts';
import { hash, instant, scalar } from './primitives.ts';

export const entityName = z.enum(Object.keys(CONTRACT) as [EntityName]);

const declared = z.enum(['required', 'optional', 'none']);

export const sourceStateSchema = z
  .strictObject({
    declared,
    status: z.enum(['ok', 'failed', 'absent', 'none']),
    error: z.string().exactOptional(),
    remarks: z.array(z.string()).readonly().exactOptional(),
    dataAsOf: instant.nullable(),
    provisional: z.boolean(),
    stale: z.boolean(),
    beginsLate: z
      .strictObject({ of: z.enum(['heartbeat', 'row']), at: instant, afterS: z.number() })
      .exactOptional(),
    endsEarly: z.strictObject({ newest: z.string().nullable(), asOf: z.string() }).exactOptional(),
  })
  .meta({ id: 'SourceState' });

const declaredSources = z.strictObject({
  database: declared,
  snapshots: declared,
  logs: declared,
  exchange: declared,
  configuration: declared,
  code: declared,
});

export const botSchema = z.strictObject({
  name: z.string(),
  mapping: z.string(),
  environment: z.enum(['testnet', 'paper', 'live']),
  exchanges: z.array(z.string()).readonly(),
  timeZone: z.string(),
  quoteCurrency: z.string(),
  accounts: z
    .record(
      z.string(),
      z.strictObject({
        type: z.enum(['spot', 'linear', 'inverse']),
        settles: z.array(z.string()).readonly(),
      }),
    )
    .exactOptional(),
  atPar: z.array(z.string()).readonly().exactOptional(),
  auditor: z.string(),
  version: z.string().nullable(),
  sources: declaredSources,
  notApplicable: z.record(z.string(), z.string()),
  limits: z.strictObject({
    maxPositions: z.number().nullable(),
    dailyLoss: z.string().nullable(),
    perTradeLoss: z.string().nullable(),
    exposure: z.string().nullable(),
    leverage: z.number().nullable(),
    maxAgeH: z.number().nullable(),
  }),
  heartbeatIntervalS: z.number(),
  strategiesWithoutStop: z.array(z.string()).readonly(),
  without: z.array(entityName).readonly().exactOptional(),
  overrides: z.array(z.string()).readonly(),
});

export const entitySchema = z.strictObject({
  entity: entityName,
  status: z.enum(['ok', 'missing', 'error']),
  error: z.string().exactOptional(),
  columns: z.array(z.string()).readonly(),
  wrongTypes: z
    .array(z.strictObject({ column: z.string(), type: z.string(), expected: z.string() }))
    .readonly(),
  everHadRows: z.boolean(),
  select: z.string().exactOptional(),
  unknownSpellings: z
    .array(z.strictObject({ column: z.string(), value: z.string(), rows: z.number() }))
    .readonly(),
  unread: z
    .array(z.strictObject({ column: z.string(), word: z.string(), rows: z.number() }))
    .readonly()
    .exactOptional(),
  unusable: z
    .array(z.strictObject({ column: z.string(), rows: z.number(), value: z.string().exactOptional() }))
    .readonly(),
  unset: z
    .array(z.strictObject({ column: z.string(), rows: z.int() }))
    .readonly()
    .exactOptional(),
  notUtf8: z
    .array(
      z.strictObject({
        column: z.string(),
        rows: z.number(),
        value: z.string(),
        row: z.string().exactOptional(),
      }),
    )
    .readonly()
    .exactOptional(),
  repeatedIds: z.int().exactOptional(),
  unplaced: z.int().exactOptional(),
  untimed: z.literal(true).exactOptional(),
  ahead: z
    .array(z.strictObject({ column: z.string(), rows: z.int(), newest: instant, asOf: instant.nullable() }))
    .exactOptional(),
  pause: z.strictObject({ newest: instant, currentS: z.number(), longestS: z.number() }).exactOptional(),
  hole: z.strictObject({ from: instant, to: instant, longestS: z.number() }).exactOptional(),
  types: z.array(z.string()).readonly().exactOptional(),
});

export const queryRunSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.enum(SOURCE_NAMES),
  written: z.string(),
  sql: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  status: z.enum(['ok', 'error', 'skipped']),
  reason: reasonSchema.exactOptional(),
  error: z.string().exactOptional(),
  rowCount: z.int(),
  rows: hash.nullable(),
});

const policyValue: z.ZodType<PolicyValue> = z.lazy(() =>
  z.union([scalar, z.array(scalar).readonly(), z.record(z.string(), policyValue)]),
);

export const policySchema = z.record(z.string(), z.record(z.string(), policyValue));
