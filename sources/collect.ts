import { CONTRACT } from '../audit/contract.ts';
import { errorMessage } from '../audit/error-message.ts';
import type { Evidence, QueryRun, SourceState, Window } from '../audit/evidence.ts';
import { SOURCE_NAMES, type Query, type SourceName } from '../audit/query.ts';
import { policyOf } from '../audit/registry.ts';
import { createEvidenceScrubber } from '../audit/scrub.ts';
import type { Section } from '../audit/section.ts';
import { ms } from '../audit/time.ts';
import { database } from './database/source.ts';
import type { Beginning } from './database/oldest-time.ts';
import type { StatementRun } from './database/statement-times.ts';
import { exchange } from './exchange/source.ts';
import { scrubbedEvidence } from './scrub-evidence.ts';
import { snapshots } from './snapshots/source.ts';
import { asWritten, unusableQuery } from './query-run.ts';
import {
  unread,
  type CollectRequest,
  type Source,
  type SourceEvidence,
  type SourceQuestion,
} from './source.ts';

export { loadEvidence, openBundle, storeEvidence, type LoadedEvidence } from './bundle.ts';
export { SourceLost, SourceRefused } from './errors.ts';
export type { CollectRequest } from './source.ts';

export interface Collected {
  readonly evidence: Evidence;
  /** Rows as JSON Lines, by hash. */
  readonly blobs: ReadonlyMap<string, string>;
  /** What the sources were asked, with times. */
  readonly statements: readonly StatementRun[];
}

/** In the order in which they are read: what shows the bot at work first. */
export const SOURCES: readonly Source[] = [snapshots, database, exchange];

/** No row of any timed entity within this time before the window's end: the source is stale. */
const STALE_MS = 600_000;

type Found = ReadonlyMap<SourceName, SourceEvidence>;

/**
 * Reads everything that one audit needs. Throws SourceLost when a source was lost on the way (try again, or take
 * `evidenceWithoutDatabase`), SourceRefused when it must not be read, and any error of our own store.
 */
export async function collectEvidence(
  request: CollectRequest,
  sources: readonly Source[] = SOURCES,
): Promise<Collected> {
  const queries = queriesOf(request.sections);
  const { from, to } = request.window;
  const parameters = { from, to, bucket_s: request.bucketS ?? 3_600 };
  const found = new Map<SourceName, SourceEvidence>();
  for (const source of sources) {
    const own = queries.filter((query) => query.source === source.name);
    const alive = anyAlive(found);
    found.set(source.name, await collected(source, { request, queries: own, parameters, alive }));
  }
  return bundle(request, found);
}

/** The evidence when the database stayed lost or must not be read: its source failed, the rest is as seen. */
export async function evidenceWithoutDatabase(request: CollectRequest, error: unknown): Promise<Collected> {
  const failed = { status: 'failed', error: errorMessage(error) } as const;
  const lost: Source = {
    ...database,
    collect: (question) => Promise.resolve(unread(database, question, failed)),
  };
  return collectEvidence(
    request,
    SOURCES.map((source) => (source === database ? lost : source)),
  );
}

/** What counts the whole bot says nothing of a part of it. */
async function collected(source: Source, question: SourceQuestion): Promise<SourceEvidence> {
  if (question.request.scope === undefined || source.name === 'database') return source.collect(question);
  const evidence = await source.collect({ ...question, queries: [] });
  const error = `${source.name} are of the whole bot, and the report is limited to a part of it`;
  const ran = question.queries.map((query) =>
    unusableQuery(query, asWritten(query), { status: 'skipped', reason: 'missing_column', error }),
  );
  return { ...evidence, ran };
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

function anyAlive(found: Found): boolean {
  return [...found.values()].some(({ alive }) => alive);
}

function bundle(request: CollectRequest, found: Found): Collected {
  const all = [...found.values()];
  const ran = new Map(all.flatMap((source) => source.ran).map((one) => [one.run.id, one]));
  const blobs = new Map<string, string>();
  const queries = queriesOf(request.sections).flatMap(({ id }): QueryRun[] => {
    const one = ran.get(id);
    if (one === undefined) return [];
    if (one.run.rows !== null && one.blob !== null) blobs.set(one.run.rows, one.blob);
    return [one.run];
  });
  const order = Object.keys(request.contract ?? CONTRACT);
  const evidence: Evidence = {
    version: 1,
    kind: request.kind,
    window: request.window,
    ...(request.scope !== undefined && {
      scope: found.get('database')?.scope ?? { ...request.scope, whole: [], unread: [] },
    }),
    sections: request.entryIds,
    bot: request.bot.facts,
    policy: policyOf(request.sections, request.policy),
    ...(request.preset !== undefined && { preset: request.preset }),
    sources: Object.fromEntries(
      SOURCE_NAMES.map((name) => [name, stateOf(request, name, found.get(name))]),
    ) as Evidence['sources'],
    entities: all
      .flatMap(({ entities }) => entities)
      .sort((a, b) => order.indexOf(a.entity) - order.indexOf(b.entity)),
    queries,
    history: request.history,
    databaseVersion: found.get('database')?.version ?? null,
    alive: anyAlive(found),
  };
  const statements = all.flatMap((source) => source.statements ?? []);
  return {
    ...scrubbedEvidence({ evidence, blobs }, request.scrub ?? createEvidenceScrubber([])),
    statements,
  };
}

const isBefore = (newest: string | null, end: string): boolean =>
  newest === null || ms(newest) < ms(end) - STALE_MS;

function stateOf(
  { bot, window, now }: CollectRequest,
  name: SourceName,
  found: SourceEvidence | undefined,
): SourceState {
  const declared = bot.facts.sources[name];
  if (found === undefined) {
    const known = { declared, dataAsOf: null, provisional: false, stale: false };
    if (declared === 'none') return { ...known, status: 'none' };
    return { ...known, status: 'absent', error: `the audit does not read ${name} yet` };
  }
  const { status, error, remarks = [], dataAsOf = null } = found;
  const settledMs = ms(window.to) + bot.settleDelayS * 1_000;
  return {
    declared,
    status,
    ...(error !== undefined && { error }),
    ...(remarks.length > 0 && { remarks }),
    dataAsOf,
    // Data that end at a pinned time say nothing of the window after it.
    provisional: status === 'ok' && (bot.asOf === null ? ms(now) < settledMs : ms(bot.asOf) < ms(window.to)),
    stale: status === 'ok' && isBefore(dataAsOf, window.to),
    ...(status === 'ok' &&
      bot.asOf !== null &&
      found.endsAt !== undefined &&
      isBefore(found.endsAt, bot.asOf) && { endsEarly: { newest: found.endsAt, asOf: bot.asOf } }),
    ...(found.beginsAt &&
      isBefore(window.from, found.beginsAt.at) && { beginsLate: begins(window, found.beginsAt) }),
  };
}

function begins({ from }: Window, { at, of }: Beginning): NonNullable<SourceState['beginsLate']> {
  return { of, at, afterS: (ms(at) - ms(from)) / 1_000 };
}
