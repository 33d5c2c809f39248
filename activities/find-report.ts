import { errorMessage } from '../audit/error-message.ts';
import type { BotFacts, QueryRun, Window } from '../audit/evidence.ts';
import { kindMeant } from '../audit/kinds.ts';
import { entriesOf } from '../audit/registry.ts';
import type { Report } from '../audit/report.ts';
import { scopedKind, scopeOf, type Scope } from '../audit/scope.ts';
import { ArtifactsUnavailable } from '../store/artifacts.ts';
import { findReports, useReport, type StoredReport } from '../store/reports.ts';
import type { AuditInput, ResolvedAudit } from '../workflows/types.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { scopeHash } from './scope-hash.ts';
import { loadReport, referenceTo } from './stored-report.ts';
import type { FoundReport } from './types.ts';

/** What there is of a planned audit. */
export interface Stored {
  /** A report that need not be made again: same scope, archived, settled, and all of it was read. */
  readonly found: FoundReport | null;
  /** One that lacks what could not be read then: worth another audit, and better than none. */
  readonly unread?: FoundReport;
}

const NOTHING: Stored = { found: null };

/** Looks for the newest finished report of a planned audit. */
export async function findStored(dependencies: ActivityDependencies, input: AuditInput): Promise<Stored> {
  const { facts } = findBot(dependencies.config, input.bot ?? null);
  if (input.from === undefined || input.to === undefined) return NOTHING;
  const window = { from: input.from, to: input.to };
  const scope = scopeOf(input) ?? undefined;
  const kind = scopedKind(kindMeant(input), scope ?? null);
  const newest = await newestReport(dependencies, facts, { kind, window, scope });
  // Archived without its PDF, which could not be printed then: worth another audit.
  if (newest?.files['json'] === undefined || newest.files['pdf'] === undefined) return NOTHING;
  const report = await readable(dependencies, newest, newest.files['pdf'].hash);
  // Collected before everything had arrived: worth another audit.
  if (report === null || Object.values(report.sources).some(({ provisional }) => provisional)) return NOTHING;
  if (!(await useReport(dependencies.pool, newest))) return NOTHING;
  const stored = { report: referenceTo(newest), verdict: report.judgement.verdict };
  return isUnread(report) ? { found: null, unread: stored } : { found: stored };
}

/** The newest report of an audit's window and scope, when that has read the bot's database; else null. */
export async function reportThatRead(
  dependencies: ActivityDependencies,
  audit: ResolvedAudit,
): Promise<StoredReport | null> {
  const newest = await newestOf(dependencies, audit);
  return newest?.report.sources.database.status === 'ok' ? newest.stored : null;
}

/** The same when it has read all that was read now, and some of what was refused now; else null. */
export async function reportThatReadMore(
  dependencies: ActivityDependencies,
  audit: ResolvedAudit,
  queries: readonly QueryRun[],
): Promise<StoredReport | null> {
  const now = refusedOf(queries);
  if (now.size === 0) return null;
  const newest = await newestOf(dependencies, audit);
  if (newest === null || newest.report.sources.database.status !== 'ok') return null;
  const then = refusedOf(newest.report.queries);
  return then.size < now.size && [...then].every((id) => now.has(id)) ? newest.stored : null;
}

function refusedOf(queries: readonly Pick<QueryRun, 'id' | 'reason'>[]): ReadonlySet<string> {
  return new Set(queries.filter(({ reason }) => reason === 'source_failed').map(({ id }) => id));
}

async function newestOf(
  dependencies: ActivityDependencies,
  { bot, kind, window, scope }: ResolvedAudit,
): Promise<{ readonly stored: StoredReport; readonly report: Report } | null> {
  const { facts } = findBot(dependencies.config, bot);
  const stored = await newestReport(dependencies, facts, { kind, window, scope });
  if (stored === undefined) return null;
  const report = await readable(dependencies, stored);
  return report === null ? null : { stored, report };
}

/** The newest report of a window with the scope that an audit of it would have now. */
async function newestReport(
  { pool, registry }: ActivityDependencies,
  { name, sources }: BotFacts,
  {
    kind,
    window,
    scope,
  }: { readonly kind: string; readonly window: Window; readonly scope?: Scope | undefined },
): Promise<StoredReport | undefined> {
  const hash = scopeHash(sources, entriesOf(registry, kind), scope);
  const found = await findReports(pool, { bot: name, kind, window });
  return found.find((report) => report.scopeHash === hash);
}

/** Inconclusive, and a source or a query of it failed: reading may succeed by now. */
function isUnread({ judgement, sources, queries }: Report): boolean {
  if (Object.values(sources).some(({ status }) => status === 'failed')) return true;
  return (
    judgement.verdict === 'INCONCLUSIVE' &&
    queries.some(({ status, reason }) => status !== 'ok' && reason === 'source_failed')
  );
}

/** The model of a stored report; null when its bytes or those of a file of it are gone: making it again writes them anew. */
async function readable(
  dependencies: ActivityDependencies,
  stored: StoredReport,
  fileHash?: string,
): Promise<Report | null> {
  const { bot, kind, window, revision, reportHash } = stored;
  try {
    if (fileHash !== undefined) await dependencies.artifacts.get(fileHash);
    return await loadReport(dependencies, reportHash);
  } catch (error) {
    // A folder that does not answer now says nothing of the report in it.
    if (error instanceof ArtifactsUnavailable) throw error;
    dependencies.log('warn', 'a stored report cannot be read and is made again', {
      ...{ bot, kind, revision },
      window: `${window.from} to ${window.to}`,
      error: errorMessage(error),
    });
    return null;
  }
}
