import type pg from 'pg';
import { fillDemo } from '../local/demo/fill.ts';
import { connectedClient } from '../local/pg-client.ts';
import { TIMEOUTS } from '../sources/database/connect.ts';
import type { StatementRun } from '../sources/database/statement-times.ts';
import { dropAllButKeys, multiplyHistory } from './history.ts';
import { treeCpuS } from './processes.ts';
import { recordStatements } from './statements.ts';
import { withServer } from './server.ts';

/** The demo's data must not depend on the day on which somebody measures. */
export const NOW = '2026-11-20T09:00:00Z';
export const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };

/** A statement of the newest shift's audit with a day of history, with many, and with many and no index but ids. */
export interface PastCost {
  readonly one: StatementRun;
  readonly indexed: StatementRun;
  readonly bare: StatementRun;
}

export interface Past {
  readonly statements: readonly PastCost[];
  /** CPU seconds of the server for all of them: with a day of history, and with many and indexes. */
  readonly serverS: { readonly one: number; readonly indexed: number };
}

/** Asks all that an audit asks of a demo bot with `days` of history; Linux only. A folder that is named keeps the databases. */
export async function pastCosts(days: number, rounds: number, folder?: string): Promise<Past> {
  const settings = { fsync: 'off', max_wal_size: '4GB', shared_buffers: '1GB' };
  return withServer({ name: 'past', folder, settings }, async (server) => {
    const long = `days_${String(days)}`;
    const day = await prepared(server.url, 'day', 'template0', async (client, url) => {
      await fillDemo({ botUrl: url, storeUrl: null, now: NOW });
      await client.query('vacuum analyze');
    });
    const indexed = await prepared(server.url, long, 'day', (client) => multiplyHistory(client, days));
    const bare = await prepared(server.url, `${long}_keys`, long, dropAllButKeys);
    const [short, withIndexes, without] = await leastOf([day, indexed, bare], rounds, server.process.pid);
    return {
      statements: short.statements.flatMap((one, index): PastCost[] => {
        const [long, keys] = [withIndexes.statements[index], without.statements[index]];
        return long === undefined || keys === undefined ? [] : [{ one, indexed: long, bare: keys }];
      }),
      serverS: { one: short.serverS, indexed: withIndexes.serverS },
    };
  });
}

/** The URL of a database of ours, made from a template when it is not there. */
async function prepared(
  serverUrl: string,
  name: string,
  template: string,
  fill: (client: pg.Client, url: string) => Promise<void>,
): Promise<string> {
  const urlOf = (database: string): string => {
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  const admin = await connectedClient({ connectionString: serverUrl });
  try {
    const found = await admin.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount !== 0) return urlOf(name);
    const started = performance.now();
    await admin.query(`create database "${name}_part" template "${template}" strategy file_copy`);
    const url = urlOf(`${name}_part`);
    const client = await connectedClient({ connectionString: url });
    try {
      await fill(client, url);
    } finally {
      await client.end();
    }
    await admin.query(`alter database "${name}_part" rename to "${name}"`);
    process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s to make\n`);
  } finally {
    await admin.end();
  }
  return urlOf(name);
}

interface Asked {
  readonly statements: readonly StatementRun[];
  readonly serverS: number;
}

/** What each database's statements take at least, in interleaved rounds of which the first warms the caches. */
async function leastOf(
  urls: readonly [string, string, string],
  rounds: number,
  server: number,
): Promise<readonly [Asked, Asked, Asked]> {
  const round = async (): Promise<[Asked, Asked, Asked]> => [
    await asked(urls[0], server),
    await asked(urls[1], server),
    await asked(urls[2], server),
  ];
  await round();
  const least = await round();
  for (let again = 1; again < rounds; again += 1)
    for (const [at, now] of (await round()).entries()) least[at] = lesser(least[at] ?? now, now);
  return least;
}

async function asked(url: string, server: number): Promise<Asked> {
  const before = treeCpuS(server);
  const { statements } = await recordStatements(url, WINDOW, TIMEOUTS);
  return { statements, serverS: treeCpuS(server) - before };
}

function lesser(before: Asked, now: Asked): Asked {
  return {
    statements: now.statements.map((run, index) => ({
      ...run,
      ms: Math.min(run.ms, before.statements[index]?.ms ?? Infinity),
    })),
    serverS: Math.min(before.serverS, now.serverS),
  };
}
