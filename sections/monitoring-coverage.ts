import { defineSection } from '../audit/define-section.ts';
import { checks } from './monitoring-coverage/checks.ts';
import { factsOf } from './monitoring-coverage/facts.ts';
import { queries, uses } from './monitoring-coverage/input.ts';
import { partsOf } from './monitoring-coverage/parts.ts';
import { gaugeIdentityBroken } from './monitoring-coverage/rule-gauge-identity.ts';
import { heartbeatSilences } from './monitoring-coverage/rule-heartbeat.ts';
import { snapshotAlerts } from './monitoring-coverage/rule-snapshot-alert.ts';
import { missingSnapshots } from './monitoring-coverage/rule-snapshots-missing.ts';
import { settings } from './monitoring-coverage/settings.ts';
import { heartbeatStatistics } from './monitoring-coverage/statistics-heartbeats.ts';
import { snapshotStatistics } from './monitoring-coverage/statistics-snapshots.ts';
import { defineTables } from './monitoring-coverage/tables.ts';

/** What was watched and what was not: the ground under all other sections. */
export const monitoringCoverage = defineSection({
  id: 'monitoring-coverage',
  number: null,
  title: 'Monitoring coverage',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    const { coverage, gauges, counters, alerts } = snapshotStatistics(facts, input);
    for (const group of [coverage, gauges, counters, alerts, heartbeatStatistics(facts, input)])
      group.define(out);
    defineTables(facts, input, out);
  },
  checks,
  rules: [missingSnapshots, snapshotAlerts, gaugeIdentityBroken, heartbeatSilences],
  parts: partsOf,
});
