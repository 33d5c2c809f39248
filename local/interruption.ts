/** The start was stopped by its caller; nothing of it runs. */
export class StackInterrupted extends Error {
  override readonly name = 'StackInterrupted';
}

/** Rejects when the signal aborts; never resolves. */
export function interruption(
  signal: AbortSignal | undefined,
  message = 'Interrupted while the stack was starting; nothing of it runs.',
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => {
      reject(new StackInterrupted(message));
    };
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
