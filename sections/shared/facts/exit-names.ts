/** The kind of a close, in one spelling everywhere; null when the bot only found it gone, or nothing reads its word. */
export function exitName(kind: string | null): string | null {
  if (kind === null || kind === 'cleanup' || kind === 'unknown') return null;
  return kind === 'target' ? 'take profit' : kind;
}
