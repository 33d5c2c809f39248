import { rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ArtifactStore } from '../audit/artifact.ts';
import { fileOf } from '../audit/formats.ts';
import type { ReportFiles } from '../store/reports.ts';
import { openArchive, type StorePlace } from './archive.ts';
import { CommandError } from './errors.ts';
import { makeFolder, meaningOf } from './out-folder.ts';

/** Copies the report of this hash out of a store; returns the paths. */
export async function copyStored(
  store: StorePlace,
  reportHash: string,
  folder: string,
): Promise<readonly string[]> {
  const archive = await openArchive(store);
  try {
    return await copyReport(archive, await archive.byHash(reportHash), folder);
  } finally {
    await archive.close();
  }
}

/** Copies a report's formats and data files to a folder; bytes are checked against their hashes. Returns the paths. */
export async function copyReport(
  { artifacts }: { readonly artifacts: ArtifactStore },
  { files }: { readonly files: ReportFiles },
  folder: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const [name, { hash }] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = join(resolve(folder), safeName(fileOf(name)));
    await writeWhole(path, await artifacts.get(hash));
    paths.push(path);
  }
  return paths;
}

/** The names are ours, and still none may leave the folder. */
function safeName(name: string): string {
  if (/^(data\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !name.includes('..')) return name;
  throw new Error(`The report holds a file named ${JSON.stringify(name)}, which cannot be written.`);
}

/** A reader of the folder sees the whole file or none. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
  } catch (error) {
    throw new CommandError(`${path} cannot be written: ${meaningOf(error)}. Name another folder with --out.`);
  }
}
