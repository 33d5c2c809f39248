import { FORMATS } from '../audit/formats.ts';
import { SEVERITIES, severityRank, type Finding, type Severity } from '../audit/finding.ts';
import { plainText } from '../audit/plain-text.ts';
import { DIMENSIONS } from '../audit/check.ts';
import { NO_HISTORY, NOT_JUDGED, recurrenceWords } from '../audit/recurrence.ts';
import type { Change, Colour, Edition, Report } from '../audit/report.ts';
import type { Text } from '../audit/text.ts';
import { windowShort, windowTitle } from '../audit/window-title.ts';
import { hoursPicture, type HoursPicture } from './hours-picture.ts';

interface FindingLine {
  readonly severity: Severity;
  /** Its severity with spaces to the width of the longest, for the text part. */
  readonly column: string;
  readonly rule: string;
  readonly title: string;
  readonly recurrence: string;
}

/** What the mail's templates print; every text is plain and on one line. */
export interface MailView {
  readonly subject: string;
  readonly verdict: string;
  readonly overall: string;
  readonly colour: Colour;
  readonly bot: string;
  readonly kind: string;
  readonly window: string;
  readonly lead: string;
  readonly why: string;
  readonly actions: readonly { readonly number: string; readonly title: string; readonly detail: string }[];
  readonly changes: readonly { readonly word: string; readonly titles: string }[];
  /** Said in place of changes; empty when there are some. */
  readonly noChanges: string;
  readonly findingCount: string;
  readonly findings: readonly FindingLine[];
  /** `and 12 more in the report`; empty when all are there. */
  readonly moreFindings: string;
  readonly scores: readonly { readonly title: string; readonly score: string }[];
  readonly scope: string;
  readonly hours: HoursPicture | null;
  readonly degraded: readonly string[];
  /** What is wrong with the audit itself, such as a watchdog that is silent, and what it did of late. */
  readonly ownState: readonly string[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly attachmentNote: string;
  readonly revision: string;
  /** The beginning of each: enough to find it, and the header has the whole. */
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
  /** Page of the run that delivers it in the Web UI; null when nobody knows where that is. */
  readonly runUrl?: string | null;
  /** Formats that are missing: "the PDF". */
  readonly degraded: readonly string[];
  readonly ownState: readonly string[];
  readonly attachmentNote: string;
  readonly archiveHead: string;
}

const MOST_FINDINGS = 40;
const MOST_ACTIONS = 3;
const MOST_CHANGES = 4;
const MAX_SUBJECT = 140;
const SHORT_HASH = 12;
const LINK_WORDS: Readonly<Record<string, string>> = { html: 'Report in the browser' };
const COLUMN = Math.max(...SEVERITIES.map(({ length }) => length));

export function mailView(facts: MailFacts): MailView {
  const { report, edition, degraded, ownState, attachmentNote, archiveHead } = facts;
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const line = (text: Text, most = 400): string => oneLine(plainText(text, figures), most);
  const { judgement, front } = report;
  const findings = worstFirst(report.findings);
  const more = findings.length - MOST_FINDINGS;
  return {
    subject: mailSubject(report),
    verdict: judgement.verdict,
    overall: scoreText(judgement.overall),
    colour: judgement.colour,
    bot: oneLine(report.bot.name, 64),
    kind: report.kindTitle,
    window: windowTitle(report.window),
    lead: line(front.lead),
    why: line(front.why),
    actions: front.actions.slice(0, MOST_ACTIONS).map(({ title, detail }, index) => ({
      number: String(index + 1),
      title: line(title),
      detail: line(detail, 600),
    })),
    ...changesOf(report),
    findingCount: String(findings.length),
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => ({
      severity: finding.severity,
      column: finding.severity.padEnd(COLUMN),
      rule: finding.rule,
      title: line(finding.title),
      recurrence: recurrenceWords(finding.recurrence, NO_HISTORY),
    })),
    moreFindings: more <= 0 ? '' : `and ${String(more)} more in the report`,
    scores: judgement.scores.map(({ dimension, score }) => ({
      title: DIMENSIONS[dimension],
      score: score === null ? 'not known' : score.toFixed(1),
    })),
    scope: line(front.scope, 600),
    hours: shownHours(report),
    degraded: degraded.map((what) => oneLine(what, 200)),
    ownState: ownState.map((what) => oneLine(what, 200)),
    links: linksOf(facts),
    attachmentNote,
    revision: String(edition.revision),
    reportHash: edition.reportHash.slice(0, SHORT_HASH),
    evidenceHash: report.evidenceHash.slice(0, SHORT_HASH),
    archiveHead,
  };
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
}

function changesOf({ front }: Report): Pick<MailView, 'changes' | 'noChanges'> {
  const {
    compared,
    new: fresh,
    undecided = [],
    worsened = [],
    recurring,
    resolved,
    unseen = [],
  } = front.changes;
  if (!compared)
    return { changes: [], noChanges: 'There is no report of the window before to compare with.' };
  const titles = (changes: readonly Change[]): string => {
    const shown = changes.slice(0, MOST_CHANGES).map(({ rule, title }) => `${rule} ${oneLine(title, 120)}`);
    const more = changes.length - shown.length;
    return `${shown.join('; ')}${more <= 0 ? '' : `; and ${String(more)} more`}`;
  };
  const changes = [
    { word: 'New', of: fresh },
    { word: NOT_JUDGED.before, of: undecided },
    { word: 'Worsened', of: worsened },
    { word: 'Still there', of: recurring },
    { word: 'Resolved', of: resolved },
    { word: NOT_JUDGED.now, of: unseen },
  ].flatMap(({ word, of }) =>
    of.length === 0 ? [] : [{ word: `${word} (${String(of.length)})`, titles: titles(of) }],
  );
  return { changes, noChanges: changes.length === 0 ? 'Nothing, compared with the window before.' : '' };
}

const MOST_LABEL = 22;

function shownHours(report: Report): HoursPicture | null {
  const hours = hoursPicture(report);
  if (hours === null) return null;
  const rows = hours.rows.map(({ title, total }) => ({
    title: oneLine(title, MOST_LABEL),
    total: oneLine(total, MOST_LABEL),
  }));
  return { ...hours, title: oneLine(hours.title, 120), alt: oneLine(hours.alt, 600), rows };
}

function linksOf({ urls, runUrl }: MailFacts): MailView['links'] {
  const files = FORMATS.toReversed().flatMap(({ id, title }) => {
    const url = urls[id];
    return url === undefined ? [] : [{ title: LINK_WORDS[id] ?? title, url }];
  });
  return runUrl == null ? files : [...files, { title: 'Run in Temporal', url: runUrl }];
}

function scoreText(score: number | null): string {
  return score === null ? '' : score.toFixed(1);
}

/** `[FAIL 4.4] demo 20 Nov 00-08 UTC: 2 positions without a stop (new)`. */
export function mailSubject(report: Report): string {
  const { judgement, findings, window } = report;
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const score = judgement.overall === null ? '' : ` ${scoreText(judgement.overall)}`;
  const [worst] = worstFirst(findings);
  const what =
    worst === undefined
      ? 'no findings'
      : `${plainText(worst.title, figures)} (${recurrenceWords(worst.recurrence, NO_HISTORY)})`;
  return oneLine(
    `[${judgement.verdict}${score}] ${report.bot.name} ${subjectWindow(window)}: ${what}`,
    MAX_SUBJECT,
  );
}

/** `20 Nov 00-08 UTC` for whole hours within a day, else with minutes. */
function subjectWindow(window: Report['window']): string {
  const short = windowShort(window);
  return /^\d+ [A-Z][a-z]+ \d\d:00-\d\d:00 UTC$/.test(short) ? short.replaceAll(':00', '') : short;
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Thin, narrow and fixed spaces: boxes in some mail programs, and a number that cannot be searched for. */
const SPACES = /\p{Zs}+/gu;

/** Text from data on one line: no line breaks, control or direction marks, plain spaces, bounded. */
export function oneLine(value: string, maxLength: number): string {
  const line = value.replace(CONTROL, ' ').replace(SPACES, ' ').trim();
  return line.length > maxLength
    ? `${line.slice(0, maxLength - 3).replace(/[\uD800-\uDBFF]$/, '')}...`
    : line;
}

/** `demo_production_20261120T0000Z-20261120T0800Z_FAIL.pdf`: sorts by bot, kind and time. */
export function attachmentName(report: Report, period: string): string {
  const bot = report.bot.name.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 63);
  return `${bot}_${report.kind}_${period}_${report.judgement.verdict}.pdf`;
}
