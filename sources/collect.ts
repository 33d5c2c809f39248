import type pg from 'pg';
import { errorMessage } from '../audit/error-message.ts';
import type { BotConfig } from '../audit/configuration.ts';
import type {
  EntityState,
  Evidence,
  HistoryWindow,
  Policy,
  QueryRun,
  SourceState,
  Window,
} from '../audit/evidence.ts';
import type { Query, SourceName } from '../audit/query.ts';
import { createEvidenceScrubber } from '../audit/scrub.ts';
import type { Section } from '../audit/section.ts';
import { ms } from '../audit/time.ts';
import type { Parameters } from './database/compile.ts';
import { collectDatabase, type DatabaseEvidence } from './database/collect.ts';
import { isSameAddress, refuseSameDatabase } from './database/same-database.ts';
import type { Timeouts } from './database/connect.ts';
import { mappableEntities, readMapping } from './database/mapping.ts';
import { asWritten, unusableQuery, type Ran } from './query-run.ts';
import { collectSnapshots, type SnapshotEvidence } from './snapshots/collect.ts';
import { scrubbedEvidence } from './scrub-evidence.ts';
import { storeIdentity } from './store-identity.ts';

export { loadEvidence, openBundle, storeEvidence, type LoadedEvidence } from './bundle.ts';
export { SourceLost, SourceRefused } from './errors.ts';

export interface CollectRequest {
  readonly bot: BotConfig;
  readonly kind: string;
  readonly window: Window;
  /** Whose queries are asked; a query that several sections share is asked once. */
  readonly sections: readonly Section[];
  /** All entries of the report in order, also those without queries. */
  readonly entryIds: readonly string[];
  readonly policy: Policy;
  readonly history: readonly HistoryWindow[];
  /** ISO 8601 UTC. */
  readonly now: string;
  /** Width of a timeline's bucket; an hour when not given. */
  readonly bucketS?: number;
  /** Takes secrets out of what the bot wrote; left out: those that show by their form. */
  readonly scrub?: (text: string) => string;
  readonly storePool: pg.Pool;
  /** DSN of the store, to refuse a bot whose database is the same. */
  readonly storeUrl?: string;
  readonly timeouts?: Timeouts;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
}

export interface Collected {
  readonly evidence: Evidence;
  /** Rows as JSON Lines, by hash. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** No row of any timed entity within this time before the window's end: the source is stale. */
const STALE_MS = 600_000;

/**
 * Reads everything that one audit needs. Throws SourceLost when the database was lost on the way (try again, or take
 * `evidenceWithoutDatabase`), SourceRefused when it must not be read, and any error of our own store.
 */
export async function collectEvidence(request: CollectRequest): Promise<Collected> {
  const snapshots = await readSnapshots(request);
  const { bot } = request;
  const queries = queriesOf(request.sections).filter(({ source }) => source === 'database');
  if (bot.facts.sources.database === 'none') {
    const skipped = skipAll(queries, 'not_applicable', 'this bot declares no database');
    return bundle(request, {
      snapshots,
      ran: skipped,
      state: sourceState(request, 'database', { status: 'none' }),
    });
  }
  if (bot.databaseUrl === null) {
    const error = `no database is configured for bot ${bot.facts.name}`;
    const state = sourceState(request, 'database', { status: 'absent', error });
    return bundle(request, { snapshots, ran: skipAll(queries, 'source_failed', error), state });
  }
  if (request.storeUrl !== undefined && isSameAddress(bot.databaseUrl, request.storeUrl))
    refuseSameDatabase(bot.facts.name);
  const database = await collectDatabase({
    url: bot.databaseUrl,
    bot: bot.facts.name,
    mapping: await readMapping(bot.mappingFolder ?? bot.facts.mapping),
    timeZone: bot.facts.timeZone,
    allowWritableRole: bot.allowWritableRole,
    queries,
    parameters: parametersOf(request),
    seenAlive: snapshots.seen,
    storeIdentity: await storeIdentity(request.storePool),
    timeouts: request.timeouts,
    maxBytes: request.maxBytes,
    signal: request.signal,
    onProgress: request.onProgress,
  });
  const state = sourceState(request, 'database', {
    status: 'ok',
    dataAsOf: database.dataAsOf,
    remarks: database.remarks,
  });
  return bundle(request, { snapshots, ran: database.ran, database, state });
}

/** The evidence when the database stayed lost or must not be read: its source failed, the rest is as seen. */
export async function evidenceWithoutDatabase(request: CollectRequest, error: unknown): Promise<Collected> {
  const message = errorMessage(error);
  const snapshots = await readSnapshots(request);
  const queries = queriesOf(request.sections).filter(({ source }) => source === 'database');
  const state = sourceState(request, 'database', { status: 'failed', error: message });
  return bundle(request, { snapshots, ran: skipAll(queries, 'source_failed', message), state });
}

async function readSnapshots(request: CollectRequest): Promise<SnapshotEvidence> {
  return collectSnapshots({
    pool: request.storePool,
    bot: request.bot.facts.name,
    queries: queriesOf(request.sections).filter(({ source }) => source === 'snapshots'),
    parameters: parametersOf(request),
    declared: request.bot.facts.sources.snapshots !== 'none',
  });
}

/** Each query once, in the order of the sections. Two different queries under one id are a mistake in the sections. */
function queriesOf(sections: readonly Section[]): readonly Query[] {
  const queries = new Map<string, Query>();
  for (const query of sections.flatMap((section) => section.queries)) {
    const other = queries.get(query.id);
    if (other && other !== query) throw new Error(`two queries have the id ${query.id}`);
    queries.set(query.id, query);
  }
  return [...queries.values()];
}

function parametersOf({ window, bucketS = 3_600 }: CollectRequest): Parameters {
  return { from: window.from, to: window.to, bucket_s: bucketS };
}

function skipAll(
  queries: readonly Query[],
  reason: 'not_applicable' | 'source_failed',
  error: string,
): readonly Ran[] {
  return queries.map((query) => unusableQuery(query, asWritten(query), { status: 'skipped', reason, error }));
}

interface Parts {
  readonly snapshots: SnapshotEvidence;
  readonly ran: readonly Ran[];
  readonly database?: DatabaseEvidence;
  readonly state: SourceState;
}

function bundle(request: CollectRequest, { snapshots, ran, database, state }: Parts): Collected {
  const byId = new Map([...ran, ...snapshots.ran].map((one) => [one.run.id, one]));
  const ordered = queriesOf(request.sections).flatMap(({ id }) => byId.get(id) ?? []);
  const blobs = new Map<string, string>();
  const queries = ordered.map(({ run, blob }): QueryRun => {
    if (run.rows !== null && blob !== null) blobs.set(run.rows, blob);
    return run;
  });
  const { facts } = request.bot;
  const absent = (source: SourceName): SourceState =>
    facts.sources[source] === 'none'
      ? sourceState(request, source, { status: 'none' })
      : sourceState(request, source, { status: 'absent', error: `the audit does not read ${source} yet` });
  const evidence: Evidence = {
    version: 1,
    kind: request.kind,
    window: request.window,
    sections: request.entryIds,
    bot: facts,
    policy: request.policy,
    sources: {
      database: state,
      snapshots: snapshotsState(request, snapshots),
      logs: absent('logs'),
      exchange: absent('exchange'),
      configuration: absent('configuration'),
      code: absent('code'),
    },
    entities: [...(database?.entities ?? unseenEntities(request)), snapshots.entity],
    queries,
    history: request.history,
    databaseVersion: database?.version ?? null,
    alive: database?.heartbeats === true || snapshots.seen,
  };
  return scrubbedEvidence({ evidence, blobs }, request.scrub ?? createEvidenceScrubber([]));
}

function snapshotsState(request: CollectRequest, snapshots: SnapshotEvidence): SourceState {
  if (request.bot.facts.sources.snapshots === 'none')
    return sourceState(request, 'snapshots', { status: 'none' });
  if (snapshots.everHadRows)
    return sourceState(request, 'snapshots', { status: 'ok', dataAsOf: snapshots.dataAsOf });
  const error = `no snapshots of bot ${request.bot.facts.name} are in the store`;
  return sourceState(request, 'snapshots', { status: 'absent', error });
}

/** Without a database nothing is known of its entities; that is an error only when one was expected. */
function unseenEntities({ bot }: CollectRequest): readonly EntityState[] {
  if (bot.facts.sources.database === 'none') return [];
  return mappableEntities().map((entity) => ({
    entity,
    status: 'error',
    error: 'the database was not read',
    columns: [],
    wrongTypes: [],
    everHadRows: false,
    unknownSpellings: [],
    unusable: [],
  }));
}

function sourceState(
  request: CollectRequest,
  source: SourceName,
  seen: {
    readonly status: SourceState['status'];
    readonly error?: string;
    readonly dataAsOf?: string | null;
    readonly remarks?: readonly string[];
  },
): SourceState {
  const { bot, window, now } = request;
  const dataAsOf = seen.dataAsOf ?? null;
  const settledMs = ms(window.to) + bot.settleDelayS * 1_000;
  return {
    declared: bot.facts.sources[source],
    status: seen.status,
    ...(seen.error !== undefined && { error: seen.error }),
    ...(seen.remarks !== undefined && seen.remarks.length > 0 && { remarks: seen.remarks }),
    dataAsOf,
    // Data that end at a pinned time say nothing of the window after it.
    provisional:
      seen.status === 'ok' && (bot.asOf === null ? ms(now) < settledMs : ms(bot.asOf) < ms(window.to)),
    stale: seen.status === 'ok' && (dataAsOf === null || ms(dataAsOf) < ms(window.to) - STALE_MS),
  };
}
