import type { MetricMeter } from '@temporalio/common';
import type { AlertLook } from '../audit/alerts/alert.ts';
import { BOT_METRICS } from '../audit/alerts/bot-metrics.ts';
import { ALERT_LEVELS } from '../audit/alerts/rule.ts';
import { OWN } from '../audit/metrics.ts';
import { ms } from '../audit/time.ts';
import type { MetricRead } from '../sources/alerts/look.ts';
import type { AlertWatched } from './upkeep-types.ts';

/** Labels of gauges seen before, so that one whose row is gone falls to zero instead of standing for ever. */
const seen = new Map<string, Set<string>>();

/**
 * A bot's numbers for Prometheus: gauges are set, counters grow by what was counted since the look before. What was not
 * read stands as it was.
 */
export function recordBotMetrics(meter: MetricMeter, bot: string, metrics: readonly MetricRead[]): void {
  for (const { name, kind, label, help } of BOT_METRICS) {
    const rows = metrics.find((metric) => metric.name === name)?.rows;
    if (rows === undefined) continue;
    const full = `audit_bot_${name}`;
    const tags = (text: string | null) => ({ bot, ...(label !== null && { [label]: text ?? 'unknown' }) });
    if (kind === 'counter') {
      const counter = meter.createCounter(full, '1', help);
      for (const row of rows) if (row.value > 0) counter.add(row.value, tags(row.label));
      continue;
    }
    const gauge = meter.createGauge(full, 'float', '1', help);
    const known = seen.get(`${full} ${bot}`) ?? new Set();
    for (const gone of known) if (!rows.some((row) => row.label === gone)) gauge.set(0, tags(gone));
    for (const row of rows) {
      gauge.set(row.value, tags(row.label));
      if (row.label !== null) known.add(row.label);
    }
    seen.set(`${full} ${bot}`, known);
  }
}

/** What a look found, and that there was one. */
export function recordLook(meter: MetricMeter, { bot, at, rules }: AlertLook, watched: AlertWatched): void {
  const firing = meter.createGauge(OWN.firing.name, 'int', '1', OWN.firing.help);
  const levels = rules.flatMap(({ firings }) => firings.map(({ level }) => level));
  for (const level of ALERT_LEVELS) firing.set(levels.filter((one) => one === level).length, { bot, level });
  const states = meter.createGauge(OWN.rules.name, 'int', '1', OWN.rules.help);
  const [unknown, unwatched] = [watched.unknown.length, watched.unwatched.length];
  states.set(rules.length - unknown - unwatched, { bot, state: 'watched' });
  states.set(unknown, { bot, state: 'unknown' });
  states.set(unwatched, { bot, state: 'unwatched' });
  meter.createGauge(OWN.looked.name, 'float', 's', OWN.looked.help).set(ms(at) / 1000, { bot });
}
