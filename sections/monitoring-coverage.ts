import { defineSection } from '../audit/define-section.ts';
import { checks } from './monitoring-coverage/checks.ts';
import { factsOf } from './monitoring-coverage/facts.ts';
import { queries, SECTION, settings, uses } from './monitoring-coverage/input.ts';
import { defineTables, partsOf } from './monitoring-coverage/parts.ts';
import { missingSnapshots } from './monitoring-coverage/rule-snapshots.ts';
import { gaugeIdentityBroken } from './monitoring-coverage/rule-gauge-identity.ts';
import { heartbeatContradictions } from './monitoring-coverage/rule-contradictions.ts';
import { heartbeatSilences } from './monitoring-coverage/rule-heartbeat.ts';
import { snapshotAlerts } from './monitoring-coverage/rule-snapshot-alert.ts';
import { heartbeatStatistics } from './monitoring-coverage/heartbeat-statistics.ts';
import { snapshotStatistics } from './monitoring-coverage/statistics.ts';
import { findingsPart } from './shared/vocabulary/unseen.ts';

/** What was watched and what was not: the ground under all other sections. */
export const monitoringCoverage = defineSection({
  id: SECTION,
  number: null,
  title: 'Monitoring coverage',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of Object.values(snapshotStatistics(facts, input))) group.define(out);
    heartbeatStatistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks,
  rules: [missingSnapshots, snapshotAlerts, gaugeIdentityBroken, heartbeatSilences, heartbeatContradictions],
  parts: (facts, input, out, findings, rules) => [
    ...partsOf(facts, input, out),
    findingsPart(findings, rules),
  ],
});
