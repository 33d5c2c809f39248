import { FORMATS } from '../audit/formats.ts';
import { severityRank } from '../audit/finding.ts';
import { plainText } from '../audit/plain-text.ts';
import { DIMENSIONS } from '../audit/check.ts';
import { NO_HISTORY, recurrenceWords } from '../audit/recurrence.ts';
import type { Edition, Report } from '../audit/report.ts';
import type { Text } from '../audit/text.ts';
import { windowShort, windowTitle } from '../audit/window-title.ts';

/** What the mail's templates print; every text is plain and on one line. */
export interface MailView {
  readonly subject: string;
  readonly verdict: string;
  readonly overall: string;
  readonly colour: string;
  readonly accent: string;
  readonly bot: string;
  readonly window: string;
  readonly lead: string;
  readonly why: string;
  readonly scores: string;
  readonly scope: string;
  readonly findingCount: string;
  readonly findings: readonly { severity: string; rule: string; title: string; recurrence: string }[];
  readonly actions: readonly { number: string; title: string }[];
  readonly degraded: readonly string[];
  readonly links: readonly { title: string; url: string }[];
  readonly attachmentNote: string;
  readonly revision: string;
  readonly reportHash: string;
  readonly evidenceHash: string;
  /** Head of the archive's chain, `42:1a2b3c4d5e6f`; empty: the store has none. */
  readonly archiveHead: string;
}

export interface MailFacts {
  readonly report: Report;
  readonly edition: Edition;
  /** Format -> URL. */
  readonly urls: Readonly<Record<string, string>>;
  /** Formats that are missing: "the PDF". */
  readonly degraded: readonly string[];
  readonly attachmentNote: string;
  readonly archiveHead: string;
}

const SHOWN = 3;
const MAX_SUBJECT = 140;
const ACCENTS = { GREEN: '#2e7d4f', YELLOW: '#b8860b', RED: '#b3261e' } as const;
const LINK_WORDS: Readonly<Record<string, string>> = { html: 'Report in the browser' };

export function mailView({
  report,
  edition,
  urls,
  degraded,
  attachmentNote,
  archiveHead,
}: MailFacts): MailView {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const line = (text: Text): string => oneLine(plainText(text, figures), 400);
  const { judgement, front, findings } = report;
  return {
    subject: mailSubject(report),
    verdict: judgement.verdict,
    overall: judgement.overall === null ? '' : judgement.overall.toFixed(1),
    colour: judgement.colour,
    accent: ACCENTS[judgement.colour],
    bot: oneLine(report.bot.name, 64),
    window: windowTitle(report.window),
    lead: line(front.lead),
    why: line(front.why),
    scores: judgement.scores
      .map(({ dimension, score }) => `${DIMENSIONS[dimension]} ${score?.toFixed(1) ?? 'not known'}`)
      .join(', '),
    scope: line(front.scope),
    findingCount: String(findings.length),
    findings: findings.slice(0, SHOWN).map((finding) => ({
      severity: finding.severity,
      rule: finding.rule,
      title: line(finding.title),
      recurrence: recurrenceWords(finding.recurrence, NO_HISTORY),
    })),
    actions: front.actions
      .slice(0, SHOWN)
      .map(({ title }, index) => ({ number: String(index + 1), title: line(title) })),
    degraded: degraded.map((what) => oneLine(what, 200)),
    links: FORMATS.toReversed().flatMap(({ id, title }) => {
      const url = urls[id];
      return url === undefined ? [] : [{ title: LINK_WORDS[id] ?? title, url }];
    }),
    attachmentNote,
    revision: String(edition.revision),
    reportHash: edition.reportHash,
    evidenceHash: report.evidenceHash,
    archiveHead,
  };
}

/** `[FAIL 4.4] demo 00-08 UTC: 2 positions without a stop (new)`. */
export function mailSubject(report: Report): string {
  const { judgement, findings, window } = report;
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const score = judgement.overall === null ? '' : ` ${judgement.overall.toFixed(1)}`;
  const [worst] = [...findings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const what =
    worst === undefined
      ? 'no findings'
      : `${plainText(worst.title, figures)} (${recurrenceWords(worst.recurrence, NO_HISTORY)})`;
  return oneLine(
    `[${judgement.verdict}${score}] ${report.bot.name} ${subjectWindow(window)}: ${what}`,
    MAX_SUBJECT,
  );
}

/** `00-08 UTC` for whole hours within a day, else with date. */
function subjectWindow(window: Report['window']): string {
  const match = /T(\d{2}):00:00\.000Z$/.exec(window.from);
  const end = /T(\d{2}):00:00\.000Z$/.exec(window.to);
  const shiftMs = Date.parse(window.to) - Date.parse(window.from);
  if (!match || !end || shiftMs > 12 * 3_600_000) return windowShort(window);
  return `${match[1] ?? ''}-${end[1] === '00' ? '24' : (end[1] ?? '')} UTC`;
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Text from data on one line: no line breaks, control or direction marks, bounded. */
export function oneLine(value: string, maxLength: number): string {
  const line = value.replace(CONTROL, ' ').replace(/ {2,}/g, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 3)}...` : line;
}

/** `demo_production_20261120T0000Z-20261120T0800Z_FAIL.pdf`: sorts by bot, kind and time. */
export function attachmentName(report: Report, period: string): string {
  const bot = report.bot.name.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 63);
  return `${bot}_${report.kind}_${period}_${report.judgement.verdict}.pdf`;
}
