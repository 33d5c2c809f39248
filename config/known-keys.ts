import { z } from 'zod';
import { FILE_SHAPE } from './schema.ts';
import type { KeyPath } from './yaml-source.ts';

const file = z.object(FILE_SHAPE);

/** Names that the schema knows at a place of the file, `policy` included. */
export function knownKeys(path: KeyPath): readonly string[] {
  const schema = schemaAt(path);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum)
    return schema.keyType.options.map(String);
  if (!(schema instanceof z.ZodObject)) return [];
  return [...Object.keys(schema.shape), ...(path.length === 0 ? ['policy'] : [])];
}

function schemaAt(path: KeyPath): unknown {
  let schema: unknown = file;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) schema = (inner.shape as Record<string, unknown>)[String(step)];
    else if (inner instanceof z.ZodRecord) schema = inner.valueType;
    else return undefined;
  }
  return unwrap(schema);
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  return inner;
}

/** Where else in the file a key of this name belongs, as it is written there: `bots.NAME.mapping`. Case and separators count not. */
export function placesOf(key: string): readonly string[] {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[_\-. ]/g, '');
  const wanted = plain(key);
  const found: string[] = [];
  const look = (schema: unknown, at: readonly string[]): void => {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodRecord) look(inner.valueType, [...at, 'NAME']);
    if (!(inner instanceof z.ZodObject)) return;
    for (const [name, child] of Object.entries(inner.shape)) {
      if (plain(name) === wanted) found.push([...at, name].join('.'));
      look(child, [...at, name]);
    }
  };
  look(file, []);
  return found;
}

/** Whether the entries of that place have names of the writer's own, such as bots. */
export function isNamed(path: KeyPath): boolean {
  return schemaAt(path) instanceof z.ZodRecord;
}
