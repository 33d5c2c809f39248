import {
  appendFileSync,
  chmodSync,
  cpSync,
  lchownSync,
  lstatSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../../local/ports.ts';
import { startPostgres, type RunningPostgres } from '../../local/postgres.ts';
import { waitFor } from '../../local/process.ts';
import { collectEvidence, SourceLost, type Collected } from '../../sources/collect.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { asking, botOf, freshStore, mappingFolderOf, queryOf, WINDOW } from './support.ts';

let primary: RunningPostgres;
let standby: RunningPostgres;
let folder: string;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  const place = scratchDirectory('standby');
  chmodSync(place, 0o755);
  const options = async (name: string) => ({
    dataDirectory: join(place, name),
    port: await freePort(process.env),
    environment: process.env,
    logFile: join(place, `${name}.log`),
  });
  const [first, second] = [await options('primary'), await options('replica')];
  store = await freshStore();
  // Copied while it stands still.
  await (await startPostgres(first)).stop();
  copyCluster(first.dataDirectory, second.dataDirectory);
  primary = await startPostgres(first);
  const { password } = new URL(primary.url);
  writeFileSync(join(second.dataDirectory, 'standby.signal'), '');
  appendFileSync(
    join(second.dataDirectory, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${String(primary.port)} user=postgres password=${password}'\n`,
  );
  standby = await startPostgres({ ...second, settings: { max_standby_streaming_delay: '0' } });
  await run(
    primary.url,
    `create schema bot; create table bot.beats (at timestamptz, service text);
     insert into bot.beats select '2026-11-20Z'::timestamptz + n * interval '1 minute', 'main' from generate_series(1, 400) n;
     create role reader login password 'x'; grant usage on schema bot to reader; grant select on bot.beats to reader`,
  );
  folder = await mappingFolderOf({ heartbeat: 'select at, service from bot.beats' });
}, 60_000);

afterAll(async () => {
  await standby.stop();
  await primary.stop();
  await store.drop();
});

/** With the owners of its files, which are not ours when we are root. */
function copyCluster(from: string, to: string): void {
  cpSync(`${from}.password`, `${to}.password`);
  cpSync(from, to, { recursive: true });
  for (const path of ['', ...readdirSync(from, { recursive: true }).map(String)]) {
    const { uid, gid, mode } = lstatSync(join(from, path));
    lchownSync(join(to, path), uid, gid);
    chmodSync(join(to, path), mode);
  }
}

async function run(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function collect(seconds: number): Promise<Collected> {
  const url = new URL(standby.url);
  url.username = 'reader';
  url.password = 'x';
  const slow = `select pg_sleep(${String(seconds)}) is null as slept from @heartbeat h limit 1`;
  return collectEvidence({
    bot: botOf({ mapping: folder, databaseUrl: url.href }),
    kind: 'production',
    window: WINDOW,
    sections: [
      asking(
        queryOf(slow, { id: 'slow', entities: ['heartbeat'] }),
        queryOf('select h.at from @heartbeat h', { id: 'beats', entities: ['heartbeat'] }),
      ),
    ],
    entryIds: [],
    policy: {},
    history: [],
    now: '2026-11-20T09:00:00.000Z',
    storePool: store.pool,
    patient: true,
  });
}

test('a standby that cancels the audit for its replay is lost, told how to mend it, and read anew', async () => {
  const seen = async (condition: string): Promise<boolean> =>
    (await run(standby.url, `select 1 from ${condition}`)).length > 0;
  const arrived = (): Promise<boolean> => seen(`pg_tables where tablename = 'beats'`).catch(() => false);
  expect(await waitFor(arrived, 30_000)).toBe(true);
  const collecting = collect(60).catch((error: unknown) => error);
  expect(await waitFor(() => seen(`pg_stat_activity where wait_event = 'PgSleep'`), 30_000)).toBe(true);
  // The primary tidies away what the audit's snapshot still sees.
  await run(primary.url, `delete from bot.beats where at < '2026-11-20 01:00Z'`);
  await run(primary.url, 'vacuum bot.beats');
  const lost: unknown = await collecting;
  expect(lost).toBeInstanceOf(SourceLost);
  expect(lost).toMatchObject({ code: '40001' });
  expect(String(lost)).toMatch(/of bot probe was lost .*conflict with recovery.*hot_standby_feedback/);
  const { evidence } = await collect(0);
  expect(evidence.queries).toMatchObject([
    { id: 'slow', status: 'ok' },
    { id: 'beats', status: 'ok', rowCount: 341 },
  ]);
}, 120_000);
