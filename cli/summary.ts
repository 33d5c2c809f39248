import { coverageWords } from '../audit/coverage-words.ts';
import { openingOrder } from '../audit/formats.ts';
import type { AuditResult } from '../workflows/types.ts';
import { pad, printable, wrapped, type Output, type Palette } from './ansi.ts';

const WIDTH = 80;

/** The columns that a result may take: as many as a terminal has, and not more than text reads well in. */
export function widthOf({ columns = 0 }: Output): number {
  return columns > 0 ? Math.min(WIDTH, columns) : WIDTH;
}

/** The end of a run as lines: verdict with scores, top findings, what to do, what was degraded, links; only URLs are longer than `width`. */
export function summaryLines(result: AuditResult, palette: Palette, width = WIDTH): readonly string[] {
  return [
    '',
    ...verdictLines(result, palette, width),
    '',
    ...findingLines(result, palette, width),
    ...actionLines(result, width),
    ...result.degraded.flatMap((what) => degradedLines(what, palette, width)),
    ...linkLines(result),
  ];
}

/** `FAIL 2.4   stability 8.6   integrity 7.0   performance 9.1   risk 2.4   coverage 97.7 %`; what finds no room goes below. */
export function verdictLines(result: AuditResult, palette: Palette, width: number): readonly string[] {
  const paint = { PASS: palette.green, FAIL: palette.red, INCONCLUSIVE: palette.yellow }[result.verdict];
  const scores = Object.entries(result.scores).map(([name, score]) => `${name} ${scoreText(score)}`);
  const coverage =
    result.coverage === null ? 'coverage not known' : `coverage ${coverageWords(result.coverage)}`;
  const parts = [...scores, coverage];
  const overall = result.overall === null ? '' : ` ${scoreText(result.overall)}`;
  const head = `${result.verdict}${overall}`;
  const lengthOf = (gap: string): number => [`  ${head}`, ...parts].join(gap).length;
  const gap = lengthOf('   ') <= width ? '   ' : '  ';
  const rows = inRows(parts, gap, width - 2 - head.length - gap.length);
  return rows.map((row, index) =>
    [index === 0 ? `  ${paint(palette.bold(head))}` : ' '.repeat(head.length + 2), row].join(gap),
  );
}

/** The parts side by side, in as many rows as `room` makes necessary. */
function inRows(parts: readonly string[], gap: string, room: number): readonly string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const longer = [...rows.slice(-1), part].join(gap);
    if (rows.length > 0 && longer.length <= room) rows[rows.length - 1] = longer;
    else rows.push(part);
  }
  return rows;
}

export function scoreText(score: number | null): string {
  return score === null ? '-' : score.toFixed(1);
}

function findingLines(result: AuditResult, palette: Palette, columns: number): readonly string[] {
  if (result.findings === 0) return ['  No findings.', ''];
  const severity = Math.max(...result.topFindings.map((finding) => finding.severity.length), 8);
  const rule = Math.max(...result.topFindings.map((finding) => finding.rule.length), 5);
  const room = columns - 2 - severity - 2 - rule - 2 - 2;
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

function actionLines({ actions = [] }: AuditResult, width: number): readonly string[] {
  const lines = actions.flatMap((action) => labelled('  do       ', action, width));
  return lines.length === 0 ? [] : [...lines, ''];
}

function degradedLines(what: string, palette: Palette, width: number): readonly string[] {
  const label = '  degraded  ';
  return labelled(label, what, width).map((line, index) =>
    index === 0 ? `  ${palette.yellow('degraded')}  ${line.slice(label.length)}` : line,
  );
}

/** A text of any length beside its label. */
function labelled(label: string, text: string, width: number): readonly string[] {
  return wrapped(printable(text), width - label.length - 2).map(
    (line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`,
  );
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
