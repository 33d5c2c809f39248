import type pg from 'pg';
import type { BotConfig } from '../audit/configuration.ts';
import type { Contract, EntityName } from '../audit/contract.ts';
import type { EntityState, HistoryWindow, Policy, SourceState, Window } from '../audit/evidence.ts';
import type { PresetName } from '../audit/policy-presets.ts';
import type { Query, SourceName } from '../audit/query.ts';
import type { AppliedScope, Scope } from '../audit/scope.ts';
import type { Section } from '../audit/section.ts';
import type { Parameters } from './database/compile.ts';
import type { Beginning } from './database/oldest-time.ts';
import type { Timeouts } from './database/connect.ts';
import type { StatementRun } from './database/statement-times.ts';
import { asWritten, unusableQuery, type Ran } from './query-run.ts';

export interface CollectRequest {
  readonly bot: BotConfig;
  readonly kind: string;
  readonly window: Window;
  /** What the report is limited to; left out: the whole bot. */
  readonly scope?: Scope;
  /** Whose queries are asked; a query that several sections share is asked once. */
  readonly sections: readonly Section[];
  /** All entries of the report in order, also those without queries. */
  readonly entryIds: readonly string[];
  readonly policy: Policy;
  readonly preset?: PresetName;
  readonly history: readonly HistoryWindow[];
  /** ISO 8601 UTC. */
  readonly now: string;
  /** What mappings are read as; ours when left out. */
  readonly contract?: Contract;
  /** Width of a timeline's bucket; an hour when not given. */
  readonly bucketS?: number;
  /** Takes secrets out of what the bot wrote; left out: those that show by their form. */
  readonly scrub?: (text: string) => string;
  readonly storePool: pg.Pool;
  /** DSN of the store, to refuse a bot whose database is the same. */
  readonly storeUrl?: string;
  readonly timeouts?: Timeouts;
  /** What passes, such as a locked table, is thrown as SourceLost instead of costing its query. */
  readonly patient?: boolean;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
}

/** What a source is asked. */
export interface SourceQuestion {
  readonly request: CollectRequest;
  /** Those of the report's queries that name this source. */
  readonly queries: readonly Query[];
  readonly parameters: Parameters;
  /** A source before it in the list saw the bot at work in the window: then an empty table means that nothing happened. */
  readonly alive: boolean;
}

/** What a source gave. */
export interface SourceEvidence {
  readonly status: SourceState['status'];
  readonly error?: string;
  readonly remarks?: readonly string[];
  /** Newest event seen in it, not later than the window's end. */
  readonly dataAsOf?: string | null;
  /** Newest event before a pinned end of the data that lies after the window; absent where none is pinned. */
  readonly endsAt?: string | null;
  /** The first sign of the bot at work, where none is from before the window. */
  readonly beginsAt?: Beginning | null;
  readonly entities: readonly EntityState[];
  /** One for each query of the question, in any order. */
  readonly ran: readonly Ran[];
  /** It shows that the bot was at work in the window. */
  readonly alive: boolean;
  /** Of what could be limited to the scope that was asked for. */
  readonly scope?: AppliedScope;
  /** Of the server that was read. */
  readonly version?: string;
  /** What it was asked, with times: told beside the evidence, which does not depend on them. */
  readonly statements?: readonly StatementRun[];
}

/** A place that evidence comes from; `SOURCES` lists them. */
export interface Source {
  readonly name: SourceName;
  /** The contract entities that it serves. */
  readonly entities: readonly EntityName[];
  /** Reads it, if the bot declares it. Throws SourceLost (try again, or go on without it) and SourceRefused. */
  collect(question: SourceQuestion): Promise<SourceEvidence>;
}

/** A source that is not there: its queries were not asked, and what it serves was not seen. */
export function unread(
  { name, entities }: Pick<Source, 'name' | 'entities'>,
  { queries }: SourceQuestion,
  { status, error }: { readonly status: 'none' | 'absent' | 'failed'; readonly error: string },
): SourceEvidence {
  const isNone = status === 'none';
  const reason = isNone ? 'not_applicable' : 'source_failed';
  return {
    status,
    ...(!isNone && { error }),
    entities: isNone ? [] : entities.map((entity) => unseen(entity, name)),
    ran: queries.map((query) => unusableQuery(query, asWritten(query), { status: 'skipped', reason, error })),
    alive: false,
  };
}

function unseen(entity: EntityName, source: SourceName): EntityState {
  return {
    entity,
    status: 'error',
    error: `the ${source} ${source.endsWith('s') ? 'were' : 'was'} not read`,
    columns: [],
    wrongTypes: [],
    everHadRows: false,
    unknownSpellings: [],
    unusable: [],
  };
}
