import { opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { ArtifactPlace } from './artifact-place.ts';
import { ofFolder } from './folder-trouble.ts';

export interface DatabaseSizes {
  readonly databaseBytes: number;
  readonly snapshotBytes: number;
  readonly snapshotMonths: number;
}

export interface ArtifactSizes {
  readonly artifacts: number;
  readonly artifactBytes: number;
}

/** Of the store's database as a whole and of the snapshots in it, bytes with indexes. */
export async function databaseSizes(pool: pg.Pool): Promise<DatabaseSizes> {
  const { rows } = await pool.query<DatabaseSizes>(
    `select pg_database_size(current_database())::float8 as "databaseBytes",
       coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::float8 as "snapshotBytes", count(*)::int as "snapshotMonths"
     from pg_catalog.pg_inherits i where i.inhparent = 'audit.snapshot'::regclass`,
  );
  return rows[0] ?? { databaseBytes: 0, snapshotBytes: 0, snapshotMonths: 0 };
}

/** Of a bucket. `alive` is called for each artifact. */
export async function bucketSizes(place: ArtifactPlace, alive: () => void): Promise<ArtifactSizes> {
  let [artifacts, artifactBytes] = [0, 0];
  for await (const { bytes } of place.files()) {
    alive();
    artifacts += 1;
    artifactBytes += bytes;
  }
  return { artifacts, artifactBytes };
}

/** Of a folder; only looks, so that a purge that goes on there meets nobody. `alive` is called for each of its parts. */
export function folderSizes(root: string, alive: () => void): Promise<ArtifactSizes> {
  return ofFolder(root, () => sizesIn(root, alive));
}

async function sizesIn(root: string, alive: () => void): Promise<ArtifactSizes> {
  let [artifacts, artifactBytes] = [0, 0];
  for await (const folder of entriesOf(root)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    alive();
    for await (const name of entriesOf(join(root, folder))) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      artifacts += 1;
      artifactBytes += await bytesOf(join(root, folder, name));
    }
  }
  return { artifacts, artifactBytes };
}

/** Bytes that a file system still takes, and of how many; null when it does not say. */
export async function diskSpace(
  folder: string,
): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null> {
  return statfs(folder).then(
    ({ bavail, blocks, bsize }) => ({ freeBytes: bavail * bsize, totalBytes: blocks * bsize }),
    () => null,
  );
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** One that goes just now has no size. */
async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
