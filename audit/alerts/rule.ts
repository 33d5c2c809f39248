import type { EntityName } from '../contract.ts';
import type { AlertThresholds } from './thresholds.ts';

export const ALERT_LEVELS = ['critical', 'warning'] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** Whether the mapping gives an entity, or a column of it. */
export type Provided = (entity: EntityName, column?: string) => boolean;

/** One bounded question; relations are written `@heartbeat`, parameters are `:from`, `:to` and `:slot` (as `:to`). */
export interface AlertQuestion {
  readonly entities: readonly EntityName[];
  readonly sql: string;
  /** How far before `:to` `:from` lies. */
  readonly minutes: number;
}

export type AlertRow = Readonly<Record<string, unknown>>;

/** Something that crosses its limit: one sentence with the number and the limit. */
export interface Crossing {
  /** What the alert is about, stable from look to look: with the rule it is the alert's fingerprint. */
  readonly subject: string;
  readonly text: string;
  /** In place of the rule's. */
  readonly level?: AlertLevel;
}

/** `unwatched`: why nothing crossing a limit does not mean that all is well. */
export interface Judged {
  readonly crossings: readonly Crossing[];
  readonly unwatched?: string;
}

export interface JudgeContext {
  readonly limits: AlertThresholds;
  /** When the rows were read, ISO 8601 UTC. */
  readonly at: string;
  readonly strategiesWithoutStop: readonly string[];
}

/** An alert of the table: what is asked, when it fires and what to do then. */
export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly level: AlertLevel;
  /** Entities that its question may read; one that is mapped and cannot be read makes the rule unknown. */
  readonly reads: readonly EntityName[];
  /** Rules of which this one is a consequence: while one of them fires, this one is listed in it and not sent. */
  readonly inhibitedBy: readonly string[];
  /** "no heartbeat for more than 10 minutes". */
  readonly condition: (limits: AlertThresholds) => string;
  /** What to do when it fires. */
  readonly todo: string;
  /** What a mapping lacks for it, or the question. */
  readonly ask: (limits: AlertThresholds, provided: Provided) => AlertQuestion | { readonly lacks: string };
  readonly judge: (rows: readonly AlertRow[], context: JudgeContext) => Judged;
}

export function numberIn(row: AlertRow | undefined, column: string): number {
  return Number(row?.[column] ?? 0);
}

/** Null for NULL and for a column that is not there. */
export function textIn(row: AlertRow | undefined, column: string): string | null {
  const value = row?.[column];
  return typeof value === 'string' ? value : null;
}

/** The first of these columns that a mapping does not give, as people say it; null: all are there. */
export function lacking(
  provided: Provided,
  entity: EntityName,
  ...columns: readonly string[]
): string | null {
  if (!provided(entity)) return `no ${entity} in the mapping`;
  const column = columns.find((name) => !provided(entity, name));
  return column === undefined ? null : `no column ${column} of ${entity} in the mapping`;
}
