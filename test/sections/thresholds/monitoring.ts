import { beats, FROM, habit, snapshots, watched, type Row } from '../monitoring-coverage-support.ts';
import { at } from '../support.ts';
import {
  above,
  below,
  finds,
  from,
  grades,
  measures,
  names,
  says,
  scores,
  scoresBelow,
  upTo,
} from './sides.ts';

/** Without every tenth of 480 snapshots: 90 %. */
const tenth = watched({ snapshots: snapshots((slot) => (slot % 10 === 5 ? null : {})) });
const hole = (slots: number) =>
  watched({ snapshots: snapshots((slot) => (slot >= 100 && slot < 100 + slots ? null : {})) });
const some = (count: number, row: object, rest: object = {}) =>
  watched({ snapshots: snapshots((slot) => (slot >= 50 && slot < 50 + count ? row : rest) as never) });
const silent = (to: string) => watched({ 'heartbeat-gaps': beats(['trader', '02:00', to]) });
const habits = (over: Row) => watched({ 'heartbeat-habits': [habit(over)] });
/** Every second one so many seconds late, with 50 openings and closes, and so many positions more at once that nothing counted. */
const sampled = (lateS: number, surplus: number) =>
  watched({
    snapshots: snapshots((slot) => ({
      at: new Date(FROM + slot * 60_000 + (slot % 2) * lateS * 1_000).toISOString(),
      new_opened: slot > 0 && slot <= 50 ? 1 : 0,
      closed: slot > 0 && slot <= 50 ? 1 : 0,
      total: slot < 100 ? 10 : 10 + surplus,
    })),
  });
export const monitoringCoverage = {
  completenessWarnPercent: below(90, finds('MC-01'), tenth),
  completenessHighPercent: below(90, grades('MC-01', 'HIGH'), tenth),
  completenessBadPercent: upTo(90, scores('DI11', 0), tenth),
  gapWarnS: above(300, finds('MC-01'), hole(5), { settings: { completenessWarnPercent: 90 } }),
  gapHighS: above(300, grades('MC-01', 'HIGH'), hole(5), { settings: { completenessHighPercent: 80 } }),
  newOpenedPerSnapshot: above(16, finds('MC-02'), some(1, { new_opened: 16, closed: 16 })),
  errorsPerSnapshot: above(6, finds('MC-02'), some(1, { errors: 6 })),
  agedPositions: above(6, measures('snapshot_alert_snapshots', 1, { alert: 'aged' }), some(1, { aged: 6 })),
  companionFactor: from(
    4,
    says('The bot logged errors in these minutes'),
    some(3, { unprotected: 1, errors: 4 }, { errors: 1 }),
  ),
  criticalStreak: above(4, grades('MC-02', 'CRITICAL'), some(4, { unprotected: 1 })),
  warningSnapshots: above(11, grades('MC-02', 'MEDIUM'), some(11, { errors: 6 })),
  slotNearS: upTo(5, finds('MC-03'), sampled(5, 1)),
  miscountFactor: from(3, finds('MC-03'), sampled(6, 31)),
  notWellPercent: above(60, names('NA-05', 'not-well-degraded'), habits({ degraded: 288, word: 'DEGRADED' })),
  notWellBeats: from(480, names('NA-05', 'not-well-degraded'), habits({ degraded: 288, word: 'DEGRADED' })),
  cycleStillS: above(1200, finds('NA-05'), habits({ still_to: at('03:20'), still_beats: 21 })),
  togetherBeats: from(
    6,
    finds('NA-05'),
    habits({ instances: 2, returns: 6, returns_from: at('02:00'), returns_to: at('02:05') }),
  ),
  restartsMost: above(4, finds('NA-05'), habits({ resets: 4 })),
  heartbeatGapS: above(900, finds('NA-01'), silent('02:15')),
  uptimeGoodPercent: below(95, scoresBelow('EX10', 1), silent('02:29'), {
    settings: { uptimeWarnPercent: 80, uptimeBadPercent: 70 },
  }),
  uptimeWarnPercent: below(95, scoresBelow('EX10', 0.5), silent('02:29'), {
    settings: { uptimeBadPercent: 70 },
  }),
  uptimeBadPercent: upTo(95, scores('EX10', 0), silent('02:29')),
};
