/** What an error is to those who judge it; its class and its own fields do not survive the way between threads. */
interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: unknown;
  readonly retryable?: unknown;
}

/** What a thread gives back: the value, or what was thrown. */
export type Outcome<T> = { readonly value: T } | { readonly error: Thrown };

/** Runs `work` in the thread that is asked. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return {
      error: {
        name: error.name,
        message: error.message,
        stack: error.stack ?? '',
        ...('code' in error && { code: error.code }),
        ...('retryable' in error && { retryable: error.retryable }),
      },
    };
  }
}

/** The same error in the thread that asked. */
export function thrownAgain(thrown: Thrown): Error {
  return Object.assign(new Error(thrown.message), thrown);
}
