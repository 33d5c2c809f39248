import type { PurgePlanned } from '../activities/upkeep-types.ts';
import type { PurgeClass } from '../audit/retention.ts';
import type { PurgeOutcome, Removed } from '../store/retention/purges.ts';

/** What a purge ends with. */
export interface PurgeResult {
  readonly purge: string;
  readonly plan: string;
  readonly outcome: PurgeOutcome;
  readonly approvedBy: string | null;
  readonly removed: Removed;
  /** The plan for people, a line a class. */
  readonly planned: readonly string[];
  /** What became of the mails of the plan. */
  readonly mails: string;
}

/** Answer of the query `progress` of a purge. */
export interface PurgeProgress {
  readonly stage: 'planning' | 'waiting' | 'removing' | 'ended';
  readonly plan: PurgePlanned | null;
  readonly approvedBy: string | null;
  /** Items that are still to be removed. */
  readonly left: Readonly<Partial<Record<PurgeClass, number>>>;
  readonly result: PurgeResult | null;
}
