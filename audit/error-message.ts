/** What was thrown, in words: an error's message, or the thing itself. Anything can be thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
