import { entryId, type Registry } from '../audit/registry.ts';

export type KindId = 'production' | 'monthly';

/** A report kind: which entries make it, how long its window may be, how wide its timeline's buckets are. */
export interface Kind {
  readonly id: KindId;
  readonly title: string;
  readonly maxHours: number;
  readonly bucketS: number;
  /** The window must be this calendar period in UTC. */
  readonly calendar: 'month' | null;
}

export const KINDS: Readonly<Record<KindId, Kind>> = {
  production: { id: 'production', title: 'Production audit', maxHours: 24, bucketS: 3600, calendar: null },
  monthly: { id: 'monthly', title: 'Monthly audit', maxHours: 31 * 24, bucketS: 86_400, calendar: 'month' },
};

/** Ids of the entries of a kind, in the report's order: for now both kinds show all there is. */
export function entriesOf(registry: Registry): readonly string[] {
  return registry.entries.map(entryId);
}
