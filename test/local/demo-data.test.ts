import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { demoAsOf, fillDemoOnce } from '../../local/demo-data.ts';
import { createPool } from '../../store/pool.ts';
import { freshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

test('a refill that ends half way is not taken for whole data by the next start', async () => {
  const [bot, store] = [await freshDatabase({ name: 'demo' }), await freshDatabase({ name: 'store' })];
  const pool = createPool(store.url);
  const stateDirectory = scratchDirectory('demo');
  const options = (now: string, refill = false, defects?: readonly string[] | null) => ({
    environment: {},
    stateDirectory,
    storeUrl: store.url,
    now: new Date(now),
    refill,
    ...(defects !== undefined && { defects }),
    databases: {
      auditUrl: store.url,
      demoAdminUrl: bot.url,
      demoReaderUrl: bot.url,
      demoReaderPassword: 'p'.repeat(12),
    },
  });
  const fill = (now: string, refill = false) => fillDemoOnce(options(now, refill));
  const file = join(stateDirectory, 'demo.json');
  expect(await fill('2026-11-20T08:10:00Z')).toMatchObject({ reused: false });
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(await fill('2026-11-20T16:10:00Z')).toMatchObject({
    asOf: '2026-11-20T08:00:00.000Z',
    reused: true,
  });

  // Data with other defects than the wished ones are filled anew; who names none takes what is there.
  const planted = (defects: readonly string[] | null) =>
    fillDemoOnce(options('2026-11-20T08:10:00Z', false, defects));
  expect(await planted(null)).toMatchObject({ reused: true });
  expect(await planted(['wallet-residual'])).toMatchObject({ reused: false });
  expect(await planted(['wallet-residual'])).toMatchObject({ reused: true });
  expect(await fill('2026-11-20T08:10:00Z')).toMatchObject({ reused: true });

  // The bot's tables are filled anew, the snapshots are not.
  await pool.query('alter table audit.snapshot rename to hidden');
  await expect(fill('2026-11-20T16:10:00Z', true)).rejects.toThrow('audit.snapshot');
  expect(existsSync(file)).toBe(false);
  expect(demoAsOf(options('2026-11-20T16:12:00Z'))).toBe('2026-11-20T16:00:00.000Z');
  await pool.end();
  await Promise.all([bot.drop(), store.drop()]);
}, 60_000);
