import { createSemaphore } from './semaphore.ts';

/** Operations of the file system do not come back. Not the bot's fault, and no reason to wait for more of them. */
export class FileSystemHangs extends Error {
  override readonly name = 'FileSystemHangs';
  readonly code = 'ETIMEDOUT';
}

/**
 * Runs operations of one file system, so many at once. One that does not come back keeps its turn and one of the few file
 * threads that Node has, but nobody who waits for it: they get `FileSystemHangs` after the deadline.
 */
export interface FileTurns {
  run<T>(deadlineMs: number, work: () => Promise<T>): Promise<T>;
}

export function createFileTurns(atOnce: number): FileTurns {
  const turns = createSemaphore();
  let late = 0;

  return {
    async run(deadlineMs, work) {
      // All turns are with operations that hang: waiting for one of them would hang as well.
      if (late >= atOnce) throw new FileSystemHangs(`${String(late)} operations have not come back`);
      const operation: { state: 'waits' | 'runs' | 'late' | 'given up' } = { state: 'waits' };
      const worked = turns.enter(atOnce).then(async () => {
        try {
          if (operation.state === 'given up') throw new FileSystemHangs('no turn came in time');
          operation.state = 'runs';
          return await work();
        } finally {
          if (operation.state === 'late') late -= 1;
          turns.leave();
        }
      });
      // Nobody listens any more when it fails after its deadline.
      worked.catch(() => undefined);
      return withDeadline(worked, deadlineMs, () => {
        if (operation.state === 'runs') late += 1;
        operation.state = operation.state === 'runs' ? 'late' : 'given up';
        return new FileSystemHangs(`no answer in ${String(deadlineMs / 1000)} s`);
      });
    },
  };
}

/** What `work` gives, or the error of `late` when it takes longer than `ms`; the work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const ends = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, ms);
  });
  try {
    return await Promise.race([work, ends]);
  } finally {
    clearTimeout(timer);
  }
}
