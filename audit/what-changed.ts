import { formatValue } from './format.ts';
import { blindRules, foundBefore, rowBefore, type FoundBefore } from './history.ts';
import type { HistoryWindow, Window } from './evidence.ts';
import type { Figure } from './figure.ts';
import { severityRank, type Finding, type Recurrence } from './finding.ts';
import { isMeasuredAs, methodChanges, methodOfAudit } from './method.ts';
import { plainText } from './plain-text.ts';
import type { EvaluatedAudit } from './registry.ts';
import type { Change, FigureChange, Front } from './report.ts';
import { median } from './statistics.ts';
import { spanMs } from './time.ts';

/** A median of fewer windows says nothing of what is usual. */
const WINDOWS_NEEDED = 5;
/** A change beyond so many median absolute deviations is larger than noise (as EX9 reads it). */
const NOISES = 3;
/** Share by which windows of one length may differ: 28 and 31 days are months. */
const SAME_LENGTH = 0.11;

/** Beside the four scores and the overall number: what an operator compares from shift to shift. */
const KEY_FIGURES: readonly string[] = [
  'positions_opened',
  'positions_closed',
  'net_pnl',
  'fees_paid',
  'win_rate',
  'critical_alerts',
  'errors_logged',
  'uptime',
  'snapshots_observed',
  'api_error_rate',
  'entry_failures',
  'unprotected_time',
];

/**
 * Against the report of the window just before, and what is usual in the windows before this one: only what was measured in
 * the same way is compared, so that a change of the ruler is none of the bot.
 */
export function whatChanged(audit: EvaluatedAudit): Front['changes'] {
  const { evidence, findings, judgement, figures } = audit;
  const row = rowBefore(evidence.history, evidence.window);
  const [previous] = row;
  const before = foundBefore(row);
  const byKey = new Map(figures.map((figure) => [figure.key, figure]));
  const now = new Set(findings.flatMap(({ fingerprints }) => fingerprints));
  const toChange = (finding: Finding): Change => ({
    rule: finding.rule,
    title: plainText(finding.title, byKey),
    finding: finding.id,
    windows: finding.recurrence.windows,
  });
  // Without a report of the window before, nobody knows what is new; nor of what it could not judge.
  const stateOf = (state: Recurrence['state']): readonly Finding[] =>
    previous ? findings.filter(({ recurrence }) => recurrence.state === state) : [];
  const undecided = stateOf('undecided');
  const recurring = stateOf('recurring');
  const gone = before.filter(({ fingerprints }) => !fingerprints.some((print) => now.has(print)));
  const blind = blindRules(audit.results);
  const ruler = methodOfAudit(audit);
  const isComparable = isMeasuredAs(ruler);
  const changesOf = (isJudged: boolean): readonly Change[] =>
    gone
      .filter((one) => (!blind.has(one.rule) && isComparable(one)) === isJudged)
      .map(({ rule, title }) => ({ rule, title, windows: 0 }));
  const unseen = changesOf(false);
  const worse = recurring.filter((finding) => isWorse(finding, before.filter(isComparable)));
  const unusual = unusualFigures(
    figures,
    evidence.history.filter((one) => isAsLong(one.window, evidence.window) && isComparable(one)),
  );
  // Of the newest report there is, wherever it ends.
  const earlier = evidence.history[0]?.method;
  const method = earlier ? methodChanges(earlier, ruler) : [];
  return {
    compared: previous !== undefined,
    new: stateOf('new').map(toChange),
    ...(undecided.length > 0 && { undecided: undecided.map(toChange) }),
    ...(worse.length > 0 && { worsened: worse.map(toChange) }),
    recurring: recurring.filter((finding) => !worse.includes(finding)).map(toChange),
    resolved: changesOf(true),
    ...(unseen.length > 0 && { unseen }),
    ...(unusual.length > 0 && { figures: unusual }),
    ...(method.length > 0 && { method }),
    trend: [
      ...[...evidence.history].reverse().map(({ window, overall }) => ({ to: window.to, overall })),
      { to: evidence.window.to, overall: judgement.overall },
    ],
  };
}

/** Of a higher severity than what it goes on from had when it was last looked at. */
function isWorse({ fingerprints, severity }: Finding, before: readonly FoundBefore[]): boolean {
  const same = before.filter((one) => one.fingerprints.some((print) => fingerprints.includes(print)));
  return same.length > 0 && same.every((one) => severityRank(severity) < severityRank(one.severity));
}

/** Counts of eight hours are no measure for those of a day; months are as long as each other. */
function isAsLong(one: Window, other: Window): boolean {
  return Math.abs(spanMs(one) - spanMs(other)) <= SAME_LENGTH * spanMs(other);
}

/** Scores and key figures that are further from the median of the last windows than their noise, largest first. */
function unusualFigures(
  figures: readonly Figure[],
  history: readonly HistoryWindow[],
): readonly FigureChange[] {
  const isKey = ({ key, name }: Figure): boolean =>
    name === 'score' || name === 'overall' || KEY_FIGURES.includes(key);
  return figures
    .filter(isKey)
    .flatMap((figure) => {
      const earlier = history.flatMap(({ figures: all }) => {
        const value = Number(all[figure.key] ?? Number.NaN);
        return Number.isFinite(value) ? [value] : [];
      });
      const found = figure.value === null ? null : beyondNoise(Number(figure.value), earlier, figure);
      return found === null ? [] : [found];
    })
    .sort((a, b) => b.times - a.times)
    .map(({ change }) => change);
}

function beyondNoise(
  value: number,
  earlier: readonly number[],
  figure: Figure,
): { readonly times: number; readonly change: FigureChange } | null {
  const usual = median(earlier);
  if (usual === null || earlier.length < WINDOWS_NEEDED) return null;
  const deviation = median(earlier.map((one) => Math.abs(one - usual))) ?? 0;
  // Counts scatter by their root even where the last windows happened to agree.
  const noise = figure.unit === 'count' ? Math.max(deviation, Math.sqrt(Math.abs(usual)), 1) : deviation;
  const distance = Math.abs(value - usual);
  if (distance <= NOISES * noise || distance < 1e-9) return null;
  const written = (one: number): string =>
    formatValue(one, figure.unit, figure.currency === undefined ? {} : { currency: figure.currency });
  // A change that the printed numbers do not show would be a riddle.
  if (written(value) === written(usual)) return null;
  const text = `${figure.title} ${written(value)}; median of ${String(earlier.length)} windows ${written(usual)}, their usual distance from it ${written(deviation)}`;
  return {
    times: noise === 0 ? Infinity : distance / noise,
    change: { figure: figure.key, text, median: usual, deviation, windows: earlier.length },
  };
}
