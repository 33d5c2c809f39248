import { coverageWords } from '../audit/coverage-words.ts';
import { openingOrder } from '../audit/formats.ts';
import type { AuditProgress, AuditResult, ResolvedAudit, StageProgress } from './types.ts';

/** The text travels in the URL of the Web UI's frame: beyond this it is not shown. */
const MAX_BYTES = 3_500;
const MARKS = { waiting: '○', running: '▶', done: '✔', failed: '✘', skipped: '–' } as const;

/** The run's current details for the Web UI: short Markdown with lists only (its tables have no padding). */
export function renderDetails({ input, stages, result }: AuditProgress): string {
  const parts = [
    ...(result === null ? [] : [verdictLines(result)]),
    ...(input === null ? [] : [inputLines(input)]),
    `**Stages**\n\n${stages.map(stageLine).join('\n')}`,
  ];
  return clipped(parts.join('\n\n'));
}

function inputLines({ bot, kind, window, deliver, groups }: ResolvedAudit): string {
  const to = groups === undefined ? '' : ` to ${groups.join(', ')}`;
  const mail = deliver ? `mailed${to} when done` : 'not mailed';
  return `**Input**\n\n- bot ${code(bot)}, ${kind} report, ${mail}\n- window ${code(window.from)} to ${code(window.to)}`;
}

function stageLine({ stage, state, detail, done, total, startedAt, endedAt }: StageProgress): string {
  const count = state === 'running' && total > 1 ? ` ${String(done)} of ${String(total)}` : '';
  const what = detail === '' ? '' : `: ${plain(detail, 200)}`;
  const took = startedAt !== null && endedAt !== null ? `, ${seconds(startedAt, endedAt)}` : '';
  const at = startedAt === null ? '' : ` (${startedAt.slice(11, 19)} UTC${took})`;
  return `- ${MARKS[state]} ${stage}${count}${what}${at}`;
}

function verdictLines(result: AuditResult): string {
  const scores = Object.entries(result.scores).map(
    ([name, score]) => `${name} ${score === null ? 'not known' : score.toFixed(1)}`,
  );
  const coverage = result.coverage === null ? 'not known' : coverageWords(result.coverage);
  const links = openingOrder().flatMap(({ id, title }) => {
    const url = result.urls[id];
    return url === undefined ? [] : [`[${title}](${url})`];
  });
  const overall = result.overall === null ? '' : ` ${result.overall.toFixed(1)}`;
  return [
    `## ${result.verdict}${overall} (${result.colour})`,
    links.length === 0 ? '' : `Report: ${links.join(' · ')}`,
    `- scores: ${scores.join(', ')}\n- coverage ${coverage}, revision ${String(result.revision)}, report ${code(result.reportHash.slice(0, 12))}`,
    findingLines(result),
    ...(result.degraded.length === 0
      ? []
      : [`**Degraded**\n\n${result.degraded.map((what) => `- ${plain(what, 200)}`).join('\n')}`]),
    `Mail: ${mailLine(result)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function findingLines({ findings, topFindings }: AuditResult): string {
  if (findings === 0) return 'No findings.';
  const lines = topFindings
    .slice(0, 5)
    .map(
      ({ severity, rule, title, recurrence }) =>
        `- **${severity}** ${rule} ${plain(title, 160)} (${plain(recurrence, 40)})`,
    );
  const rest = findings - lines.length;
  return [
    `**Findings: ${String(findings)}**`,
    '',
    ...lines,
    ...(rest > 0 ? [`- and ${String(rest)} more in the report`] : []),
  ].join('\n');
}

/** Said of the mail in the details, the terminal and the log. */
export function mailLine({ mails }: AuditResult): string {
  if (mails.skipped !== null) return plain(mails.skipped, 200);
  const failed = mails.failed === 0 ? '' : `, ${String(mails.failed)} not delivered`;
  return `${String(mails.sent)} sent${failed}.`;
}

function seconds(from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
}

function code(value: string): string {
  return `\`${value.replaceAll('`', "'")}\``;
}

/** Text from data as Markdown text: no markup of its own, one line, bounded. */
export function plain(value: string, maxLength: number): string {
  const line = value.replace(/\s+/g, ' ').trim();
  const short = line.length > maxLength ? `${line.slice(0, maxLength - 3)}...` : line;
  return short
    .split(JSON_EXAMPLE)
    .map((piece, index) => (index % 2 === 1 ? code(piece) : escaped(piece)))
    .join('');
}

/** `{"bot": "demo"}` in a sentence: as text the Web UI curls its quotes, and what is copied then starts nothing. */
const JSON_EXAMPLE = /(\{[^{}]*"[^{}]*\})/;

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, (character) => `\\${character}`);
}

/** Markdown that fits the Web UI, cut at a line. */
export function clipped(markdown: string): string {
  if (byteLength(markdown) <= MAX_BYTES) return markdown;
  const lines = markdown.split('\n');
  while (lines.length > 1 && byteLength(lines.join('\n')) > MAX_BYTES - 30) lines.pop();
  return `${lines.join('\n')}\n\n(shortened)`;
}

/** UTF-8 bytes; the sandbox has no Buffer. */
function byteLength(value: string): number {
  let bytes = 0;
  for (const character of value) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
