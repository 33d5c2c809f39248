import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LocalDatabases } from './databases.ts';
import { planOf } from './demo/defects/plan.ts';
import { fillDemo } from './demo/fill.ts';
import { newestBoundary } from './demo/shifts.ts';
import { CLONE } from './paths.ts';
import type { Environment } from './paths.ts';
import { createPool } from '../store/pool.ts';
import { migrate } from '../store/migrate.ts';

const FILE = 'demo.json';

/** What the last fill made; kept so that later starts reuse it. */
interface FilledDemo {
  readonly asOf: string;
  readonly positions: number;
  /** Of the generator's files: other code makes other data. */
  readonly generator: string;
  /** What was planted in the newest shift alone; null is the demo's own plan. */
  readonly defects: readonly string[] | null;
  /** Which store holds its snapshots. */
  readonly store: string;
  /** Windows (`to`) whose first audit ended. */
  readonly audited: readonly string[];
}

export interface DemoDataOptions {
  readonly environment: Environment;
  readonly stateDirectory: string;
  readonly storeUrl: string;
  readonly now: Date;
  readonly refill: boolean;
  /** What the data must hold: these defects in the newest shift alone, the demo's own plan (null), or whatever is there. */
  readonly defects?: readonly string[] | null;
}

/** The end of the demo's data: of what is filled, or of what a fill at `now` makes. ISO 8601 UTC. */
export function demoAsOf(options: DemoDataOptions): string {
  return reusable(options)?.asOf ?? new Date(newestBoundary(options.now)).toISOString();
}

/** Fills the demo bot and its snapshots unless they are there. */
export async function fillDemoOnce(
  options: DemoDataOptions & { readonly databases: LocalDatabases },
): Promise<{ asOf: string; positions: number; reused: boolean }> {
  await migrateStore(options.storeUrl);
  const kept = reusable(options);
  if (kept) return { asOf: kept.asOf, positions: kept.positions, reused: true };
  // A fill that is killed leaves old and new data: nothing may say that they are whole.
  rmSync(join(options.stateDirectory, FILE), { force: true });
  const filled = await fillDemo({
    botUrl: options.databases.demoAdminUrl,
    storeUrl: options.storeUrl,
    now: options.now,
    readerPassword: options.databases.demoReaderPassword,
    log: () => undefined,
    ...(options.defects != null && { defects: planOf(options.defects) }),
  });
  write(options.stateDirectory, {
    asOf: filled.asOf,
    positions: filled.positions,
    generator: generatorHash(),
    defects: options.defects ?? null,
    store: storeKey(options),
    audited: [],
  });
  return { asOf: filled.asOf, positions: filled.positions, reused: false };
}

/** The ends of windows that an earlier demo has audited. */
export function auditedWindows(stateDirectory: string): readonly string[] {
  return read(stateDirectory)?.audited ?? [];
}

/** Remembers that the window ending there has its report, so that later demos audit the newest one only. */
export function markAudited(stateDirectory: string, to: string): void {
  const filled = read(stateDirectory);
  if (filled) write(stateDirectory, { ...filled, audited: [...new Set([...filled.audited, to])] });
}

async function migrateStore(storeUrl: string): Promise<void> {
  // Nothing waits for it once more, and a cluster that has just begun on a busy machine answers late.
  const pool = createPool(storeUrl, { max: 1, connectMs: 60_000 });
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}

function reusable(options: DemoDataOptions): FilledDemo | null {
  const filled = options.refill ? null : read(options.stateDirectory);
  const isWanted =
    options.defects === undefined || isDeepStrictEqual(filled?.defects ?? null, options.defects);
  return isWanted && filled?.generator === generatorHash() && filled.store === storeKey(options)
    ? filled
    : null;
}

/** The local cluster changes its port from run to run and stays the same store. */
function storeKey(options: DemoDataOptions): string {
  if (!options.environment['AUDIT_DATABASE_URL']) return 'local';
  const url = new URL(options.storeUrl);
  return createHash('sha256').update(`${url.host}${url.pathname}`).digest('hex');
}

function generatorHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['local/demo', 'mappings/native']) {
    const files = readdirSync(join(CLONE, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.(ts|sql)$/.test(name)).sort()) {
      hash.update(file).update(readFileSync(join(CLONE, folder, file)));
    }
  }
  return hash.digest('hex');
}

function read(stateDirectory: string): FilledDemo | null {
  try {
    return JSON.parse(readFileSync(join(stateDirectory, FILE), 'utf8')) as FilledDemo;
  } catch {
    return null;
  }
}

function write(stateDirectory: string, filled: FilledDemo): void {
  const scratch = join(stateDirectory, `${FILE}.new`);
  writeFileSync(scratch, `${JSON.stringify(filled, null, 2)}\n`, { mode: 0o600 });
  renameSync(scratch, join(stateDirectory, FILE));
}
