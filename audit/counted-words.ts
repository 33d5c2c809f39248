/** "1 decision", "13 decisions". */
export function many(count: number, one: string, plural = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : plural}`;
}

/** "12 minutes", "3 hours", "2 days": how long, for people; never more than it was. */
export function lasting(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return many(Math.floor(milliseconds / 1000), 'second');
  if (minutes < 120) return many(minutes, 'minute');
  return minutes < 48 * 60 ? many(Math.floor(minutes / 60), 'hour') : many(Math.floor(minutes / 1440), 'day');
}
