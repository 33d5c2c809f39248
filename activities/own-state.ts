import type pg from 'pg';
import { iso, ms } from '../audit/time.ts';
import { silenceText } from '../audit/watchdog/silence.ts';
import { messagesSince } from '../store/outbox-summary.ts';
import { lastSuccess, openProblems } from '../store/watchdog.ts';

const DAY_MS = 86_400_000;

/**
 * What a report's mail says of the audit itself: a watchdog that fell silent, and once a day what became of all
 * messages, so that a day without this mail is known for what it is.
 */
export async function ownState(
  pool: pg.Pool,
  { kind, isLive, now }: { readonly kind: string; readonly isLive: boolean; readonly now: string },
): Promise<readonly string[]> {
  if (!isLive) return [];
  const isDaily = kind === 'daily';
  const lastAt = await lastSuccess(pool, 'watchdog');
  // Who has no schedules need not hear of it with every report.
  const silence = lastAt === null && !isDaily ? null : silenceText(lastAt, ms(now));
  const said = silence === null ? [] : [silence];
  return isDaily ? [...(await daily(pool, now, silence === null)), ...said] : said;
}

async function daily(pool: pg.Pool, now: string, isWatched: boolean): Promise<readonly string[]> {
  const { owed, accepted } = await messagesSince(pool, iso(ms(now) - DAY_MS), now);
  const messages =
    owed === accepted
      ? `all ${String(owed)} messages of the 24 hours before this mail were delivered`
      : `${String(accepted)} of ${String(owed)} messages of the 24 hours before this mail were delivered (production-audit deliveries list --failed)`;
  const problems = await openProblems(pool);
  const missing =
    problems === 0
      ? 'the watchdog misses nothing'
      : `the watchdog misses ${String(problems)}, as it has told`;
  return [isWatched ? `${messages}, and ${missing}` : messages];
}
