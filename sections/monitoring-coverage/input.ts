import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { heartbeatHabitsQuery } from '../shared/queries/heartbeat-habits.ts';
import * as monitoring from '../shared/queries/monitoring.ts';
import { positionsQuery, snapshotGapsQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { setting, settingIn } from '../shared/vocabulary/setting.ts';

export const SECTION = 'monitoring-coverage';
const upToAnHour = settingIn(z.number().positive().max(3600));

/** Thresholds of the monitoring coverage; catalogue 3.1, 3.7, 4.9, 4.9b and the alert rules of the data contract. */
export const settings = z.object({
  completenessWarnPercent: setting(99, 'DI11: below this share of snapshots MC-01 is found'),
  completenessHighPercent: setting(95, 'DI11: below this share MC-01 is HIGH'),
  completenessBadPercent: setting(85, 'DI11: at this share the check scores 0'),
  gapWarnS: setting(300, 'MC-01: one gap longer than this is a finding'),
  gapHighS: setting(1800, 'MC-01: one gap longer than this is HIGH'),
  newOpenedPerSnapshot: setting(15, 'MC-02: more openings than this in a minute is a warning'),
  errorsPerSnapshot: setting(5, 'MC-02: more errors than this in a minute is a warning'),
  agedPositions: setting(5, 'Alert rule aged: more than this is information only'),
  companionFactor: setting(2, 'MC-02: another counter came along from this many times its usual rate on'),
  criticalStreak: setting(3, 'MC-02: a critical alert over more snapshots than this is CRITICAL'),
  warningSnapshots: setting(10, 'MC-02: a warning in more snapshots than this is MEDIUM'),
  slotNearS: setting(5, 'MC-03: a snapshot this near to its slot counts by the slot, seconds'),
  miscountFactor: setting(
    3,
    'MC-03: tolerated events, in those expected while snapshots miss their interval',
  ),
  notWellPercent: setting(50, 'NA-05: above this share of heartbeats that are not well it is found'),
  notWellBeats: setting(5, 'NA-05: the share is told from so many heartbeats of a service on'),
  cycleStillS: upToAnHour(
    600,
    'NA-05: longest tolerated time over which heartbeats repeat one cycle, seconds',
  ),
  togetherBeats: setting(
    6,
    'NA-05: two instances beat at once from so many returns of one after the other on; a handover has one or two',
  ),
  restartsMost: setting(3, 'NA-05: more restarts than this in a window, by instance id or cycle, are found'),
  heartbeatGapS: upToAnHour(600, 'NA-01: longest tolerated silence between heartbeats, seconds'),
  uptimeGoodPercent: setting(99.9, 'EX10: full score from here'),
  uptimeWarnPercent: setting(99, 'EX10: half score here'),
  uptimeBadPercent: setting(95, 'EX10: score 0 from here down'),
});

export const queries = {
  snapshots: snapshotsQuery,
  snapshotGaps: snapshotGapsQuery,
  heartbeatGaps: monitoring.heartbeatGapsQuery,
  heartbeatHabits: heartbeatHabitsQuery,
  heartbeatMinutes: monitoring.heartbeatMinutesQuery,
  eventMinutes: monitoring.eventMinutesQuery,
  fillMinutes: monitoring.fillMinutesQuery,
  positions: positionsQuery,
};
export const uses = { thresholds };
export type Settings = z.output<typeof settings>;
export type Input = SectionInput<typeof queries, Settings, typeof uses>;

export const asked = idsOf(queries);
