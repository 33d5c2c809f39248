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
  // Walked once: a key may be wrong in each of fifty thousand bots.
  places ??= allPlaces();
  return places.get(plain(key)) ?? [];
}

let places: ReadonlyMap<string, readonly string[]> | null = null;

function allPlaces(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const look = (schema: unknown, at: readonly string[]): void => {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodRecord) look(inner.valueType, [...at, 'NAME']);
    if (!(inner instanceof z.ZodObject)) return;
    for (const [name, child] of Object.entries(inner.shape)) {
      const place = [...at, name];
      found.set(plain(name), [...(found.get(plain(name)) ?? []), place.join('.')]);
      look(child, place);
    }
  };
  look(file, []);
  return found;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-. ]/g, '');
}

/** Whether the entries of that place have names of the writer's own, such as bots. */
export function isNamed(path: KeyPath): boolean {
  return schemaAt(path) instanceof z.ZodRecord;
}
