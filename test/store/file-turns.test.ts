import { expect, test } from '@jest/globals';
import { createFileTurns, FileSystemHangs } from '../../store/file-turns.ts';

/** An operation that comes back when it is told to. */
function operation() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, comesBack: resolve };
}

test('what hangs keeps its turn and nobody who waits for it; when all turns hang, the next is refused at once', async () => {
  const turns = createFileTurns(2);
  const hanging = [operation(), operation()];
  const late = hanging.map(({ work }) => turns.run(20, work));
  const waiting = turns.run(20, () => Promise.resolve('never had its turn'));
  for (const one of [...late, waiting]) await expect(one).rejects.toThrow(FileSystemHangs);
  await expect(turns.run(600_000, () => Promise.resolve('x'))).rejects.toThrow(
    '2 operations have not come back',
  );
  hanging[0]?.comesBack('at last');
  await new Promise(setImmediate);
  expect(await turns.run(600_000, () => Promise.resolve('served again'))).toBe('served again');
});

test('works run so many at once, in order, and each passes its turn on however it ends', async () => {
  const turns = createFileTurns(1);
  const [first, done] = [operation(), [] as string[]];
  const all = [
    turns.run(600_000, first.work),
    turns
      .run(600_000, () => Promise.reject(new Error('no such file')))
      .catch((error: unknown) => String(error)),
    turns.run(600_000, () => Promise.resolve('third')),
  ].map(async (one) => done.push(await one));
  await new Promise(setImmediate);
  expect(done).toEqual([]);
  first.comesBack('first');
  await Promise.all(all);
  expect(done).toEqual(['first', 'Error: no such file', 'third']);
});
