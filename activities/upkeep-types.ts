import type { BotTableCount } from '../audit/bot-retention.ts';
import type { Window } from '../audit/evidence.ts';
import type { ShownPlan } from '../audit/retention-text.ts';
import type { SnapshotNumbers } from '../audit/snapshot.ts';
import type { PurgeApproval } from '../store/retention/purges.ts';
import type { AuditInput } from '../workflows/types.ts';

// What the workflows beside the audits (monitor, purges, alerts, watchdog) learn from their activities; as in types.ts,
// all of it travels through Temporal's history.

export interface MonitorPlan {
  readonly bot: string;
  readonly window: Window;
  readonly settleDelayS: number;
  readonly searchAttributes: boolean;
  readonly period: string;
  readonly audit: { readonly workflowId: string; readonly summary: string; readonly input: AuditInput };
}

export interface SnapshotRequest {
  readonly bot: string;
  /** The minute, ISO 8601 UTC. */
  readonly slot: string;
  /** How long before its minute it is asked for, by Temporal's clock: so long the worker may wait for it. */
  readonly earlyMs?: number;
}

export interface SnapshotTaken {
  /** False when the slot was there already: a retry, or a second monitor of the same bot. */
  readonly inserted: boolean;
  /** What it counted; absent in histories of earlier workers. */
  readonly numbers?: SnapshotNumbers;
}

/** A plan of a purge: numbers and reasons; what exactly goes is written down in the store. */
export interface PurgePlanned extends ShownPlan {
  readonly purge: string;
  readonly planHash: string;
  readonly approval: PurgeApproval;
  readonly approvalHours: number;
}

/** What is past its period in a bot's own tables. */
export interface BotPurgePlan {
  readonly purge: string;
  readonly bot: string;
  readonly cutoff: string;
  /** False: a dry run, which counts and removes nothing. */
  readonly execute: boolean;
  /** Children before parents. */
  readonly tables: readonly BotTableCount[];
  readonly warnings: readonly string[];
}

/** The bots whose alerts are watched now. */
export interface AlertWatchPlan {
  readonly bots: readonly string[];
  readonly searchAttributes: boolean;
}

/** What one look at a bot's alerts found. */
export interface AlertWatched {
  readonly bot: string;
  readonly firing: number;
  /** Rules by their ids. */
  readonly unknown: readonly string[];
  readonly unwatched: readonly string[];
}

/** What the watchdog found missing. */
export interface WatchdogFound {
  readonly problems: number;
  /** Those that nobody was told yet. */
  readonly untold: readonly { readonly id: string; readonly text: string }[];
  readonly searchAttributes: boolean;
}
