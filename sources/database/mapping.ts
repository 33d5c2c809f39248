import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { errorMessage } from '../../audit/error-message.ts';
import { CONTRACT, isStored, type Contract, type EntityName } from '../../audit/contract.ts';
import { withDeadline } from '../../store/file-turns.ts';
import { OwnFault, SourceRefused } from '../errors.ts';
import { rewriteCode, splitSql, withoutComments } from './sql-text.ts';

/** The SELECTs of one mapping, by entity. */
export interface Mapping {
  readonly name: string;
  readonly selects: ReadonlyMap<EntityName, string>;
  /** What its SELECTs are read as. */
  readonly contract: Contract;
}

const MAPPINGS = resolve(import.meta.dirname, '../../mappings');
/** Files of a mapping folder that are not entities: the recommended schema of `native`. */
const NOT_ENTITIES: ReadonlySet<string> = new Set(['schema.sql']);

const READ_MS = 20_000;
/** A thousand times the longest SELECT of ours. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Where a mapping lies: a bare name is one of ours, a path is the operator's own, absolute or from the working folder. */
export function mappingFolder(mapping: string): string {
  if (!/[/\\.]/.test(mapping)) return join(MAPPINGS, mapping);
  return isAbsolute(mapping) ? mapping : resolve(mapping);
}

/** Reads a mapping folder. Throws SourceRefused when it is missing or holds what the contract does not know. */
export async function readMapping(mapping: string, contract: Contract = CONTRACT): Promise<Mapping> {
  const folder = mappingFolder(mapping);
  const files = await timely(readdir(folder)).catch((error: unknown) => {
    if (!isAbsent(error)) throw unreadable(mapping, error);
    throw new SourceRefused(
      `There is no mapping ${mapping}. A mapping is a folder with one SELECT per entity, for example position.sql; ` +
        'give the name of a folder in mappings/ or the path of your own.',
    );
  });
  const selects = new Map<EntityName, string>();
  for (const file of files.filter((name) => name.endsWith('.sql') && !NOT_ENTITIES.has(name)).sort()) {
    const entity = file.slice(0, -'.sql'.length);
    if (!isMappable(entity, contract)) {
      throw new SourceRefused(
        `Mapping ${mapping} has ${file}, but the contract has no entity ${entity}. ` +
          `Its entities are ${mappableEntities(contract).join(', ')}.`,
      );
    }
    const text = await timely(textOf(join(folder, file))).catch((error: unknown) => {
      throw unreadable(mapping, error);
    });
    if (text === null)
      throw new SourceRefused(
        `${mapping}/${file} is not a file of at most ${String(MOST_BYTES / 1024 / 1024)} MB. A mapping holds one SELECT a file.`,
      );
    selects.set(entity, oneSelect(text, `${mapping}/${file}`));
  }
  // Messages name the folder, not where this machine keeps it.
  return { name: basename(folder), selects, contract };
}

/** Null of what is no file, such as a pipe or a device, which may never end, and of one that is too large. */
async function textOf(path: string): Promise<string | null> {
  // A pipe without a writer would be waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MOST_BYTES ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}

function timely<T>(reading: Promise<T>): Promise<T> {
  return withDeadline(
    reading,
    READ_MS,
    () => new Error(`its file system did not answer in ${String(READ_MS / 1000)} s`),
  );
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(mapping: string, error: unknown): OwnFault {
  return new OwnFault(
    `Mapping ${mapping} cannot be read: ${errorMessage(error)}. Let the user of the worker read its folder.`,
  );
}

/** What a mapping may hold: all of the contract but snapshots, which come from our store. */
export function mappableEntities(contract: Contract = CONTRACT): readonly EntityName[] {
  return (Object.keys(contract) as EntityName[]).filter((entity) => !isStored(entity));
}

function isMappable(name: string, contract: Contract): name is EntityName {
  return (mappableEntities(contract) as readonly string[]).includes(name);
}

/** The file's one SELECT without its comments and final semicolon: it is going to be a subquery. */
function oneSelect(text: string, file: string): string {
  const sql = withoutComments(text).replace(/\s*;\s*$/, '');
  const code = splitSql(sql)
    .filter(({ kind }) => kind === 'code')
    .map((piece) => piece.text)
    .join(' ');
  if (code.includes(';'))
    throw new SourceRefused(`${file} must be one SELECT, but it holds several statements.`);
  if (!/^\(*\s*(select|with|values)\b/i.test(sql)) throw new SourceRefused(`${file} must be one SELECT.`);
  return rewriteCode(sql, (part) => part.replace(/[ \t]+\n/g, '\n').replace(/\n{2,}/g, '\n'));
}
