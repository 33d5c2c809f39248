import { tellsProtection } from '../../audit/alerts/open-positions-sql.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import type { SnapshotRow, TakenSnapshot } from '../../audit/snapshot.ts';
import { iso, ms } from '../../audit/time.ts';
import { compileQuery } from '../database/compile.ts';
import type { Timeouts } from '../database/connect.ts';
import { readMapping, type Mapping } from '../database/mapping.ts';
import { providedBy, relationOf } from '../database/relations.ts';
import { mustBeUnchanged } from '../database/rewritten.ts';
import { openSession, type Row, type Session } from '../database/session.ts';
import { SourceRefused, StatementTimeout } from '../errors.ts';
import { prepared, type Probes } from './prepared.ts';
import { tableCounters } from './table-counters.ts';
import { countsSql, eventCounts, positionsSql } from './take-sql.ts';

export interface TakeRequest {
  readonly bot: BotConfig;
  /** The nominal minute, ISO 8601 UTC; gauges are at it, counts are of the 60 seconds before it. */
  readonly slot: string;
  /** Waited for before the database is looked at, with the connection made. */
  readonly begins?: () => Promise<unknown>;
  readonly timeouts?: Timeouts;
  readonly signal?: AbortSignal;
}

/** A snapshot is a small question; what it cannot answer in this time would miss the minute, or harm the bot. */
const SNAPSHOT_TIMEOUTS: Timeouts = { statementMs: 8_000, lockMs: 500, connectMs: 5_000 };

/**
 * One snapshot of a bot at a nominal minute, computed from its database. What the mapping cannot feed is null: an event
 * type that the bot has never emitted is not a count of 0. Throws SourceLost and SourceRefused as `collectEvidence`.
 */
export async function takeSnapshot(request: TakeRequest): Promise<TakenSnapshot> {
  const { facts, databaseUrl } = request.bot;
  if (databaseUrl === null)
    throw new SourceRefused(`No database is configured for bot ${facts.name}, so no snapshot can be taken.`);
  const slot = iso(Math.floor(ms(request.slot) / 60_000) * 60_000);
  const parameters = { slot, from: iso(ms(slot) - 60_000), to: slot };
  const mapping = await readMapping(request.bot.mappingFolder ?? facts.mapping);
  const session = await openSession({
    url: databaseUrl,
    bot: facts.name,
    timeouts: request.timeouts ?? SNAPSHOT_TIMEOUTS,
    patient: true,
    begins: request.begins,
    signal: request.signal,
  });
  try {
    const takenAt = new Date().toISOString();
    const row = await rowOf(session, mapping, { bot: request.bot, slot, parameters });
    await mustBeUnchanged(session, mapping, { url: databaseUrl, bot: facts.name, parameters });
    return { ...row, taken_at: takenAt, tables: await tableCounters(session, mapping, request.signal) };
  } finally {
    await session.close();
  }
}

interface Asked {
  readonly bot: BotConfig;
  readonly slot: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** With what was seen of mapping and role before; a statement that fails by it is asked again with what is there now. */
async function rowOf(session: Session, mapping: Mapping, asked: Asked, anew = false): Promise<SnapshotRow> {
  const { bot, slot, parameters } = asked;
  const { probes, isKept } = await prepared(session, mapping, { bot, parameters, anew });
  const position = probes.get('position');
  if (position?.status !== 'ok') {
    throw new SourceRefused(
      `No snapshot of bot ${bot.facts.name} can be taken: ${position?.error ?? 'no position in its mapping'}.`,
    );
  }
  try {
    return await compute(session, { slot, parameters, probes, maxAgeH: bot.facts.limits.maxAgeH });
  } catch (error) {
    if (!isKept || !(error instanceof SourceRefused)) throw error;
    return rowOf(session, mapping, asked, true);
  }
}

interface Context {
  readonly slot: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly probes: Probes;
  readonly maxAgeH: number | null;
}

async function compute(session: Session, context: Context): Promise<SnapshotRow> {
  const { slot, probes, maxAgeH } = context;
  const provided = providedBy(probes);
  const byExchange = await ask(session, context, positionsSql(provided, maxAgeH));
  const counts = (await ask(session, context, countsSql(provided)))[0] ?? {};
  const events = provided('event') ? await ask(session, context, eventCounts(provided)) : [];
  const event = (name: string): number | null =>
    numberOf(events.find((row) => row['counter'] === name)?.['n']);
  const total = (column: string): number | null => {
    const values = byExchange.map((row) => numberOf(row[column]));
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  };
  return {
    at: slot,
    slot,
    total: total('open'),
    by_exchange: Object.fromEntries(byExchange.map((row) => [String(row['exchange']), Number(row['open'])])),
    unprotected: tellsProtection(provided) ? total('unprotected') : null,
    new_opened: numberOf(counts['opened']),
    prices_updated: event('prices_updated'),
    ts_activated: event('ts_activated'),
    sl_updates: numberOf(counts['stop_updates']) ?? event('sl_updates'),
    closed: numberOf(counts['closed']),
    aged: maxAgeH === null ? null : total('aged'),
    zombies: event('zombies'),
    emergency: event('emergency'),
    errors: event('errors'),
    ws_reconnects: event('ws_reconnects'),
  };
}

async function ask(
  session: Session,
  context: Context,
  question: { readonly sql: string; readonly entities: readonly EntityName[] },
): Promise<readonly Row[]> {
  const { sql, parameters } = compileQuery(
    { id: 'snapshot', ...question },
    (entity) => relationOf(context.probes, entity),
    context.parameters,
  );
  const answer = await session.ask(sql, parameters);
  if (!answer.ok) {
    const message = `The snapshot of ${context.slot} could not be computed: ${answer.message}`;
    // Cancelled by its own time: a session that is patient has lost the connection to anybody else's cancel.
    throw answer.code === '57014' ? new StatementTimeout(message) : new SourceRefused(message);
  }
  return answer.rows;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
