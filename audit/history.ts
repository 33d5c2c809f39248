import type { HistoryWindow } from './evidence.ts';
import type { Report } from './report.ts';
import { plainText } from './plain-text.ts';

/** Labels of the figures that later windows compare with: others are of one finding, or of rows that come and go. */
const COMPARED: ReadonlySet<string> = new Set(['exchange', 'check', 'dimension', 'strategy']);

/** What later windows remember of a report: enough for "what changed", little enough to be evidence itself. */
export function historyEntry(report: Report, reportHash: string): HistoryWindow {
  const byVenue = (labels: Readonly<Record<string, string>>): boolean =>
    Object.keys(labels).every((label) => COMPARED.has(label));
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  return {
    window: report.window,
    verdict: report.judgement.verdict,
    overall: report.judgement.overall,
    reportHash,
    findings: report.findings.map(({ rule, venue, severity, title, fingerprints }) => ({
      rule,
      venue,
      severity,
      title: plainText(title, figures),
      fingerprints,
    })),
    figures: Object.fromEntries(
      report.figures.flatMap(({ key, value, labels, unit }) =>
        value !== null && unit !== 'text' && unit !== 'time' && byVenue(labels) ? [[key, value]] : [],
      ),
    ),
  };
}
