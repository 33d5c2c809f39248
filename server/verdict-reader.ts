import type { ArtifactStore } from '../audit/artifact.ts';
import { plainText } from '../audit/plain-text.ts';
import type { Report } from '../audit/report.ts';
import type { Text } from '../audit/text.ts';
import { ArtifactsUnavailable } from '../store/artifacts.ts';
import type { StoredReport } from '../store/reports.ts';
import type { ListedReport } from './listed-report.ts';

export type Said = Pick<ListedReport, 'verdict' | 'overall' | 'findings' | 'top'>;

/** Listed instead of a verdict when the report cannot be read under its hash, or is one of another window. */
export const DAMAGED: Said = { verdict: 'DAMAGED', overall: null, findings: null, top: null };

/** A hundred bots with some kinds each; then the oldest are read again. */
const KEPT = 5_000;
const MAX_TITLE = 200;

export interface VerdictReader {
  /** What a report said when it was read before; undefined: it was not. */
  known(stored: StoredReport): Said | undefined;
  read(stored: StoredReport): Promise<Said>;
}

/**
 * What a report itself says, read under its hash: a row of the store can be changed by hand, the report cannot. A hash
 * means one content, so each report is read once.
 */
export function createVerdictReader(artifacts: ArtifactStore): VerdictReader {
  const kept = new Map<string, Said>();
  const keyOf = ({ reportHash, bot, kind, window }: StoredReport): string =>
    JSON.stringify([reportHash, bot, kind, window]);
  return {
    known: (stored) => kept.get(keyOf(stored)),
    async read(stored) {
      const said = await read(artifacts, stored).catch((error: unknown) => {
        // A folder that does not answer says nothing of the reports in it.
        if (error instanceof ArtifactsUnavailable) throw error;
        return null;
      });
      if (said === null) return DAMAGED;
      kept.set(keyOf(stored), said);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      return said;
    },
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
  if (!isItsOwn) return null;
  const [first] = report.findings;
  return {
    verdict: judgement.verdict,
    overall: judgement.overall,
    findings: report.findings.length,
    top: first === undefined ? null : { severity: first.severity, title: titleOf(report, first.title) },
  };
}

function titleOf(report: Report, title: Text): string {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  return plainText(title, figures).slice(0, MAX_TITLE);
}
