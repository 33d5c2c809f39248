import { opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState } from './owner.ts';

/** Nobody writes one artifact for so long, whatever machine it is on. */
const WRITE_MS = 3_600_000;
const HALF_WRITTEN = /^\.tmp-(.+)-[0-9a-f]{12}$/;
const PROFILE = /^production-audit-browser-(.+)-[A-Za-z0-9]{6}$/;

/** Removes half-written artifacts whose process is dead, or that are an hour old. Returns how many. */
export async function removeHalfWritten(root: string): Promise<number> {
  let removed = 0;
  for await (const folder of entriesOf(root)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for await (const name of entriesOf(join(root, folder))) {
      const owner = HALF_WRITTEN.exec(name)?.[1];
      if (owner === undefined) continue;
      const path = join(root, folder, name);
      const state = ownerState(owner);
      const isOld = state === 'elsewhere' && Date.now() - (await changedAt(path)) > WRITE_MS;
      if (state === 'dead' || isOld) removed += await remove(path);
    }
  }
  return removed;
}

/** Removes the profiles of browsers whose process is dead; those of other machines and containers stay. */
export async function removeProfiles(folder: string): Promise<number> {
  let removed = 0;
  for await (const name of entriesOf(folder)) {
    const owner = PROFILE.exec(name)?.[1];
    if (owner !== undefined && ownerState(owner) === 'dead') removed += await remove(join(folder, name));
  }
  return removed;
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}

/** One that another worker removes just now, or that cannot be removed, costs nothing but its room. */
async function remove(path: string): Promise<number> {
  return rm(path, { recursive: true, force: true }).then(
    () => 1,
    () => 0,
  );
}
