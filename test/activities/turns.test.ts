import { expect, test } from '@jest/globals';
import { createTurns, PlaceBusy } from '../../activities/turns.ts';

const forEver = new AbortController().signal;

/** A work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    promise,
    end: () => {
      resolve(undefined);
    },
  };
}

test('two are let in, two wait in their slots and take over, the others are sent away for about their turn', async () => {
  const turns = createTurns();
  const running: number[] = [];
  const works = [0, 1, 2, 3].map(work);
  const enter = (index: number): Promise<unknown> =>
    turns.run('db', 2, forEver, () => {
      running.push(index);
      return works[index]?.promise ?? Promise.resolve(undefined);
    });
  const all = [0, 1, 2, 3].map(enter);
  const sent: unknown[] = await Promise.all(
    [4, 5].map((index) => enter(index).catch((error: unknown) => error)),
  );
  for (const error of sent) expect(error).toBeInstanceOf(PlaceBusy);
  const [first, second] = sent.map((error) => (error as PlaceBusy).waitMs);
  expect(second).toBeGreaterThan(first ?? Infinity);
  expect(running).toEqual([0, 1]);
  works[1]?.end();
  await all[1];
  await new Promise(setImmediate);
  expect(running).toEqual([0, 1, 2]);
  for (const { end } of works) end();
  await Promise.all(all);
  expect(running).toEqual([0, 1, 2, 3]);
  await enter(9);
  expect(running).toEqual([0, 1, 2, 3, 9]);
});

test('one place delays no other, and a slow one keeps nobody in a slot', async () => {
  let now = 0;
  const turns = createTurns(() => now);
  const slow = work();
  const first = turns.run('slow', 1, forEver, () => slow.promise);
  expect(await turns.run('other', 1, forEver, () => Promise.resolve('done'))).toBe('done');
  now = 600_000;
  slow.end();
  await first;
  const again = work();
  const second = turns.run('slow', 1, forEver, () => again.promise);
  await expect(turns.run('slow', 1, forEver, () => Promise.resolve())).rejects.toMatchObject({
    waitMs: 60_000,
  });
  again.end();
  await second;
});

test('one that is cancelled while it waits leaves its place to the next, and one that fails as well', async () => {
  const turns = createTurns();
  const [holds, cancelled] = [work(), new AbortController()];
  const first = turns.run('db', 1, forEver, async () => {
    await holds.promise;
    throw new Error('lost');
  });
  const waiting = turns.run('db', 1, cancelled.signal, () => Promise.resolve('never'));
  cancelled.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  const next = turns.run('db', 1, forEver, () => Promise.resolve('let in'));
  holds.end();
  await expect(first).rejects.toThrow('lost');
  expect(await next).toBe('let in');
});
