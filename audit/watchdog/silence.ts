import { lasting } from '../counted-words.ts';
import { ms } from '../time.ts';

/** Four of its runs. */
const SILENT_MS = 3_600_000;

/** What the watchdog's own silence means, for people; null: it ran within the hour. */
export function silenceText(lastAt: string | null, nowMs: number): string | null {
  if (lastAt === null)
    return 'the watchdog never ran: nobody is told of missing reports (production-audit schedules apply)';
  const silentMs = nowMs - ms(lastAt);
  return silentMs <= SILENT_MS
    ? null
    : `the watchdog has not run for ${lasting(silentMs)}: nobody is told of missing reports`;
}
