import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '../../local/process.ts';
import { createBrowserPool, type BrowserPool } from '../../report/pdf/browser-pool.ts';
import { chromiumPath } from '../support/chromium.ts';

let pool: BrowserPool | undefined;
afterEach(() => pool?.close());

async function poolOf(limits: { readonly rendersPerBrowser?: number; readonly idleMs?: number }) {
  const launched: number[] = [];
  const { executablePath, env } = await chromiumPath();
  const environment = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const options = { executablePath, environment, noSandbox: process.getuid?.() === 0 };
  pool = createBrowserPool({ ...options, ...limits, onLaunch: (pid) => launched.push(pid) });
  return { pool, launched };
}

/** A use of the pool that ends when it is told to. */
function held(from: BrowserPool): { readonly begun: Promise<number>; end(): Promise<void> } {
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<number>();
  const used = from.use(async (browser) => {
    begin(browser.process()?.pid ?? 0);
    await ended;
  });
  return {
    begun,
    async end() {
      end(undefined);
      await used;
    },
  };
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('all reports share one browser, two at a time, and the third waits for a place', async () => {
  const { pool, launched } = await poolOf({});
  const [first, second, third] = [held(pool), held(pool), held(pool)];
  expect(await first.begun).toBe(await second.begun);
  let hasThird = false;
  void third.begun.then(() => (hasThird = true));
  await new Promise(setImmediate);
  expect(hasThird).toBe(false);
  await first.end();
  expect(await third.begun).toBe(await second.begun);
  await Promise.all([second.end(), third.end()]);
  expect(launched).toHaveLength(1);
});

test('after its reports a browser is replaced, also when it is never without work, and ends with its last page', async () => {
  const { pool, launched } = await poolOf({ rendersPerBrowser: 2 });
  const [first, second] = [held(pool), held(pool)];
  const old = await first.begun;
  await second.end();
  const third = held(pool);
  expect(await third.begun).not.toBe(old);
  expect(isAlive(old)).toBe(true);
  await first.end();
  expect(await waitFor(() => !isAlive(old), 20_000)).toBe(true);
  expect(isAlive(await third.begun)).toBe(true);
  await third.end();
  expect(launched).toHaveLength(2);
});

test('a browser without work is stopped, and the next report starts another', async () => {
  const { pool, launched } = await poolOf({ idleMs: 1 });
  await held(pool).end();
  expect(await waitFor(() => !isAlive(launched[0]), 20_000)).toBe(true);
  const next = held(pool);
  expect(await next.begun).not.toBe(launched[0]);
  await next.end();
});

test('close leaves no browser behind', async () => {
  const { pool, launched } = await poolOf({});
  await held(pool).end();
  await pool.close();
  expect(launched.filter(isAlive)).toEqual([]);
});
