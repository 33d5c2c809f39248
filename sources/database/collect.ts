import type { EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import type { Query } from '../../audit/query.ts';
import type { AppliedScope, Scope } from '../../audit/scope.ts';
import { asWritten, ranLines, unusableQuery, type Ran } from '../query-run.ts';
import { compileQuery, relationSql, type CompiledQuery, type Parameters } from './compile.ts';
import { TIMEOUTS, type Timeouts } from './connect.ts';
import { countedSql } from './counted.ts';
import { fetchDistribution } from './distribution.ts';
import { fetchRows, MAX_BYTES } from './fetch-rows.ts';
import { mappableEntities, type Mapping } from './mapping.ts';
import { entityState } from './preflight.ts';
import { newestTime } from './newest-time.ts';
import { beginningInWindow, type Beginning } from './oldest-time.ts';
import { scopedProbes } from './scope.ts';
import { refusal } from './refusal.ts';
import { probeEntity, relationOf, type Probe } from './relations.ts';
import { mustBeUnchanged } from './rewritten.ts';
import { refuseWritableRole } from './role-check.ts';
import { DATABASE_IDENTITY, refuseSameDatabase } from './same-database.ts';
import { openSession, type Session } from './session.ts';
import { namedStatements, timedSession, type StatementRun } from './statement-times.ts';
import type { ReadAt } from './latest-time.ts';
import { windowCondition } from './window-rows.ts';

export interface DatabaseRequest {
  readonly url: string;
  readonly bot: string;
  readonly mapping: Mapping;
  readonly timeZone: string;
  readonly allowWritableRole: boolean;
  readonly queries: readonly Query[];
  readonly parameters: Parameters;
  /** What the report is limited to. */
  readonly scope?: Scope | undefined;
  /** After which no row can have been written. */
  readonly readAt: ReadAt;
  /** Whether snapshots showed life in the window: then an empty table means that nothing happened. */
  readonly seenAlive: boolean;
  /** Identity of the audit's own store, which must be another database. */
  readonly storeIdentity: { readonly cluster: string; readonly database: string } | null;
  readonly timeouts?: Timeouts | undefined;
  /** As `CollectRequest.patient`. */
  readonly patient?: boolean | undefined;
  /** Most that the rows of one query may take, as JSON. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, rows: number) => void) | undefined;
}

export interface DatabaseEvidence {
  readonly entities: readonly EntityState[];
  readonly ran: readonly Ran[];
  readonly version: string;
  /** What could be limited to the scope that was asked for. */
  readonly scope?: AppliedScope;
  /** Heartbeats of the bot lie in the window. */
  readonly heartbeats: boolean;
  /** Newest row time before the window's end, over all timed entities. */
  readonly dataAsOf: string | null;
  readonly endsAt?: string | null;
  /** The first sign of the bot at work, where none is from before the window. */
  readonly beginsAt: Beginning | null;
  /** What its role may do beside reading, short of changing the bot's data. */
  readonly remarks: readonly string[];
  /** All that was asked, in order. */
  readonly statements: readonly StatementRun[];
}

/**
 * Reads one audit's evidence from the bot's database in one snapshot. A query that fails says so and the others go on.
 * Throws SourceLost when the connection is lost, SourceRefused when the database must not be read.
 */
export async function collectDatabase(request: DatabaseRequest): Promise<DatabaseEvidence> {
  const { url, bot, signal, patient, timeouts = TIMEOUTS } = request;
  const session = await openSession({ url, bot, signal, patient, timeouts });
  try {
    await refuseOwnStore(session, request);
    const remarks = await refuseWritableRole(session, request.mapping, {
      bot,
      allowed: request.allowWritableRole,
      parameters: request.parameters,
    });
    const timed = timedSession(session);
    const found = await readDatabase(timed.session, request);
    await mustBeUnchanged(session, request.mapping, request);
    return { ...found, remarks, statements: namedStatements(timed.asked, found.ran, request.mapping) };
  } finally {
    await session.close();
  }
}

/** Asks everything that one audit asks, over a session that is open and allowed. */
export async function readDatabase(
  session: Session,
  request: Pick<
    DatabaseRequest,
    | 'mapping'
    | 'timeZone'
    | 'queries'
    | 'parameters'
    | 'scope'
    | 'readAt'
    | 'seenAlive'
    | 'maxBytes'
    | 'onProgress'
  >,
): Promise<Omit<DatabaseEvidence, 'remarks' | 'statements'>> {
  const { mapping, timeZone, parameters, readAt, scope } = request;
  const maxBytes = request.maxBytes ?? MAX_BYTES;
  const total = request.queries.length;
  const probes = new Map<EntityName, Probe>();
  const entities: EntityState[] = [];
  for (const entity of mappableEntities(mapping.contract)) {
    const probe = await probeEntity(session, mapping, entity, { timeZone, parameters, readAt });
    probes.set(entity, probe);
    entities.push(await entityState(session, probe, parameters, readAt));
    request.onProgress?.(0, total, 0);
  }
  const states = new Map(entities.map((state) => [state.entity, state]));
  const heartbeats = await seenInWindow(session, probes.get('heartbeat'), parameters);
  const limited = scope === undefined ? null : await scopedProbes(session, probes, scope, parameters);
  const shown =
    limited === null ? entities : await limitedStates(session, entities, limited.probes, parameters, readAt);
  const ran: Ran[] = [];
  let rows = 0;
  for (const query of request.queries) {
    const alive = heartbeats || request.seenAlive;
    const result = await runQuery(session, {
      ...{ query, states, alive, parameters, maxBytes },
      probes: limited?.probes ?? probes,
    });
    ran.push(result);
    rows += result.run.rowCount;
    request.onProgress?.(ran.length, total, rows);
  }
  return {
    entities: shown,
    ran,
    version: await serverVersion(session),
    heartbeats,
    ...(limited !== null && { scope: limited.scope }),
    ...(await newestOf(session, probes, request)),
  };
}

/** The newest time before the window's end, the oldest where it lies in the window, and, where the data are pinned to end after it, before that end. */
async function newestOf(
  session: Session,
  probes: ReadonlyMap<EntityName, Probe>,
  { parameters, readAt: { asOf } }: Pick<DatabaseRequest, 'parameters' | 'readAt'>,
): Promise<Pick<DatabaseEvidence, 'dataAsOf' | 'endsAt' | 'beginsAt'>> {
  const relations = [...probes.values()].flatMap((probe) => (probe.status === 'ok' ? [probe.relation] : []));
  const dataAsOf = await newestTime(session, relations, parameters);
  const beginsAt = await beginningInWindow(session, relations, parameters);
  if (asOf === null || Date.parse(asOf) <= Date.parse(String(parameters['to'])))
    return { dataAsOf, beginsAt };
  return { dataAsOf, beginsAt, endsAt: await newestTime(session, relations, { ...parameters, to: asOf }) };
}

/**
 * What a limited report says of its entities, and the statements it prints, are of the rows that it covers; whether a table
 * ever held a row is asked of all of it.
 */
async function limitedStates(
  session: Session,
  states: readonly EntityState[],
  probes: ReadonlyMap<EntityName, Probe>,
  parameters: Parameters,
  readAt: ReadAt,
): Promise<readonly EntityState[]> {
  const limited: EntityState[] = [];
  for (const whole of states) {
    const probe = probes.get(whole.entity);
    const isLimited = probe?.status === 'ok' && probe.relation.select !== whole.select;
    const state = isLimited ? await entityState(session, probe, parameters, readAt) : whole;
    limited.push({ ...state, everHadRows: whole.everHadRows });
  }
  return limited;
}

interface QueryContext {
  readonly query: Query;
  readonly probes: ReadonlyMap<EntityName, Probe>;
  readonly states: ReadonlyMap<EntityName, EntityState>;
  readonly alive: boolean;
  readonly parameters: Parameters;
  readonly maxBytes: number;
}

async function runQuery(session: Session, context: QueryContext): Promise<Ran> {
  const { query, probes, parameters } = context;
  const broken = query.entities.map((entity) => probes.get(entity)).find(isBroken);
  if (broken) {
    return unusableQuery(query, asWritten(query), {
      status: 'skipped',
      reason: broken.reason,
      error: broken.error,
    });
  }
  const { distribution } = query;
  const sqlOf = distribution === undefined ? undefined : countedSql;
  const text = compileQuery(query, (entity) => relationOf(probes, entity), parameters, sqlOf);
  const first = query.entities[0];
  if (first !== undefined && context.states.get(first)?.everHadRows === false)
    return emptyTable(context, text, first);
  const limits = { rows: query.limit, bytes: context.maxBytes };
  const answer =
    distribution === undefined
      ? await fetchRows(session, text.sql, text.parameters, limits)
      : await fetchDistribution(session, distribution, text, limits);
  if (!answer.ok) {
    return unusableQuery(query, text, {
      status: 'error',
      reason: 'source_failed',
      error: refusal(answer),
    });
  }
  if (!answer.complete) {
    const error = `${answer.exceeded}; none of them were used`;
    return unusableQuery(query, text, { status: 'error', reason: 'truncated', error, rowCount: query.limit });
  }
  return ranLines(query, text, answer.lines);
}

function isBroken(probe: Probe | undefined): probe is Exclude<Probe, { readonly status: 'ok' }> {
  return probe !== undefined && probe.status !== 'ok';
}

/** A table that never held a row tells nothing happened only when something else shows that the bot was there. */
function emptyTable({ query, alive }: QueryContext, text: CompiledQuery, entity: EntityName): Ran {
  return unusableQuery(query, text, {
    status: 'skipped',
    reason: alive ? 'no_data' : 'inadequate_basis',
    error: `${entity} has no row from before the end of the window`,
  });
}

async function seenInWindow(
  session: Session,
  probe: Probe | undefined,
  parameters: Parameters,
): Promise<boolean> {
  if (probe?.status !== 'ok') return false;
  const relation = relationSql(probe.relation, new Set(['at']));
  const sql = `select exists (select 1 from ${relation} as h where ${windowCondition(probe.entity, 'h')}) as seen`;
  const answer = await session.ask(sql, parameters);
  return answer.ok && answer.rows[0]?.['seen'] === true;
}

/** `PostgreSQL 17.4`. */
export async function serverVersion(session: Session): Promise<string> {
  const answer = await session.ask("select current_setting('server_version') as version");
  const version = answer.ok ? String(answer.rows[0]?.['version']) : 'unknown';
  return `PostgreSQL ${version.split(' ')[0] ?? version}`;
}

async function refuseOwnStore(session: Session, { bot, storeIdentity }: DatabaseRequest): Promise<void> {
  if (!storeIdentity) return;
  const answer = await session.ask(DATABASE_IDENTITY);
  const row = answer.ok ? answer.rows[0] : undefined;
  if (row?.['cluster'] === storeIdentity.cluster && row['database'] === storeIdentity.database)
    refuseSameDatabase(bot);
}
