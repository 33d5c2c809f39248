import { describeDsn } from '../audit/describe-dsn.ts';
import { errorMessage } from '../audit/error-message.ts';
import type { QueryRun } from '../audit/evidence.ts';
import { kindOf } from '../audit/kinds.ts';
import { entriesOf } from '../audit/registry.ts';
import { createEvidenceScrubber } from '../audit/scrub.ts';
import { sentence } from '../audit/text.ts';
import {
  collectEvidence,
  evidenceWithoutDatabase,
  storeEvidence,
  type Collected as CollectedEvidence,
  type CollectRequest,
} from '../sources/collect.ts';
import { recordCollection } from '../store/collections.ts';
import { historyBefore, type StoredReport } from '../store/reports.ts';
import type { ResolvedAudit } from '../workflows/types.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { SourceLost } from '../sources/errors.ts';
import { failure, FAILURE } from './failures.ts';
import { reportThatRead, reportThatReadMore } from './find-report.ts';
import { createTurns } from './turns.ts';
import type { AuditActivities, Collected } from './types.ts';

/** Slowest statements of a bot's last collection that are kept, for `doctor`. */
const SLOWEST = 5;
/** Of one bot's database at once, where the configuration does not say. */
const CONNECTIONS = 2;

type Collecting = Pick<AuditActivities, 'collectEvidence' | 'collectWithoutDatabase'>;

/** Reads the sources and stores the bundle; returns its hash. The same evidence is stored once, however often it is read. */
export function createCollecting(dependencies: ActivityDependencies): Collecting {
  const { config, pool, registry, artifacts, scrub, log } = dependencies;
  const turns = createTurns();

  async function requestFor(audit: ResolvedAudit, signal: AbortSignal): Promise<CollectRequest> {
    const { facts, ...bot } = findBot(config, audit.bot);
    const entryIds = entriesOf(registry, audit.kind);
    return {
      bot: { facts, ...bot },
      kind: audit.kind,
      window: audit.window,
      ...(audit.scope !== undefined && { scope: audit.scope }),
      sections: registry.sections.filter(({ id }) => entryIds.includes(id)),
      entryIds,
      policy: config.policy,
      ...(config.preset !== undefined && { preset: config.preset }),
      history: await historyBefore(pool, audit.bot, audit.kind, audit.window),
      now: activityNow(),
      bucketS: kindOf(audit.kind, registry.kinds).bucketS,
      storePool: pool,
      scrub: createEvidenceScrubber(config.secrets),
      storeUrl: config.storeUrl,
      signal,
    };
  }

  /** What it cost is no part of the audit: that it could not be kept must not read the bot once more. */
  async function keepCost(audit: ResolvedAudit, { statements }: CollectedEvidence): Promise<void> {
    if (statements.length === 0) return;
    const slowest = [...statements].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
    const { bot, window } = audit;
    try {
      await recordCollection(pool, { bot, window, collectedAt: activityNow(), slowest });
    } catch (error) {
      log('warn', 'the times of a collection were not kept', { bot, error: scrub(errorMessage(error)) });
    }
  }

  async function stored(audit: ResolvedAudit, collected: CollectedEvidence): Promise<Collected> {
    await keepCost(audit, collected);
    const { evidence } = collected;
    const included = registry.sections.filter(({ id }) => evidence.sections.includes(id));
    return {
      evidenceHash: await storeEvidence(artifacts, collected),
      sections: included.map(({ id, title }) => ({ id, title })),
      queries: evidence.queries.length,
      failedQueries: evidence.queries.filter(({ status }) => status === 'error').length,
      rows: evidence.queries.reduce((total, { rowCount }) => total + rowCount, 0),
    };
  }

  return {
    collectEvidence: ({ audit, patient = false }) =>
      withHeartbeat(async (signal, report) => {
        const request = await requestFor(audit, signal);
        const { databaseUrl, connections = CONNECTIONS } = request.bot;
        const onProgress = (done: number, total: number, rows: number): void => {
          report({ done, total, rows });
        };
        const read = (): Promise<CollectedEvidence> => collectEvidence({ ...request, patient, onProgress });
        const place = databaseUrl === null ? null : describeDsn(databaseUrl);
        const collected = place === null ? await read() : await turns.run(place, connections, signal, read);
        const kept = await reportThatReadMore(dependencies, audit, collected.evidence.queries);
        if (kept !== null) throw reportKept(kept, whatWasRefused(collected.evidence.queries));
        return stored(audit, collected);
      }),
    collectWithoutDatabase: ({ audit, error }) =>
      withHeartbeat(async (signal) => {
        const kept = await reportThatRead(dependencies, audit);
        if (kept !== null) throw reportKept(kept, sentence(error));
        const request = await requestFor(audit, signal);
        return stored(audit, await evidenceWithoutDatabase(request, new SourceLost(error)));
      }),
  };
}

function reportKept({ revision }: StoredReport, why: string): Error {
  return failure(
    FAILURE.reportKept,
    `No new report of this window: ${why} Revision ${String(revision)} has read the database and stays the newest.`,
  );
}

/** The first of them says why as a rule: one table is read by many queries. */
function whatWasRefused(queries: readonly QueryRun[]): string {
  const refused = queries.filter(({ reason }) => reason === 'source_failed');
  const why = sentence(refused[0]?.error ?? 'a query failed');
  return refused.length < 2 ? why : `${why} ${String(refused.length)} queries did not run.`;
}
