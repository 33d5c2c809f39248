import { expect, test } from '@jest/globals';
import { createSemaphore } from '../../store/semaphore.ts';

test('turns are handed over in order, and one that is given up leaves its place to the next', async () => {
  const semaphore = createSemaphore();
  const [came, gone] = [[] as string[], new AbortController()];
  const enter = async (name: string, signal?: AbortSignal): Promise<unknown> => {
    try {
      await semaphore.enter(1, signal);
      return came.push(name);
    } catch (error) {
      return error;
    }
  };
  await enter('first');
  const [second, third] = [enter('second', gone.signal), enter('third')];
  expect([semaphore.waiting, semaphore.isFull(1), semaphore.isFull(2)]).toEqual([2, true, false]);
  gone.abort(new Error('no patience'));
  expect(await second).toEqual(new Error('no patience'));
  semaphore.leave();
  await third;
  expect(came).toEqual(['first', 'third']);
  semaphore.leave();
  expect([semaphore.waiting, semaphore.isFull(1)]).toEqual([0, false]);
  expect(await enter('late', gone.signal)).toEqual(new Error('no patience'));
});
