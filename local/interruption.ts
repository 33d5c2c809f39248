/** The start was stopped by its caller; nothing of it runs. */
export class StackInterrupted extends Error {
  override readonly name = 'StackInterrupted';
}

/** Rejects with `why` when the signal aborts; never resolves. Who races it may have gone on by then. */
export function whenAborted(signal: AbortSignal | undefined, why: () => Error): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(why());
  };
  promise.catch(() => undefined);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return promise;
}

/** The same for the start of a stack. */
export function interruption(
  signal: AbortSignal | undefined,
  message = 'Interrupted while the stack was starting; nothing of it runs.',
): Promise<never> {
  return whenAborted(signal, () => new StackInterrupted(message));
}
