import type { TableCounters } from './table-counters.ts';

/**
 * One monitoring snapshot: gauges at `at` (`total`, `by_exchange`, `unprotected`, `aged`) and counts of the 60 seconds
 * before it. Names are the contract's. Null: the bot does not tell, which is not 0.
 */
export interface SnapshotRow {
  /** ISO 8601 UTC; the exact time, the row's identity. */
  readonly at: string;
  /** The nominal minute it stands for, ISO 8601 UTC. */
  readonly slot: string;
  readonly total: number | null;
  readonly by_exchange: Readonly<Record<string, number>>;
  readonly unprotected: number | null;
  readonly new_opened: number | null;
  readonly prices_updated: number | null;
  readonly ts_activated: number | null;
  readonly sl_updates: number | null;
  readonly closed: number | null;
  readonly aged: number | null;
  readonly zombies: number | null;
  readonly emergency: number | null;
  readonly errors: number | null;
  readonly ws_reconnects: number | null;
}

/** A snapshot that the monitor took. */
export interface TakenSnapshot extends SnapshotRow {
  /** When its transaction began, by the worker's clock, ISO 8601 UTC. */
  readonly taken_at: string;
  readonly tables: TableCounters;
}

/** What a snapshot counted, as it travels: whoever watches the window needs no more. */
export type SnapshotNumbers = Omit<SnapshotRow, 'at'>;

/** A snapshot of a bot's own file, with what its line said of its time. */
export interface ImportedSnapshot extends SnapshotRow {
  /** The timestamp as written. */
  readonly written: string;
  /** IANA zone that it was read in; null when it carried its own. */
  readonly zone: string | null;
}

/** The numeric columns of a snapshot, in the contract's order. */
export const SNAPSHOT_COUNTS = [
  'total',
  'unprotected',
  'new_opened',
  'prices_updated',
  'ts_activated',
  'sl_updates',
  'closed',
  'aged',
  'zombies',
  'emergency',
  'errors',
  'ws_reconnects',
] as const satisfies readonly (keyof SnapshotRow)[];
