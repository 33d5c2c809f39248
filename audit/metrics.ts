import { BOT_METRICS } from './alerts/bot-metrics.ts';

/** A metric of ours on the worker's metrics port; counters end in `_total` there. */
export interface OwnMetric {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly labels: readonly string[];
  readonly help: string;
}

/** Of our own work. */
export const OWN = {
  mails: {
    name: 'audit_mails',
    kind: 'counter',
    labels: ['state'],
    help: 'Attempts to hand over a mail or chat message, by how they ended',
  },
  firing: {
    name: 'audit_alerts_firing',
    kind: 'gauge',
    labels: ['bot', 'level'],
    help: 'Alerts that the last look at a bot found',
  },
  rules: {
    name: 'audit_alert_rules',
    kind: 'gauge',
    labels: ['bot', 'state'],
    help: 'Alert rules by whether they can be watched: watched, unknown, unwatched',
  },
  looked: {
    name: 'audit_alert_watch_success_timestamp_seconds',
    kind: 'gauge',
    labels: ['bot'],
    help: 'When the alerts of a bot were last looked at, seconds since 1970',
  },
  watchdog: {
    name: 'audit_watchdog_success_timestamp_seconds',
    kind: 'gauge',
    labels: [],
    help: 'When the watchdog last looked at reports, deliveries and schedules, seconds since 1970',
  },
  problems: {
    name: 'audit_watchdog_problems',
    kind: 'gauge',
    labels: ['kind'],
    help: 'What the watchdog found by kind: window, delivery, schedule',
  },
} as const satisfies Readonly<Record<string, OwnMetric>>;

/** All of ours, as Prometheus shows them. */
export function shownMetrics(): readonly OwnMetric[] {
  const ofBots = BOT_METRICS.map(({ name, kind, label, help }): OwnMetric => ({
    name: `audit_bot_${name}`,
    kind,
    labels: ['bot', ...(label === null ? [] : [label])],
    help,
  }));
  return [...Object.values(OWN), ...ofBots].map((metric: OwnMetric) => ({
    ...metric,
    name: metric.kind === 'counter' ? `${metric.name}_total` : metric.name,
  }));
}
