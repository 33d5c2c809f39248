import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { countMonths } from '../../store/retention/month-counts.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { beginChange, BOTS, dayOf, MONTH_CHANGES, type MonthChange } from './month-changes.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;

beforeEach(async () => {
  world = await createRetentionWorld();
});
afterEach(async () => {
  await world.close();
});

async function fill(month: string): Promise<void> {
  const at = `${dayOf(month, 2)}T00:00:00.000Z`;
  for (const bot of BOTS)
    await insertSnapshots(world.pool, bot, [{ at, slot: at, by_exchange: {} }] as never);
}

const planned = async (id: string): Promise<readonly unknown[]> => {
  const snapshots = (await world.plan(id)).classes.find(({ name }) => name === 'snapshots');
  return [snapshots?.items, snapshots?.rows, snapshots?.totalRows, snapshots?.kept];
};

/** What became of each planned month. */
async function executed(id: string): Promise<Readonly<Record<string, string>>> {
  await world.execute(id);
  const { rows } = await world.pool.query<{ key: string; end: string }>(
    `select key, coalesce(reason, state) as end from audit.purge_item where purge = $1 and class = 'snapshots' order by key`,
    [id],
  );
  return Object.fromEntries(rows.map(({ key, end }) => [key, end]));
}

/** What takes a month's triggers away for a while, as people and tools do it; what it holds may be another then. */
const UNSEEN: Readonly<Record<string, MonthChange>> = {
  'triggers off and on again': {
    then: (month) => [
      `alter table audit.snapshot_${month} disable trigger all`,
      `update audit.snapshot_${month} set total = 8`,
      `alter table audit.snapshot_${month} enable trigger all`,
    ],
  },
  'another partition of its name': {
    then: (month) => [
      `create table kept as select * from audit.snapshot_${month}`,
      `drop table audit.snapshot_${month}`,
      `create table audit.snapshot_${month} partition of audit.snapshot
         for values from ('${dayOf(month, 1)}') to ('${dayOf(month, 28)}')`,
      `insert into audit.snapshot select * from kept`,
    ],
  },
};

test('a month that is changed after it was planned stays, however it is changed, and the next plan counts it anew', async () => {
  const changes = Object.entries({ ...MONTH_CHANGES, ...UNSEEN });
  const months = changes.map((_, index) => String(202_301 + index));
  for (const month of [...months, '202212']) await fill(month);
  const begun = await Promise.all(changes.map(([, change]) => beginChange(world.storeUrl, change)));
  expect(await planned('p1')).toEqual([
    changes.length + 1,
    3 * changes.length + 3,
    3 * changes.length + 3,
    0,
  ]);
  for (const [index, change] of begun.entries())
    expect([changes[index]?.[0], await change(months[index] ?? '')]).toEqual([changes[index]?.[0], true]);
  expect(await executed('p1')).toEqual({
    snapshot_202212: 'removed',
    ...Object.fromEntries(months.map((month) => [`snapshot_${month}`, 'changed after it was planned'])),
  });
  const { rows } = await world.pool.query<{ n: number }>('select count(*) as n from audit.snapshot');
  expect(await planned('p2')).toEqual([months.length, rows[0]?.n, rows[0]?.n, 0]);
  expect(Object.values(await executed('p2'))).toEqual(months.map(() => 'removed'));
});

test('what comes twice, or is rolled back, is no change', async () => {
  await fill('202301');
  await planned('p1');
  await fill('202301');
  const undone = await beginChange(world.storeUrl, {
    then: (month) => [
      'begin',
      `update audit.snapshot_${month} set total = 1`,
      `delete from audit.snapshot`,
      'rollback',
    ],
  });
  await undone('202301');
  expect(await executed('p1')).toEqual({ snapshot_202301: 'removed' });
});

test('a month is counted once, those of today are not, and one that is being written to is in use', async () => {
  await fill('202301');
  await fill('202302');
  await world.snapshots('one', 0);
  const counts = async (): Promise<readonly unknown[]> => {
    const { rows } = await world.pool.query<{ id: number }>(
      'select month, id, rows from audit.snapshot_count where rows is not null order by month',
    );
    return rows;
  };
  const writer = await world.pool.connect();
  await writer.query('begin');
  await writer.query(`update audit.snapshot set total = 1 where at >= '2023-02-01' and at < '2023-03-01'`);
  expect(await planned('p1')).toEqual([1, 3, 9, 1]);
  await writer.query('commit');
  writer.release();
  const first = await counts();
  expect(first).toEqual([{ month: 'snapshot_202301', id: expect.any(Number), rows: 3 }]);
  expect(await planned('p2')).toEqual([2, 6, 9, 0]);
  const both = await counts();
  expect(both).toEqual([first[0], { month: 'snapshot_202302', id: expect.any(Number), rows: 3 }]);
  await countMonths(world.pool, new Date().toISOString(), () => undefined);
  expect(await counts()).toEqual(both);
  expect(await executed('p1')).toEqual({ snapshot_202301: 'removed' });
  expect(await executed('p2')).toEqual({ snapshot_202301: 'gone before', snapshot_202302: 'removed' });
  expect(await counts()).toEqual([]);
});
