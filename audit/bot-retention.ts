/** A table of a bot's own audit trail, and the column that says how old a row is. */
export interface RetainedTable {
  readonly table: string;
  readonly time: string;
}

/** Retention in a bot's own audit tables; absent: they are never touched. */
export interface BotRetention {
  /** DSN of a role of its own that may SELECT and DELETE there; secrets resolved, never logged. */
  readonly databaseUrl: string;
  readonly days: number;
  readonly tables: readonly RetainedTable[];
  /** Whether the scheduled run removes rows; else it only counts them. */
  readonly unattended: boolean;
  /** IANA zone of times without one. */
  readonly timeZone: string;
}

/** What a purge of a bot's tables came to. Counts are rows. */
export interface BotTableCount {
  readonly table: string;
  /** Older than the cutoff when it was planned. */
  readonly old: number;
  readonly removed: number;
  /** Old, and kept: another row, a held report or an open finding points at it. */
  readonly kept: number;
}

/** A month's rows where nobody knows better (audit trail operations guide: 1,000 to 5,000). */
const USUAL_ROWS = 5_000;

/** What an operator should look at: nothing to remove, or more than three times the usual. Earlier: totals of earlier runs. */
export function botPurgeWarnings(old: number, earlier: readonly number[]): readonly string[] {
  const usual =
    earlier.length === 0 ? USUAL_ROWS : earlier.reduce((sum, one) => sum + one, 0) / earlier.length;
  if (old === 0)
    return ['no row is past its period: does the bot still write its audit trail, and is the period right?'];
  if (old > 3 * usual)
    return [
      `${String(old)} rows are past their period, more than three times the usual ${String(Math.round(usual))}`,
    ];
  return [];
}
