import type { MetricMeter } from '@temporalio/common';
import type pg from 'pg';
import { lasting } from '../audit/alerts/rule.ts';
import { OWN } from '../audit/metrics.ts';
import { ms } from '../audit/time.ts';
import { lastSuccess } from '../store/watchdog.ts';

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

/** For the readiness page. */
export async function watchdogSilence(pool: pg.Pool): Promise<Readonly<Record<string, string>>> {
  // A store that does not answer is named by its own check.
  const lastAt = await lastSuccess(pool, 'watchdog').catch(() => undefined);
  const silence = lastAt === undefined ? null : silenceText(lastAt, Date.now());
  return silence === null ? {} : { watchdog: silence };
}

/** A worker that starts knows when the watchdog last ran, so that its silence shows from the start. */
export async function restoreWatchdogMetric(pool: pg.Pool, meter: MetricMeter): Promise<void> {
  const lastAt = await lastSuccess(pool, 'watchdog');
  meter
    .createGauge(OWN.watchdog.name, 'float', 's', OWN.watchdog.help)
    .set(lastAt === null ? 0 : ms(lastAt) / 1000);
}
