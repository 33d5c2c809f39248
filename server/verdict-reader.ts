import type { ArtifactStore } from '../audit/artifact.ts';
import type { Report } from '../audit/report.ts';
import { ArtifactsUnavailable } from '../store/artifacts.ts';
import type { StoredReport } from '../store/reports.ts';
import type { ListedReport } from './index-page.ts';

type Said = Pick<ListedReport, 'verdict' | 'overall'>;

/** Listed instead of a verdict when the report cannot be read under its hash, or is one of another window. */
export const DAMAGED: Said = { verdict: 'DAMAGED', overall: null };

/** More than a list shows; then the oldest are read again. */
const KEPT = 400;

/**
 * What a report itself says, read under its hash: a row of the store can be changed by hand, the report cannot. A hash
 * means one content, so each report is read once.
 */
export function createVerdictReader(artifacts: ArtifactStore): (stored: StoredReport) => Promise<Said> {
  const kept = new Map<string, Said>();
  return async (stored) => {
    const key = JSON.stringify([stored.reportHash, stored.bot, stored.kind, stored.window]);
    const known = kept.get(key);
    if (known) return known;
    const said = await read(artifacts, stored).catch((error: unknown) => {
      // A folder that does not answer says nothing of the reports in it.
      if (error instanceof ArtifactsUnavailable) throw error;
      return null;
    });
    if (said === null) return DAMAGED;
    kept.set(key, said);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return said;
  };
}

async function read(artifacts: ArtifactStore, stored: StoredReport): Promise<Said | null> {
  const report = JSON.parse((await artifacts.get(stored.reportHash)).toString('utf8')) as Report;
  const { bot, kind, window, judgement } = report;
  const isItsOwn =
    bot.name === stored.bot &&
    kind === stored.kind &&
    Date.parse(window.from) === Date.parse(stored.window.from) &&
    Date.parse(window.to) === Date.parse(stored.window.to);
  return isItsOwn ? { verdict: judgement.verdict, overall: judgement.overall } : null;
}
