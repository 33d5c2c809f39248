import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPrng } from '../../local/demo/prng.ts';
import { chainHead, type ChainHead } from '../../store/chain.ts';
import { checkRows, verifyArchive } from '../../store/verify/verify.ts';
import { approvePurge, finishPurge } from '../../store/retention/purges.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

const ROUNDS = 1_000;

let world: RetentionWorld;
let head: ChainHead;
const random = createPrng('archive', 'damage');

beforeAll(async () => {
  world = await createRetentionWorld();
  for (const [bot, days] of [
    ['a', 2_000],
    ['b', 500],
    ['a', 40],
    ['b', 9],
    ['a', 5],
  ] as const)
    await world.report(bot, days);
  await world.plan('p1');
  await approvePurge(world.pool, 'p1', 'tests');
  await world.execute('p1');
  await finishPurge(world.pool, 'p1', 'done');
  head = (await chainHead(world.pool)) ?? { seq: 0, hash: '' };
});
afterAll(async () => {
  await world.close();
});

const among = (count: number): number => random.integer(0, count - 1);
const pick = random.pick;
/** An entry that is not the newest. */
const inner = (): number => 1 + among(head.seq - 1);

interface Damage {
  readonly sql: string;
  readonly values?: readonly unknown[];
}

/** Another character than the one that is there. */
const flipped = (column: string, table: string, where: string): string =>
  `update ${table} set ${column} = overlay(${column} placing case substr(${column}, $1::integer, 1) when 'a' then 'b' else 'a' end from $1::integer for 1) where ${where}`;

const FREE = 'alter table audit.chain drop constraint chain_pkey, drop constraint chain_hash_key';
const REHASHED = `do $$ declare r record; last text := repeat('0', 64); begin
  for r in select * from audit.chain order by seq loop
    update audit.chain set previous_hash = last, hash = audit.chain_hash(r.seq, last, r.entry) where seq = r.seq returning hash into last;
  end loop; end $$`;

/** What somebody with all rights does to the rows of the store; the chain's triggers are off. */
const ROWS: Readonly<Record<string, () => Damage | readonly Damage[]>> = {
  'a flip in an entry': () => ({
    sql: flipped('entry', 'audit.chain', 'seq = $2'),
    values: [1 + among(90), 1 + among(head.seq)],
  }),
  'a flip in a hash': () => ({
    sql: flipped('hash', 'audit.chain', 'seq = $2'),
    values: [1 + among(64), 1 + among(head.seq)],
  }),
  'a flip in the hash before': () => ({
    sql: flipped('previous_hash', 'audit.chain', 'seq = $2'),
    values: [1 + among(64), 1 + among(head.seq)],
  }),
  'an entry deleted': () => ({ sql: 'delete from audit.chain where seq = $1', values: [inner()] }),
  'an entry deleted, the rest numbered anew': () => {
    const seq = inner();
    return [
      { sql: FREE },
      { sql: 'delete from audit.chain where seq = $1', values: [seq] },
      { sql: 'update audit.chain set seq = seq - 1 where seq > $1', values: [seq] },
    ];
  },
  'an entry deleted, the rest hashed anew': () => {
    const seq = inner();
    return [
      { sql: FREE },
      { sql: 'delete from audit.chain where seq = $1', values: [seq] },
      { sql: 'update audit.chain set seq = seq - 1 where seq > $1', values: [seq] },
      { sql: REHASHED },
    ];
  },
  'two entries in the other order': () => {
    const seq = inner();
    return [
      { sql: FREE },
      {
        sql: 'update audit.chain set seq = 2 * $1::integer + 1 - seq where seq in ($1::integer, $1::integer + 1)',
        values: [seq],
      },
    ];
  },
  'the contents of two entries swapped': () => ({
    sql: `update audit.chain c set entry = o.entry from audit.chain o where (c.seq, o.seq) in (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))`,
    values: [inner(), head.seq],
  }),
  'an entry twice': () => [
    { sql: FREE },
    {
      sql: 'insert into audit.chain select * from audit.chain where seq = $1',
      values: [1 + among(head.seq)],
    },
  ],
  'an entry appended again under the next number': () => ({
    sql: `insert into audit.chain select $1::integer + 1, entry, previous_hash, hash || 'x' from audit.chain where seq = $2`,
    values: [head.seq, inner()],
  }),
  'the end cut off': () => ({ sql: 'delete from audit.chain where seq > $1', values: [inner()] }),
  'the end cut off with what it tells of': () => [
    { sql: 'delete from audit.chain where seq > $1', values: [1] },
    { sql: 'delete from audit.report' },
    { sql: 'delete from audit.purge_item' },
    { sql: 'delete from audit.purge' },
  ],
  'all hashed anew after a change': () => [
    { sql: `update audit.chain set entry = replace(entry, 'PASS', 'FAIL')` },
    { sql: `update audit.report set verdict = 'FAIL'` },
    { sql: REHASHED },
  ],
  'a flip in a column of a report': () => ({
    sql: pick([
      `update audit.report set verdict = 'FAIL'`,
      `update audit.report set colour = 'RED'`,
      'update audit.report set overall = 9.0000001',
      'update audit.report set evidence_hash = report_hash',
      `update audit.report set reported_at = reported_at + interval '1 microsecond'`,
      `update audit.report set confirmed_at = confirmed_at + interval '1 s'`,
      `update audit.report set summary = '{"findings": [], "figures": {"a": 1}}'`,
      `update audit.report set files = files - 'pdf'`,
      `update audit.report set files = jsonb_set(files, '{pdf}', files->'json')`,
      `update audit.report set evidence_purged_at = now()`,
      `update audit.report set scope_hash = 'other'`,
    ]),
  }),
  'a report deleted': () => ({ sql: 'delete from audit.report where bot = $1', values: [pick(['a', 'b'])] }),
  'a report twice': () => ({
    sql: `insert into audit.report select (jsonb_populate_record(r, '{"revision": 2, "report_hash": "other"}')).* from audit.report r where bot = 'b' limit 1`,
  }),
  'two reports swapped': () => ({
    sql: `update audit.report r set report_hash = o.report_hash, files = o.files from audit.report o
      where r.bot = 'b' and o.bot = 'b' and r.window_from <> o.window_from`,
  }),
  'a tombstone changed': () => ({ sql: `update audit.purge set approved_by = 'x', ended_at = ended_at` }),
  'a tombstone deleted': () => ({ sql: 'delete from audit.purge' }),
  'the list of a tombstone changed': () => ({
    sql: `update audit.purge_item set key = key || ' ' where class in ('reports', 'evidence')`,
  }),
};

test(`${String(ROUNDS)} damages of the store's rows are all found`, async () => {
  const missed: string[] = [];
  const names = Object.keys(ROWS);
  const client = await world.pool.connect();
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = names[round % names.length] as string;
      const damage = (ROWS[name] as () => Damage | readonly Damage[])();
      await client.query('begin; set local session_replication_role = replica');
      for (const { sql, values = [] } of [damage].flat() as readonly Damage[])
        await client.query(sql, [...values]);
      const { problem } = await checkRows(client, null, head);
      await client.query('rollback');
      if (problem === null) missed.push(`${String(round)}: ${name} ${JSON.stringify(damage)}`);
    }
  } finally {
    client.release(true);
  }
  expect(missed).toEqual([]);
}, 600_000);

test(`${String(ROUNDS)} damages of artifacts are all found`, async () => {
  const { pool, artifacts, directory } = world;
  const verify = async (): Promise<unknown> =>
    (await verifyArchive({ pool, artifacts, bot: null, printed: head, alive: () => undefined })).problem;
  expect(await verify()).toBeNull();
  const { rows } = await pool.query<{ hash: string }>(
    `select report_hash as hash from audit.report union select evidence_hash from audit.report where evidence_purged_at is null
     union select f.value->>'hash' from audit.report, jsonb_each(files) f`,
  );
  const missed: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { hash } = pick(rows);
    const path = join(directory, hash.slice(0, 2), hash);
    const bytes = await readFile(path);
    const kind = pick(['flip', 'flip', 'flip', 'cut', 'empty', 'longer', 'gone', 'another']);
    const changed = Buffer.from(bytes);
    const at = among(bytes.length);
    if (kind === 'flip') changed[at] = (changed[at] ?? 0) ^ (1 << among(8));
    if (kind === 'gone') await rm(path);
    else if (kind === 'another') {
      const other = pick(rows.filter((row) => row.hash !== hash)).hash;
      await writeFile(path, await readFile(join(directory, other.slice(0, 2), other)));
    } else
      await writeFile(
        path,
        { flip: changed, cut: bytes.subarray(0, at), empty: '', longer: Buffer.concat([bytes, bytes]) }[
          kind
        ] ?? '',
      );
    if ((await verify()) === null) missed.push(`${String(round)}: ${kind} at ${String(at)} of ${hash}`);
    await writeFile(path, bytes);
  }
  expect(missed).toEqual([]);
}, 600_000);
