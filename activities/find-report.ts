import { errorMessage } from '../audit/error-message.ts';
import { kindMeant } from '../audit/kinds.ts';
import { entriesOf } from '../audit/registry.ts';
import type { Report } from '../audit/report.ts';
import { findReports, type StoredReport } from '../store/reports.ts';
import type { AuditInput } from '../workflows/types.ts';
import { findBot, type ActivityDependencies } from './dependencies.ts';
import { scopeHash } from './scope-hash.ts';
import { loadReport, referenceTo } from './stored-report.ts';
import type { FoundReport } from './types.ts';

/** The newest finished report of a planned audit that need not be made again: same scope, archived, and settled. */
export async function findSettledReport(
  dependencies: ActivityDependencies,
  input: AuditInput,
): Promise<FoundReport | null> {
  const { config, pool, registry } = dependencies;
  const { facts } = findBot(config, input.bot ?? null);
  if (input.from === undefined || input.to === undefined) return null;
  const window = { from: input.from, to: input.to };
  const kind = kindMeant(input);
  const scope = scopeHash(facts.sources, entriesOf(registry, kind));
  const found = await findReports(pool, { bot: facts.name, kind, window });
  const newest = found.find((report) => report.scopeHash === scope);
  // Archived without its PDF, which could not be printed then: worth another audit.
  if (newest?.files['json'] === undefined || newest.files['pdf'] === undefined) return null;
  const report = await readable(dependencies, newest, newest.files['pdf'].hash);
  if (report === null) return null;
  // Collected before everything had arrived, or without a source that was lost then: worth another audit.
  const unsettled = Object.values(report.sources).some(
    ({ provisional, status }) => provisional || status === 'failed',
  );
  return unsettled ? null : { report: referenceTo(newest), verdict: report.judgement.verdict };
}

/** The model of a stored report; null when its bytes or its PDF's are gone: making it again writes them anew. */
async function readable(
  dependencies: ActivityDependencies,
  stored: StoredReport,
  pdfHash: string,
): Promise<Report | null> {
  const { bot, kind, window, revision, reportHash } = stored;
  try {
    await dependencies.artifacts.get(pdfHash);
    return await loadReport(dependencies, reportHash);
  } catch (error) {
    dependencies.log('warn', 'a stored report cannot be read and is made again', {
      ...{ bot, kind, revision },
      window: `${window.from} to ${window.to}`,
      error: errorMessage(error),
    });
    return null;
  }
}
