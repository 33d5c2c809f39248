import { z } from 'zod';
import { FILE_SHAPE } from './schema.ts';
import type { KeyPath } from './yaml-source.ts';

const file = z.object(FILE_SHAPE);

/** Names that the schema knows at a place of the file, `policy` included. */
export function knownKeys(path: KeyPath): readonly string[] {
  let schema: unknown = file;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) schema = (inner.shape as Record<string, unknown>)[String(step)];
    else if (inner instanceof z.ZodRecord) schema = inner.valueType;
    else return [];
  }
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return [...Object.keys(inner.shape), ...(path.length === 0 ? ['policy'] : [])];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  return inner;
}
