import { ladder } from '../../audit/statistics.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { isKnown, missing } from '../../audit/value.ts';
import { check, score, unknown, unrecorded, type CheckSpec } from '../shared/vocabulary/check.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { restarts } from './contradictions.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

function byFigure(
  head: Omit<CheckSpec<Facts, Input>, 'rung' | 'judge'>,
  key: string,
  r: (value: number, settings: Input['settings']) => number,
  seen: (settings: Input['settings']) => Text,
) {
  return check<Facts, Input>({
    ...head,
    rung: 1,
    judge(_facts, { settings }, out) {
      const value = out.value(key);
      if (isKnown(value)) return score(r(Number(value.value), settings), seen(settings));
      const why = capitalised(value.detail ?? 'the figure could not be computed');
      return unknown(value.reason, [`${why}${why.endsWith('.') ? '' : '.'}`]);
    },
  });
}

/** More restarts of a service than the policy allows; the catalogue has the score and no id for it. */
const restarted = check<Facts, Input>({
  id: 'RESTARTS',
  title: 'Restarts',
  dimension: 'stability',
  weight: 2.5,
  source: 'database',
  rung: 1,
  judge(_facts, { rows: { heartbeatHabits: habits }, has, settings: { restartsMost } }) {
    if (!habits.ok) return unrecorded(habits);
    if (habits.rows.length === 0) return unrecorded(missing('no_data', 'no heartbeat in the window'));
    if (!has('heartbeat', 'instance_id') && !has('heartbeat', 'cycle'))
      return unrecorded(missing('no_data', 'heartbeats name neither their instance nor their cycle'));
    const most = Math.max(...habits.rows.map(restarts));
    return score(
      most > restartsMost ? 0 : 1,
      text`A service was restarted ${String(most)} times at most; more than ${String(restartsMost)} are too many.`,
    );
  },
});

export const checks = [
  restarted,
  byFigure(
    { id: 'EX10', title: 'System uptime', dimension: 'stability', weight: 10, source: 'database' },
    'uptime',
    (uptime, s) => ladder(uptime, s.uptimeGoodPercent, s.uptimeWarnPercent, s.uptimeBadPercent),
    () => text`Uptime is ${fig('uptime')} by heartbeats, ${fig('uptime_min')} at worst.`,
  ),
  byFigure(
    { id: 'NA1', title: 'Heartbeats', dimension: 'stability', weight: 10, source: 'database' },
    'heartbeat_gaps',
    (gaps) => (gaps === 0 ? 1 : 0),
    ({ heartbeatGapS }) =>
      text`The longest silence between heartbeats is ${fig('heartbeat_longest_gap')}; ${fig('heartbeat_gaps')} are over the limit of ${String(heartbeatGapS)} s.`,
  ),
  byFigure(
    { id: 'DI11', title: 'Snapshot completeness', dimension: 'stability', weight: 5, source: 'snapshots' },
    'snapshot_coverage',
    (percent, s) =>
      ladder(percent, s.completenessWarnPercent, s.completenessHighPercent, s.completenessBadPercent),
    () => text`${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots were taken.`,
  ),
];
