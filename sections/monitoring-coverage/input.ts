import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import {
  eventMinutesQuery,
  heartbeatGapsQuery,
  heartbeatMinutesQuery,
} from '../shared/queries/monitoring.ts';
import { positionsQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';

export const SECTION = 'monitoring-coverage';
const number = z.number();

/** Thresholds of the monitoring coverage; catalogue 3.1, 3.7, 4.9, 4.9b and the alert rules of the data contract. */
export const settings = z.object({
  completenessWarnPercent: number.default(99).describe('DI11: below this share of snapshots MC-01 is found'),
  completenessHighPercent: number.default(95).describe('DI11: below this share MC-01 is HIGH'),
  completenessBadPercent: number.default(85).describe('DI11: at this share the check scores 0'),
  gapWarnS: number.default(300).describe('MC-01: one gap longer than this is a finding'),
  gapHighS: number.default(1800).describe('MC-01: one gap longer than this is HIGH'),
  newOpenedPerSnapshot: number
    .default(15)
    .describe('MC-02: more openings than this in a minute is a warning'),
  errorsPerSnapshot: number.default(5).describe('MC-02: more errors than this in a minute is a warning'),
  agedPositions: number.default(5).describe('Alert rule aged: more than this is information only'),
  criticalStreak: number
    .default(3)
    .describe('MC-02: a critical alert over more snapshots than this is CRITICAL'),
  warningSnapshots: number.default(10).describe('MC-02: a warning in more snapshots than this is MEDIUM'),
  heartbeatGapS: number
    .positive()
    .max(3600)
    .default(600)
    .describe('NA-01: longest tolerated silence between heartbeats, seconds'),
  uptimeGoodPercent: number.default(99.9).describe('EX10: full score from here'),
  uptimeWarnPercent: number.default(99).describe('EX10: half score here'),
  uptimeBadPercent: number.default(95).describe('EX10: score 0 from here down'),
});

export const queries = {
  snapshots: snapshotsQuery,
  heartbeatGaps: heartbeatGapsQuery,
  heartbeatMinutes: heartbeatMinutesQuery,
  eventMinutes: eventMinutesQuery,
  positions: positionsQuery,
};
export const uses = { thresholds };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

/** Ids of the queries, as figures and datasets name them. */
export function asked(...names: readonly (keyof typeof queries)[]): readonly string[] {
  return names.map((name) => queries[name].id);
}
