import type { MetricMeter } from '@temporalio/common';
import type pg from 'pg';
import { OWN } from '../audit/metrics.ts';
import { ms } from '../audit/time.ts';
import { silenceText } from '../audit/watchdog/silence.ts';
import { lastSuccess } from '../store/watchdog.ts';

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
