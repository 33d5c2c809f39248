import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { fillDemo } from '../local/demo/fill.ts';
import { connectedClient } from '../local/pg-client.ts';
import type { RunningPostgres } from '../local/postgres.ts';
import { startStack, type RunningStack } from '../local/stack.ts';
import { readState } from '../local/state.ts';
import { NOW } from './past.ts';
import { withServer } from './server.ts';

/** An audit reads over one connection, and cancels over a second. */
const CONNECTIONS = 2;

export interface FleetStack {
  readonly stack: RunningStack['connection'];
  /** The server that holds the bots' databases. */
  readonly bots: RunningPostgres;
  readonly folder: string;
  /** What a further worker needs beside the stack's own variables. */
  readonly given: Readonly<Record<string, string | undefined>>;
  /** Process id of a part of the stack. */
  pidOf(name: string): number;
}

/** A stack of its own whose bots have databases of the demo's size on one server; all of it ends with `use`. */
export async function withFleetStack<T>(
  names: readonly string[],
  { pinned, separate = false }: { readonly pinned: boolean; readonly separate?: boolean },
  use: (fleet: FleetStack) => Promise<T>,
): Promise<T> {
  const readerPassword = randomBytes(18).toString('base64url');
  const given = { ...environment(), FLEET_READER_PASSWORD: readerPassword };
  const settings = { fsync: 'off', max_connections: '500' };
  return withServer({ name: 'fleet', settings }, async (bots, folder) => {
    const configPath = join(folder, 'fleet.config.yaml');
    writeFileSync(configPath, await configOf(bots, names, { readerPassword, pinned, separate }));
    const stateDirectory = join(folder, 'stack');
    const stack = await startStack({
      environment: given,
      owner: 'this-process',
      configPath,
      now: new Date(NOW),
      stateDirectory,
    });
    try {
      const processes = readState(stateDirectory)?.processes ?? {};
      const pidOf = (name: string): number => {
        const found = processes[name];
        if (found === undefined) throw new Error(`the stack has no process ${name}`);
        return found.pid;
      };
      return await use({ stack: stack.connection, bots, folder, given, pidOf });
    } finally {
      await stack.stop();
    }
  });
}

/** A database for each bot, all with the same rows, which one reader may ask over two connections each. */
async function configOf(
  server: RunningPostgres,
  names: readonly string[],
  {
    readerPassword,
    pinned,
    separate,
  }: { readonly readerPassword: string; readonly pinned: boolean; readonly separate: boolean },
): Promise<string> {
  const admin = await connectedClient({ connectionString: server.url });
  const demo = new URL(server.url);
  demo.pathname = '/demo';
  try {
    await admin.query('create database demo');
    const { asOf } = await fillDemo({ botUrl: demo.href, storeUrl: null, now: NOW, readerPassword });
    // The demo's reader is of one bot; this one is of all, and each database has its own limit.
    await admin.query('alter role audit_reader connection limit -1');
    for (const name of names) {
      await admin.query(`create database ${name} template demo strategy file_copy`);
      await admin.query(`alter database ${name} connection limit ${String(CONNECTIONS)}`);
    }
    const entries = names.map((name) =>
      [
        `  ${name}:`,
        '    mapping: native',
        `    database: postgres://audit_reader:\${FLEET_READER_PASSWORD}@${demo.host}/${name}`,
        '    environment: paper',
        '    exchanges: [binance, bybit]',
        ...(pinned ? [`    asOf: ${asOf}`] : []),
        '    sources: { database: required, snapshots: required }',
      ].join('\n'),
    );
    return `bots:\n${entries.join('\n')}\ntemporal: { separateQueues: ${String(separate)} }\n`;
  } finally {
    await admin.end();
  }
}
