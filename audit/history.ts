import type { HistoryWindow, Method, Window } from './evidence.ts';
import type { Report } from './report.ts';
import type { Finding } from './finding.ts';
import { isMeasuredAs, methodOf } from './method.ts';
import { plainText } from './plain-text.ts';
import type { SectionResult } from './section.ts';

/** Labels of the figures that later windows compare with: others are of one finding, or of rows that come and go. */
const COMPARED: ReadonlySet<string> = new Set(['exchange', 'check', 'dimension', 'strategy']);

/** What later windows remember of a report: enough for "what changed", little enough to be evidence itself. */
export function historyEntry(
  report: Report,
  reportHash: string,
  results: readonly Pick<SectionResult, 'rules'>[],
): HistoryWindow {
  const byVenue = (labels: Readonly<Record<string, string>>): boolean =>
    Object.keys(labels).every((label) => COMPARED.has(label));
  const blind = [...blindRules(results)].sort();
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  return {
    window: report.window,
    verdict: report.judgement.verdict,
    overall: report.judgement.overall,
    reportHash,
    findings: report.findings.map(({ rule, venue, severity, title, fingerprints, recurrence }) => ({
      rule,
      venue,
      severity,
      title: plainText(title, figures),
      fingerprints,
      windows: recurrence.windows,
    })),
    ...(blind.length > 0 && { blind }),
    method: methodOf(report),
    figures: Object.fromEntries(
      report.figures.flatMap(({ key, value, labels, unit }) =>
        value !== null && unit !== 'text' && unit !== 'time' && byVenue(labels) ? [[key, value]] : [],
      ),
    ),
  };
}

/** Rules that could not be judged: what they found before is not resolved by not being looked at. */
export function blindRules(results: readonly Pick<SectionResult, 'rules'>[]): ReadonlySet<string> {
  return new Set(
    results.flatMap(({ rules: { unjudged, outOfScope = [] } }) => [
      ...unjudged.map(({ id }) => id),
      ...outOfScope,
    ]),
  );
}

/** The windows that follow each other up to `from`, newest first: one without a report breaks the row. */
export function rowBefore(history: readonly HistoryWindow[], { from }: Window): readonly HistoryWindow[] {
  let edge = from;
  const end = history.findIndex(({ window }) => {
    if (window.to !== edge) return true;
    edge = window.from;
    return false;
  });
  return end === -1 ? history : history.slice(0, end);
}

/** A finding of an earlier window, with how that window measured. */
export type FoundBefore = HistoryWindow['findings'][number] & Pick<HistoryWindow, 'method'>;

/** What each rule found in the windows of the row back to the newest that could judge it, each once as it was last. */
export function foundBefore(row: readonly HistoryWindow[]): readonly FoundBefore[] {
  const known = new Set<string>();
  return row.flatMap(({ findings, method }, index) => {
    const isOpen = (rule: string): boolean =>
      row.slice(0, index).every(({ blind = [] }) => blind.includes(rule));
    const own = findings.filter(
      ({ rule, fingerprints }) => isOpen(rule) && !fingerprints.some((print) => known.has(print)),
    );
    for (const print of own.flatMap(({ fingerprints }) => fingerprints)) known.add(print);
    return own.map((finding) => ({ ...finding, ...(method !== undefined && { method }) }));
  });
}

/** What another ruler finds for the first time may have been there before: whether it is new was not judged. */
export function asMeasured(
  findings: readonly Finding[],
  [previous]: readonly HistoryWindow[],
  now: Method,
): readonly Finding[] {
  if (previous === undefined || isMeasuredAs(now)(previous)) return findings;
  return findings.map((finding) =>
    finding.recurrence.state === 'new'
      ? { ...finding, recurrence: { ...finding.recurrence, state: 'undecided' } }
      : finding,
  );
}
