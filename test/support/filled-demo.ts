import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { sha256 } from '../../audit/hash.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData, fillDemo, fillStore, type FilledDemo, type FillOptions } from '../../local/demo/fill.ts';
import { analyzeTables, grantReader, loadRows } from '../../local/demo/load.ts';
import { lock } from '../../local/lock.ts';
import { serverUrl } from './postgres.ts';
import { runFolder } from './run-folder.ts';

/** What a copy of a filled database does not hold: its counts, and what goes into our own store. */
type Kept = Pick<ReturnType<typeof demoData>, 'asOf' | 'snapshots' | 'states' | 'denied'> &
  Pick<FilledDemo, 'rows' | 'positions'>;

/**
 * As fillDemo, in a tenth of its time: the demo's own plan and the clean world are filled once a run, and each caller
 * gets a copy of that database in the place of its own. Other plans, servers and encodings are filled as always.
 */
export async function filledDemo(options: FillOptions): Promise<FilledDemo> {
  const server = await serverUrl();
  const isCommon =
    options.seed === undefined &&
    (options.defects === undefined || isDeepStrictEqual(options.defects, NO_DEFECTS));
  const target = new URL(options.botUrl);
  if (!isCommon || target.host !== new URL(server).host || !(await isUtf8(server, target)))
    return fillDemo(options);
  const { template, kept } = await keptDemo(server, options);
  const name = pg.escapeIdentifier(target.pathname.slice(1));
  await asAdmin(server, async (client) => {
    await client.query(`drop database ${name} with (force)`);
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  });
  const { bot = 'demo', readerRole = 'audit_reader' } = options;
  const readerPassword = options.readerPassword ?? randomBytes(18).toString('base64url');
  await asAdmin(options.botUrl, (client) =>
    grantReader(client, { role: readerRole, password: readerPassword, denied: kept.denied }),
  );
  if (options.storeUrl !== null) await fillStore(options.storeUrl, bot, kept);
  const readerUrl = Object.assign(new URL(options.botUrl), {
    username: readerRole,
    password: readerPassword,
  });
  const { asOf, rows, positions, snapshots } = kept;
  return { asOf, rows, positions, snapshots: snapshots.length, readerUrl: readerUrl.href };
}

/** The filled database of the run and what belongs to it; the first that asks makes both. */
async function keptDemo(server: string, { now, defects }: FillOptions) {
  const key = sha256(JSON.stringify([new Date(now).toISOString(), defects ?? null])).slice(0, 12);
  const template = `filled_${key}`;
  const file = join(runFolder(), `${template}.json`);
  const held = await lock(`${file}.lock`, 240_000);
  try {
    if (!existsSync(file)) {
      const { rows, keyless, ...data } = demoData(now, defects);
      await asAdmin(server, (client) => client.query(`create database ${template}`));
      const loaded = await asAdmin(
        Object.assign(new URL(server), { pathname: `/${template}` }).href,
        async (client) => {
          const count = await loadRows(client, rows, keyless);
          await analyzeTables(client);
          return count;
        },
      );
      const kept: Kept = { ...data, rows: loaded, positions: rows.position.length };
      writeFileSync(`${file}.new`, JSON.stringify(kept));
      renameSync(`${file}.new`, file);
    }
    return { template, kept: JSON.parse(readFileSync(file, 'utf8')) as Kept };
  } finally {
    held.release();
  }
}

async function isUtf8(server: string, target: URL): Promise<boolean> {
  const { rows } = await asAdmin(server, (client) =>
    client.query<{ encoding: string }>(
      'select pg_encoding_to_char(encoding) as encoding from pg_database where datname = $1',
      [target.pathname.slice(1)],
    ),
  );
  return rows[0]?.encoding === 'UTF8';
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
