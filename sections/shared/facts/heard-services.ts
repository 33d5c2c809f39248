import type { HeartbeatGapRow } from '../queries/monitoring.ts';
import type { Thresholds } from '../settings.ts';

type Heard = Pick<HeartbeatGapRow, 'beats' | 'unwell' | 'hours_before' | 'latest_before'>;

/**
 * Whether the service beat in the window or ought to: it was heard regularly in the seven days before, or in the
 * window before. One that was heard now and then, days ago, is not down today.
 */
export function oughtToBeat(
  { beats, unwell, hours_before: hours, latest_before: latest }: Heard,
  { heardHours, heardBeats }: Pick<Thresholds, 'heardHours' | 'heardBeats'>,
): boolean {
  return beats + unwell > 0 || hours >= heardHours || latest >= heardBeats;
}
