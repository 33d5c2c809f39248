/** What was thrown, in words: an error's message, or the thing itself. Anything can be thrown, also by another realm. */
export function errorMessage(error: unknown): string {
  // A name with several addresses of which none answers has an error for each, and no message of its own.
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(errorMessage))].join('; ');
  const message = error !== null && typeof error === 'object' && 'message' in error ? error.message : null;
  return typeof message === 'string' ? message : String(error);
}
