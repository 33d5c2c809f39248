import type { Hypothesis } from '../../audit/root-cause.ts';
import { gapWords } from '../../audit/snapshot-gap.ts';
import { ms } from '../../audit/time.ts';
import type { SnapshotGapRow } from '../shared/queries/trading-rows.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Interval } from './life.ts';

/** Why the minutes of a gap were missed, as the monitor noted it. */
export interface NotedReasons {
  /** Minutes by reason, in the order of their first one. */
  readonly minutes: ReadonlyMap<string, number>;
  readonly noted: number;
}

export function reasonsIn(rows: readonly SnapshotGapRow[], { from, to }: Interval): NotedReasons {
  const minutes = new Map<string, number>();
  // A gap begins where the snapshot was due, which a late one before it puts off by some seconds.
  const inside = rows.filter(({ slot }) => ms(slot) >= from - 30_000 && ms(slot) < to);
  for (const { reason } of inside) minutes.set(reason, (minutes.get(reason) ?? 0) + 1);
  return { minutes, noted: inside.length };
}

/** One reason as it is; of several, each with its minutes. Null: nothing was noted. */
export function reasonText({ minutes, noted }: NotedReasons, slots: number): string | null {
  if (noted === 0) return null;
  const unnoted = Math.max(0, slots - noted);
  const [only] = minutes.keys();
  if (only !== undefined && minutes.size === 1 && unnoted === 0) return gapWords(only);
  const parts = [...minutes].map(([reason, count]) => `${gapWords(reason)} (${minutesText(count)})`);
  return [...parts, ...(unnoted > 0 ? [`not noted (${minutesText(unnoted)})`] : [])].join('; ');
}

const minutesText = (count: number): string => `${String(count)} ${noun(count, 'minute')}`;

/** The monitor's own record; nothing where it noted nothing of a gap, which leaves what other sources show. */
export function notedCause(major: readonly { readonly reason: string | null }[]): readonly Hypothesis[] {
  const reasons = [...new Set(major.map(({ reason }) => reason))];
  if (reasons.length === 0 || reasons.includes(null)) return [];
  const said = hypothesis('noted', `The monitor noted why: ${reasons.join('; ')}.`, [
    'the monitor noted a reason for every long gap',
    true,
  ]);
  return [{ ...said, direct: true }];
}
