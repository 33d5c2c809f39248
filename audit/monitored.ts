import type { BotConfig } from './configuration.ts';

/** Whether a schedule takes a snapshot of it every minute. A pinned bot's snapshots are those that were taken. */
export function isMonitored({ facts, databaseUrl, asOf, snapshots = 'monitor' }: BotConfig): boolean {
  return (
    asOf === null && databaseUrl !== null && facts.sources.snapshots !== 'none' && snapshots === 'monitor'
  );
}
