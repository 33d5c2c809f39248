import type { MetricMeter } from '@temporalio/common';
import { expect, test } from '@jest/globals';
import { recordBotMetrics } from '../../activities/bot-metrics.ts';

/** Temporal's meter as far as bots' metrics use it: what was set or added last, by metric and label. */
function recordingMeter() {
  const last = new Map<string, number>();
  const instrument = (name: string) => {
    const put = (value: number, { bot, ...labels }: Readonly<Record<string, unknown>>): void => {
      last.set([bot, name, ...Object.values(labels)].join(' '), value);
    };
    return { set: put, add: put };
  };
  const meter = { createGauge: instrument, createCounter: instrument } as unknown as MetricMeter;
  return { meter, last };
}

test('a label whose row is gone falls to zero; a metric that was not read stands as it was', () => {
  const { meter, last } = recordingMeter();
  const stopped = { name: 'kill_switch', rows: [{ label: 'kill_switch', value: 1 }] };
  const engaged = 'metrics-bot audit_bot_kill_switch kill_switch';
  recordBotMetrics(meter, 'metrics-bot', [stopped]);
  expect(last.get(engaged)).toBe(1);
  // Its query failed, or the look had no time left for it.
  recordBotMetrics(meter, 'metrics-bot', []);
  expect(last.get(engaged)).toBe(1);
  recordBotMetrics(meter, 'metrics-bot', [{ name: 'kill_switch', rows: [] }]);
  expect(last.get(engaged)).toBe(0);
});
