/** So many hold it at once; the others come in, in order, as those that hold it leave. */
export interface Semaphore {
  readonly waiting: number;
  isFull(atOnce: number): boolean;
  /** Resolves when the turn has come; a signal gives the waiting up, with its reason. */
  enter(atOnce: number, signal?: AbortSignal): Promise<void>;
  leave(): void;
}

export function createSemaphore(): Semaphore {
  const waiting: (() => void)[] = [];
  let held = 0;

  function next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onTurn = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(onTurn), 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(onTurn);
    });
  }

  return {
    get waiting() {
      return waiting.length;
    },
    isFull: (atOnce) => held >= atOnce,
    async enter(atOnce, signal) {
      signal?.throwIfAborted();
      // The one that leaves hands its turn over, so the number of those that hold it stays.
      if (held >= atOnce) await next(signal);
      else held += 1;
    },
    leave() {
      const first = waiting.shift();
      if (first === undefined) held -= 1;
      else first();
    },
  };
}
