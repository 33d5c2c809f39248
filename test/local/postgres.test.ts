import { describe, test, expect } from '@jest/globals';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ensureDatabases } from '../../local/databases.ts';
import { connectedClient } from '../../local/pg-client.ts';
import { freePort } from '../../local/ports.ts';
import { serverOf, startPostgres } from '../../local/postgres.ts';
import type { RunningPostgres } from '../../local/postgres.ts';
import { startOf, stopProcess } from '../../local/process.ts';
import { startProgram } from '../support/program.ts';
import { scratchDirectory } from '../support/scratch.ts';

async function start(dataDirectory: string): Promise<RunningPostgres> {
  const logFile = `${dataDirectory}.log`;
  return startPostgres({
    dataDirectory,
    port: await freePort(process.env),
    environment: process.env,
    logFile,
  });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a cluster recovers', () => {
  test('after a SIGKILL of the process that started it: the server it left is stopped, the data stay', async () => {
    const dataDirectory = join(scratchDirectory('postgres'), 'data');
    const holder = startProgram('test/local/programs/hold-postgres.ts', [dataDirectory]);
    const left = JSON.parse(await holder.firstLine) as { url: string; pid: number };
    await query(left.url, 'create table kept as select 7 as seven');
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(startOf(left.pid)).not.toBeNull();

    const next = await start(dataDirectory);
    expect(startOf(left.pid)).toBeNull();
    expect(await query(next.url, 'select seven from kept')).toEqual([{ seven: 7 }]);

    // And after a SIGKILL of the server itself, whose pid file then names nobody.
    await stopProcess(next.process, { signal: 'SIGKILL' });
    expect(existsSync(join(dataDirectory, 'postmaster.pid'))).toBe(true);
    expect(serverOf(dataDirectory)).toBeNull();
    const third = await start(dataDirectory);
    expect(await query(third.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
    await third.stop();
    expect(startOf(third.process.pid)).toBeNull();
  });

  test('after an initialisation that was cut off', async () => {
    const dataDirectory = join(scratchDirectory('postgres'), 'data');
    mkdirSync(dataDirectory);
    mkdirSync(`${dataDirectory}.new/cluster`, { recursive: true });
    writeFileSync(join(dataDirectory, 'postgresql.conf'), 'half a file');
    const server = await start(dataDirectory);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});

test('a pid file that names a stranger is stale, and the stranger is left alone', () => {
  const dataDirectory = join(scratchDirectory('postgres'), 'data');
  mkdirSync(dataDirectory);
  writeFileSync(join(dataDirectory, 'postmaster.pid'), `${String(process.pid)}\n${dataDirectory}\n1\n`);
  expect(serverOf(dataDirectory)).toBeNull();
});

test('data of another major version are refused with what to do', async () => {
  const dataDirectory = join(scratchDirectory('postgres'), 'data');
  mkdirSync(dataDirectory);
  writeFileSync(join(dataDirectory, 'PG_VERSION'), '15\n');
  await expect(start(dataDirectory)).rejects.toThrow(
    /made by PostgreSQL 15; this version brings 18.*Move the folder/s,
  );
});

test('the store has a role of its own that is no superuser and owns only its database', async () => {
  const folder = scratchDirectory('postgres');
  const server = await start(join(folder, 'data'));
  const first = await ensureDatabases(server.url, folder);
  const again = await ensureDatabases(server.url, folder);
  expect(again).toEqual(first);
  const facts = await query(
    first.auditUrl,
    `select rolsuper, pg_catalog.pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
  );
  expect(facts).toEqual([{ rolsuper: false, owner: 'audit', encoding: 'UTF8' }]);
  await expect(query(first.demoReaderUrl, 'select 1')).rejects.toThrow('password authentication failed');
  await server.stop();
});

test('a client whose server goes between two queries fails at its next query and does not end the program', async () => {
  const server = await start(join(scratchDirectory('postgres'), 'data'));
  const client = await connectedClient({ connectionString: server.url });
  const ended = new Promise((resolve) => client.once('end', resolve));
  await server.stop();
  await ended;
  await expect(client.query('select 1')).rejects.toThrow();
});
