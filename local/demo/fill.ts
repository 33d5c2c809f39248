import { randomBytes } from 'node:crypto';
import { createPool } from '../../store/pool.ts';
import { insertExchangeStates, type ExchangeStateRow } from '../../store/exchange-states.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { connectedClient } from '../pg-client.ts';
import { DEFAULT_PLAN, injectDefects, type DefectPlan } from './defects/plan.ts';
import { exchangeStatesOf, storedStates } from './exchange-states.ts';
import { analyzeTables, grantReader, loadRows, type Reader } from './load.ts';
import { rowsOf } from './rows.ts';
import { timeCell } from './rows/time-cells.ts';
import { newestBoundary } from './shifts.ts';
import { snapshotsOf } from './snapshots.ts';
import { createWorld } from './world.ts';
import type { DemoRows, DemoSnapshot } from './world.ts';

export interface FillOptions {
  /** URL of the bot's database, of a role that may create schemas and roles. */
  readonly botUrl: string;
  /** URL of our own store, migrated already; null leaves the snapshots out. */
  readonly storeUrl: string | null;
  /** The world ends at the newest shift boundary that is not after it. */
  readonly now: string | Date;
  /** Names of defects by shift; what the demo shows when left out. */
  readonly defects?: DefectPlan;
  /** Another world of the same bot; the demo's own when left out. */
  readonly seed?: string;
  /** Name of the bot in our store; `demo` when left out. */
  readonly bot?: string;
  readonly readerRole?: string;
  /** Generated when left out. */
  readonly readerPassword?: string;
  readonly log?: (line: string) => void;
}

export interface FilledDemo {
  /** End of the newest shift, ISO 8601 UTC. */
  readonly asOf: string;
  readonly rows: number;
  readonly positions: number;
  readonly snapshots: number;
  /** URL with which an audit reads the bot. Holds the password: never print it. */
  readonly readerUrl: string;
}

/** The demo bot's tables and snapshots for a time and a choice of defects. The same arguments give the same bytes. */
export function demoData(
  now: string | Date,
  defects: DefectPlan = DEFAULT_PLAN,
  seed?: string,
): {
  asOf: string;
  rows: DemoRows;
  snapshots: DemoSnapshot[];
  states: readonly ExchangeStateRow[];
  denied: readonly (keyof DemoRows)[];
  keyless: readonly (keyof DemoRows)[];
} {
  const world = createWorld(newestBoundary(now), seed);
  injectDefects(world, defects);
  return {
    asOf: timeCell(world.asOf),
    rows: rowsOf(world),
    snapshots: snapshotsOf(world),
    states: storedStates(exchangeStatesOf(world)),
    denied: world.denied,
    keyless: world.keyless,
  };
}

/** Fills the demo bot: schema `bot` and its reader in the bot's database, one snapshot a minute and the exchanges' states in our store. */
export async function fillDemo(options: FillOptions): Promise<FilledDemo> {
  const { bot = 'demo', readerRole = 'audit_reader', log = () => undefined } = options;
  const readerPassword = options.readerPassword ?? randomBytes(18).toString('base64url');
  const { asOf, rows, snapshots, states, denied, keyless } = demoData(
    options.now,
    options.defects,
    options.seed,
  );
  log(`demo bot: 24 h to ${asOf}, ${String(rows.position.length)} positions`);
  const reader = { role: readerRole, password: readerPassword, denied };
  const loaded = await fillBot(options.botUrl, rows, keyless, reader);
  log(`demo bot: ${String(loaded)} rows in schema bot`);
  if (options.storeUrl !== null) await fillStore(options.storeUrl, bot, { snapshots, states });
  const readerUrl = new URL(options.botUrl);
  readerUrl.username = readerRole;
  readerUrl.password = readerPassword;
  return {
    asOf,
    rows: loaded,
    positions: rows.position.length,
    snapshots: snapshots.length,
    readerUrl: readerUrl.href,
  };
}

async function fillBot(
  url: string,
  rows: DemoRows,
  keyless: readonly (keyof DemoRows)[],
  reader: Reader,
): Promise<number> {
  const client = await connectedClient({ connectionString: url, application_name: 'production-audit demo' });
  try {
    await client.query('begin');
    const loaded = await loadRows(client, rows, keyless);
    await client.query('commit');
    await grantReader(client, reader);
    await analyzeTables(client);
    return loaded;
  } finally {
    await client.end();
  }
}

/** An earlier world of the same bot is not this one's past: what it left goes first. */
export async function fillStore(
  url: string,
  bot: string,
  { snapshots, states }: Pick<ReturnType<typeof demoData>, 'snapshots' | 'states'>,
): Promise<void> {
  const pool = createPool(url);
  try {
    await pool.query('delete from audit.snapshot where bot = $1', [bot]);
    await insertSnapshots(pool, bot, snapshots);
    await pool.query('delete from audit.exchange_state where bot = $1', [bot]);
    await insertExchangeStates(pool, bot, states);
  } finally {
    await pool.end();
  }
}
