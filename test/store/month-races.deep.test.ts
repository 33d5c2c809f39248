import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPrng } from '../../local/demo/prng.ts';
import { codeOf } from '../../store/system-codes.ts';
import { finishPurge } from '../../store/retention/purges.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { beginChange, BOTS, dayOf, MONTH_CHANGES, type MonthChange } from './month-changes.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

/** A thousand interleavings with AUDIT_TRIALS=1. */
const ROUNDS = process.env['AUDIT_TRIALS'] === '1' ? 84 : 8;
const MONTHS = Array.from({ length: 8 }, (_, index) => String(202_301 + index));
let world: RetentionWorld;

beforeAll(async () => {
  world = await createRetentionWorld();
});
afterAll(async () => {
  await world.close();
});

const NO_CHANGES: Readonly<Record<string, MonthChange>> = {
  nothing: { then: () => [] },
  'what is rolled back': {
    then: (month) => ['begin', `update audit.snapshot_${month} set total = 9`, 'rollback'],
  },
};
const ALL = { ...MONTH_CHANGES, ...NO_CHANGES };

/**
 * What a write to a month that is dropped in this moment is told: no such table, no partition for the row, or that one of two
 * who wait for each other gives way, which is tried again.
 */
const GONE = ['42P01', '23514', '40P01'];

async function store(month: string, bot: string, time: string): Promise<void> {
  const at = `${dayOf(month, 2)}T${time}.000Z`;
  await insertSnapshots(world.pool, bot, [{ at, slot: at, by_exchange: {} }] as never);
}

async function monthsDone(id: string): Promise<number> {
  const { rows } = await world.pool.query<{ n: number }>(
    `select count(*) as n from audit.purge_item where purge = $1 and class = 'snapshots' and state <> 'planned'`,
    [id],
  );
  return rows[0]?.n ?? 0;
}

/** Whether the store took it. */
async function tried(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    expect(GONE).toContain(codeOf(error));
    return false;
  }
}

test(
  `${String(ROUNDS * MONTHS.length)} random interleavings of a purge with changes of its months remove no month that was changed, and no row that came later`,
  async () => {
    const random = createPrng('12', 'months');
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `round-${String(round)}`;
      for (const month of MONTHS) for (const bot of BOTS) await store(month, bot, '00:00:00');
      const names = MONTHS.map(() => random.pick(Object.keys(ALL)));
      const begun = await Promise.all(
        names.map((name) => beginChange(world.storeUrl, ALL[name] as MonthChange)),
      );
      await world.plan(id);
      const imports = MONTHS.map(() => random.chance(0.4));
      // When the purge is about at the month, a little before or after.
      const waits = MONTHS.map((_, index) => [index + random.integer(-1, 1), random.integer(0, 40)] as const);
      const others = begun.map(async (change, index) => {
        const month = MONTHS[index] ?? '';
        const [months, turns] = waits[index] ?? [0, 0];
        while ((await monthsDone(id)) < months) await turn();
        for (let left = turns; left > 0; left -= 1) await turn();
        const changed = await tried(() => change(month));
        // An import makes the month anew where it is gone.
        const stored =
          imports[index] === true && (await tried(() => store(month, 'import', '00:00:07').then(() => true)));
        return { changed, stored };
      });
      const [done] = await Promise.all([Promise.all(others), world.execute(id)]);
      const { rows: items } = await world.pool.query<{ key: string; state: string; reason: string | null }>(
        `select key, state, reason from audit.purge_item where purge = $1 and class = 'snapshots' order by key`,
        [id],
      );
      const { rows } = await world.pool.query<{ month: string; imported: number }>(
        `select to_char(at, 'YYYYMM') as month, count(*) filter (where bot = 'import') as imported from audit.snapshot group by 1`,
      );
      expect(items).toHaveLength(MONTHS.length);
      for (const [index, { key, state, reason }] of items.entries()) {
        const month = MONTHS[index] ?? '';
        const said = [id, key, names[index], state, reason];
        const { changed, stored } = done[index] ?? { changed: false, stored: false };
        if (changed) expect(said).toEqual([id, key, names[index], 'skipped', expect.any(String)]);
        const imported = rows.find((row) => row.month === month)?.imported ?? 0;
        expect([...said, imported]).toEqual([...said, stored ? 1 : 0]);
        seen.add(`${names[index] ?? ''}, ${state}`);
      }
      await finishPurge(world.pool, id, 'done');
      await world.pool.query(MONTHS.map((month) => `drop table if exists audit.snapshot_${month}`).join(';'));
    }
    // Both orders happened.
    expect([...seen].filter((key) => key.endsWith('skipped')).length).toBeGreaterThan(2);
    expect([...seen].filter((key) => key.endsWith('removed')).length).toBeGreaterThan(2);
  },
  ROUNDS * 20_000,
);
