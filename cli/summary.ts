import { coverageWords } from '../audit/coverage-words.ts';
import { openingOrder } from '../audit/formats.ts';
import type { AuditResult } from '../workflows/types.ts';
import { pad, printable, wrapped, type Palette } from './ansi.ts';

const WIDTH = 80;

/** The end of a run as lines: verdict with scores, top findings, what was degraded, links. Fits 80 columns but for URLs. */
export function summaryLines(result: AuditResult, palette: Palette): readonly string[] {
  return [
    '',
    ...verdictLines(result, palette),
    '',
    ...findingLines(result, palette),
    ...actionLines(result),
    ...result.degraded.map((what) => `  ${palette.yellow('degraded')}  ${printable(what)}`),
    ...linkLines(result),
  ];
}

/** `FAIL 2.4   stability 8.6   integrity 7.0   performance 9.1   risk 2.4   coverage 97.7 %`; what finds no room goes below. */
export function verdictLines(result: AuditResult, palette: Palette): readonly string[] {
  const paint = { PASS: palette.green, FAIL: palette.red, INCONCLUSIVE: palette.yellow }[result.verdict];
  const scores = Object.entries(result.scores).map(([name, score]) => `${name} ${scoreText(score)}`);
  const coverage =
    result.coverage === null ? 'coverage not known' : `coverage ${coverageWords(result.coverage)}`;
  const parts = [...scores, coverage];
  const overall = result.overall === null ? '' : ` ${scoreText(result.overall)}`;
  const head = `${result.verdict}${overall}`;
  const lengthOf = (gap: string): number => [`  ${head}`, ...parts].join(gap).length;
  const gap = lengthOf('   ') <= WIDTH ? '   ' : '  ';
  const below = lengthOf(gap) <= WIDTH ? [] : parts.splice(-1);
  return [
    [`  ${paint(palette.bold(head))}`, ...parts].join(gap),
    ...below.map((part) => `  ${' '.repeat(head.length)}${gap}${part}`),
  ];
}

export function scoreText(score: number | null): string {
  return score === null ? '-' : score.toFixed(1);
}

function findingLines(result: AuditResult, palette: Palette): readonly string[] {
  if (result.findings === 0) return ['  No findings.', ''];
  const severity = Math.max(...result.topFindings.map((finding) => finding.severity.length), 8);
  const rule = Math.max(...result.topFindings.map((finding) => finding.rule.length), 5);
  const room = WIDTH - 2 - severity - 2 - rule - 2 - 2;
  const rows = result.topFindings.map((finding) => {
    const recurrence = printable(finding.recurrence);
    const [title = '', ...below] = wrapped(printable(finding.title), room - recurrence.length);
    return { ...finding, recurrence, title, below };
  });
  // Recurrences end under each other, whatever their length leaves to the titles.
  const width = Math.max(...rows.map(({ title, recurrence }) => Array.from(title + recurrence).length));
  const lines = rows.flatMap((finding) => {
    const paint =
      finding.severity === 'CRITICAL'
        ? palette.red
        : finding.severity === 'HIGH'
          ? palette.yellow
          : palette.dim;
    const title = pad(finding.title, width - finding.recurrence.length);
    return [
      `  ${paint(pad(finding.severity, severity))}  ${pad(finding.rule, rule)}  ${title}  ${palette.dim(finding.recurrence)}`.trimEnd(),
      ...finding.below.map((line) => `${' '.repeat(severity + rule + 6)}${line}`),
    ];
  });
  const rest = result.findings - result.topFindings.length;
  return [...lines, ...(rest > 0 ? [`  ${palette.dim(`and ${String(rest)} more in the report`)}`] : []), ''];
}

function actionLines({ actions = [] }: AuditResult): readonly string[] {
  const label = '  do       ';
  const lines = actions.flatMap((action) =>
    wrapped(printable(action), WIDTH - label.length - 2).map(
      (line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`,
    ),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function linkLines(result: AuditResult): readonly string[] {
  const [report] = openingOrder().flatMap(({ id }) => result.urls[id] ?? []);
  return report === undefined ? [] : [`  report   ${report}`];
}

/** What the mail stage did, as the value of a line `mail`. */
export function mailText({ sent, failed, skipped }: AuditResult['mails']): string {
  if (skipped !== null) return `not sent: ${skipped}`;
  const word = (count: number): string => `${String(count)} message${count === 1 ? '' : 's'}`;
  return failed === 0 ? word(sent) : `${word(sent)} sent, ${String(failed)} failed`;
}
