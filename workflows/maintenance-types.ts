/** What the housekeeping of our own store found and did. */
export interface StoreKept {
  /** Months of snapshots whose partitions were made ahead: `2026-12`. */
  readonly monthsMade: readonly string[];
  /** Half-written artifacts and browser profiles of killed workers that were removed. */
  readonly leftovers: number;
  readonly databaseBytes: number;
  /** Part of it, with the indexes. */
  readonly snapshotBytes: number;
  readonly snapshotMonths: number;
  readonly artifacts: number;
  readonly artifactBytes: number;
  /** Of the artifacts' file system; null when it does not say. */
  readonly freeBytes: number | null;
  readonly warnings: readonly string[];
}

/** A bot's database as an audit would find it. */
export interface BotExamined {
  readonly bot: string;
  readonly outcome: 'works' | 'failed' | 'not tried';
  /** "PostgreSQL 18.0, 12 kinds of data can be read", then what is wrong or worth knowing. */
  readonly lines: readonly string[];
}

/** Result of `dailyMaintenance`. */
export interface MaintenanceResult {
  readonly store: StoreKept;
  readonly bots: readonly BotExamined[];
}
