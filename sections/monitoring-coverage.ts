import type { CheckOutcome } from '../audit/check.ts';
import { defineSection } from '../audit/define-section.ts';
import type { Output } from '../audit/section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text, type Text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { defineDatasets } from './monitoring-coverage/datasets.ts';
import { factsOf, queries } from './monitoring-coverage/facts.ts';
import { defineFigures } from './monitoring-coverage/figures.ts';
import { heartbeatSilences } from './monitoring-coverage/heartbeat-rule.ts';
import { gaugeIdentityBroken } from './monitoring-coverage/identity-rule.ts';
import { partsOf } from './monitoring-coverage/parts.ts';
import { settings } from './monitoring-coverage/settings.ts';
import { missingSnapshots, snapshotAlerts } from './monitoring-coverage/snapshot-rules.ts';
import { capitalised } from './shared/vocabulary/venue-figures.ts';

/** Outcome of a check that is a function of one figure. */
function byFigure(out: Output, key: string, r: (value: number) => number, seen: Text): CheckOutcome {
  const value = out.value(key);
  return isKnown(value)
    ? { state: 'known', r: r(Number(value.value)), credit: 1, text: seen }
    : {
        state: 'unknown',
        reason: value.reason,
        text: [sentence(value.detail ?? 'the figure could not be computed')],
      };
}

function sentence(words: string): string {
  return `${capitalised(words)}${words.endsWith('.') ? '' : '.'}`;
}

/** What was watched and what was not: the ground under all other sections. */
export const monitoringCoverage = defineSection({
  id: 'monitoring-coverage',
  number: null,
  title: 'Monitoring coverage',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    defineFigures(facts, input, out);
    defineDatasets(facts, out);
  },
  checks: [
    {
      id: 'EX10',
      title: 'System uptime',
      dimension: 'stability',
      weight: 10,
      source: 'database',
      evaluate: (_facts, { settings: s }, out) =>
        byFigure(
          out,
          'uptime',
          (uptime) => ladder(uptime, s.uptimeGoodPercent, s.uptimeWarnPercent, s.uptimeBadPercent),
          text`Uptime is ${fig('uptime')} by heartbeats, between ${fig('uptime_min')} and ${fig('uptime_max')}.`,
        ),
    },
    {
      id: 'NA1',
      title: 'Heartbeat gaps',
      dimension: 'stability',
      weight: 10,
      source: 'database',
      evaluate: (_facts, input, out) =>
        byFigure(
          out,
          'heartbeat_gaps',
          (gaps) => (gaps === 0 ? 1 : 0),
          text`The longest silence between heartbeats is ${fig('heartbeat_longest_gap')}; ${fig('heartbeat_gaps')} are over the limit of ${String(input.settings.heartbeatGapS)} s.`,
        ),
    },
    {
      id: 'DI11',
      title: 'Snapshot completeness',
      dimension: 'stability',
      weight: 5,
      source: 'snapshots',
      evaluate: (_facts, { settings: s }, out) =>
        byFigure(
          out,
          'snapshot_coverage',
          (percent) =>
            ladder(percent, s.completenessWarnPercent, s.completenessHighPercent, s.completenessBadPercent),
          text`${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots were taken.`,
        ),
    },
  ],
  rules: [
    {
      id: 'MC-01',
      dimension: 'stability',
      title: 'Snapshots missing',
      condition: 'DI11 below 99 %, or one gap over 5 min',
      evaluate: missingSnapshots,
    },
    {
      id: 'MC-02',
      dimension: 'risk',
      title: 'Snapshot alert',
      condition: 'an alert rule of the data contract fired in a snapshot',
      evaluate: snapshotAlerts,
    },
    {
      id: 'MC-03',
      dimension: 'integrity',
      title: 'Gauge identity broken',
      condition: 'open(to) differs from open(from) + opened - closed of the snapshots',
      evaluate: gaugeIdentityBroken,
    },
    {
      id: 'NA-01',
      dimension: 'stability',
      title: 'No heartbeat',
      condition: 'a silence between heartbeats over 10 min',
      evaluate: heartbeatSilences,
    },
  ],
  parts: partsOf,
});
