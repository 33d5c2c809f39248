import { readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256 } from '../../audit/hash.ts';
import { createPrng } from '../../local/demo/prng.ts';
import { addHold, releaseHolds } from '../../store/retention/holds.ts';
import { finishPurge } from '../../store/retention/purges.ts';
import { attachFiles, findReports, recordReport, useReport, type StoredReport } from '../../store/reports.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

/** A thousand interleavings with AUDIT_TRIALS=1. */
const ROUNDS = process.env['AUDIT_TRIALS'] === '1' ? 84 : 18;
const AT_ONCE = 12;
let world: RetentionWorld;

beforeAll(async () => {
  world = await createRetentionWorld();
});
afterAll(async () => {
  await world.close();
});

/** What somebody else does to a report at the very time of its purge. */
type Other = (report: StoredReport) => Promise<void>;

const OTHERS: Readonly<Record<string, Other>> = {
  async hold(report) {
    await addHold(world.pool, report, { reason: 'race', placedBy: 'tests' });
  },
  async 'hold and release'(report) {
    await addHold(world.pool, report, { reason: 'race', placedBy: 'tests' });
    await releaseHolds(world.pool, report);
  },
  async use(report) {
    await useReport(world.pool, report);
  },
  // A run as it is: it puts what it has, then records that it points there.
  async 'make it again'(report) {
    const texts = textsOf(report);
    for (const text of texts) await world.artifacts.put(text);
    await recordReport(world.pool, { ...report, reportedAt: new Date().toISOString() });
    await attachFiles(world.pool, report, report.files);
  },
  async 'make another revision of the same evidence'(report) {
    const texts = textsOf(report);
    for (const text of texts.slice(0, 2)) await world.artifacts.put(text);
    const { hash } = await world.artifacts.put(`another report ${report.reportHash}`);
    const another = { ...report, reportHash: hash };
    await recordReport(world.pool, { ...another, reportedAt: new Date().toISOString() });
    await attachFiles(world.pool, another, { json: { hash, bytes: 1 } });
  },
};

/** Rows, evidence, model and PDF, as the world makes them. */
function textsOf({ bot, window: { to } }: StoredReport): readonly string[] {
  const end = new Date(to).toISOString();
  const name = `${bot} ${end} 1`;
  const rows = `rows of ${bot} ${end}`;
  const evidence = JSON.stringify({ name, queries: [{ rows: sha256(rows) }] });
  return [rows, evidence, `report ${name}`, `pdf ${name}`];
}

async function readable(hash: string): Promise<boolean> {
  return readFile(join(world.directory, hash.slice(0, 2), hash)).then(
    () => true,
    () => false,
  );
}

test(
  `${String(ROUNDS * AT_ONCE)} random interleavings of a purge with holds and runs delete nothing that anything points at`,
  async () => {
    const random = createPrng('12', 'races');
    const names = Object.keys(OTHERS);
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `round-${String(round)}`;
      const bots = Array.from({ length: AT_ONCE }, (_, index) => `bot-${String(round)}-${String(index)}`);
      const reports = await Promise.all(
        bots.map((bot) => world.report(bot, random.chance(0.7) ? 2_000 : 500)),
      );
      await world.plan(id);
      const others = reports.map(async (report): Promise<string> => {
        const name = random.pick(names);
        for (let left = random.integer(0, 400); left > 0; left -= 1) await turn();
        await OTHERS[name]?.(report);
        return name;
      });
      const [done] = await Promise.all([Promise.all(others), world.execute(id)]);
      const { rows } = await world.pool.query<{ bot: string; state: string }>(
        `select key::jsonb->>0 as bot, state from audit.purge_item where purge = $1 and class in ('reports', 'evidence')`,
        [id],
      );
      for (const { bot, state } of rows) seen.add(`${done[bots.indexOf(bot)] ?? ''}, ${state}`);
      await expectWhole(`${id}: ${done.join(', ')}`);
      await finishPurge(world.pool, id, 'done');
      await world.pool.query('delete from audit.hold');
      await world.pool.query('delete from audit.report');
    }
    // Both orders happened.
    expect([...seen].filter((key) => key.endsWith('skipped')).length).toBeGreaterThan(2);
    expect([...seen].filter((key) => key.endsWith('removed')).length).toBeGreaterThan(2);
  },
  ROUNDS * 10_000,
);

/** Each stored report has its files, each that has its evidence has it with its rows, and each hold its report. */
async function expectWhole(what: string): Promise<void> {
  const { rows: bare } = await world.pool.query<{ report_hash: string }>(
    'select report_hash from audit.report where evidence_purged_at is not null',
  );
  const without = new Set(bare.map(({ report_hash }) => report_hash));
  for (const report of await findReports(world.pool)) {
    const hashes = [report.reportHash, ...Object.values(report.files).map(({ hash }) => hash)];
    if (!without.has(report.reportHash)) hashes.push(report.evidenceHash);
    for (const hash of hashes) expect([what, hash, await readable(hash)]).toEqual([what, hash, true]);
    if (without.has(report.reportHash)) continue;
    const { queries } = JSON.parse(
      await readFile(join(world.directory, report.evidenceHash.slice(0, 2), report.evidenceHash), 'utf8'),
    ) as { readonly queries: readonly { readonly rows: string }[] };
    for (const { rows } of queries)
      expect([what, 'rows', await readable(rows)]).toEqual([what, 'rows', true]);
  }
}
