import type { Window } from '../audit/evidence.ts';
import { fileOf, FORMATS, type Format } from '../audit/formats.ts';
import { KINDS } from '../audit/kinds.ts';
import { isolatedHtml } from '../audit/right-to-left.ts';
import { windowStamp } from '../audit/time.ts';
import { visibleText } from '../audit/visible-text.ts';
import { windowTitle } from '../audit/window-title.ts';
import { escapeHtml } from './escape-html.ts';
import { INDEX_STYLE } from './index-style.ts';
import { strip, verdictClass } from './index-strip.ts';
import type { ListedReport } from './listed-report.ts';

/** A bot's reports of one kind, the newest first; never empty. */
interface Row {
  readonly bot: string;
  readonly kind: string;
  readonly newest: ListedReport;
  readonly reports: readonly ListedReport[];
}

export interface IndexOptions {
  /** The bot that the page is of; null: of all. */
  readonly bot: string | null;
  readonly uiUrl: string | null;
  readonly formats?: readonly Format[] | undefined;
  /** What works less well than it should, a sentence each, above all else. */
  readonly warnings: readonly string[];
}

/** The list of reports by bot and kind, as one page without script or network. Reports of a kind come newest first. */
export function indexPage(
  reports: readonly ListedReport[],
  { bot: only, uiUrl, formats = FORMATS, warnings }: IndexOptions,
): string {
  const bots = botsOf(reports);
  const list =
    bots.length === 0
      ? '<p>There are no reports yet. <code>production-audit run</code> makes the first.</p>'
      : bots.map(([bot, rows]) => botSection(bot, only, rows, formats)).join('\n');
  const title = only === null ? 'Production audits' : `Production audits of ${only}`;
  const ui =
    uiUrl === null
      ? ''
      : `<p><a href="${escapeHtml(uiUrl)}">Runs and schedules in the Temporal Web UI</a></p>`;
  const all = only === null ? '' : '<p><a href="/reports">All bots</a></p>\n';
  const warned = warnings.map(
    (text) => `<p class="warning" role="alert">Attention: ${escapeHtml(text)}.</p>\n`,
  );
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${INDEX_STYLE}</style></head>
<body><header><h1>${escapeHtml(title)}</h1>
${all}${bots.length === 0 ? '' : summary(bots)}
${ui}${warned.join('')}</header>
<main>
${list}
</main></body></html>
`;
  return isolatedHtml(visibleText(page));
}

/** Bots with something to look at come first, each with its kinds in the order of the table of kinds. */
function botsOf(reports: readonly ListedReport[]): readonly (readonly [string, readonly Row[]])[] {
  const order = (kind: string): number => {
    const place = KINDS.findIndex(({ id }) => id === kind);
    return place === -1 ? KINDS.length : place;
  };
  const byBot = [...Map.groupBy(reports, ({ bot }) => bot)].map(([bot, own]) => {
    const rows = [...Map.groupBy(own, ({ kind }) => kind)].flatMap(([kind, listed]) => {
      const [newest] = listed;
      return newest === undefined ? [] : [{ bot, kind, newest, reports: listed }];
    });
    rows.sort((a, b) => order(a.kind) - order(b.kind) || (a.kind < b.kind ? -1 : 1));
    return [bot, rows] as const;
  });
  return byBot.sort(([a, own], [b, others]) => rank(own) - rank(others) || (a < b ? -1 : 1));
}

const RANKS: readonly string[] = ['FAIL', 'DAMAGED', 'INCONCLUSIVE'];

/** By the newest report that a person would look at first. */
function rank(rows: readonly Row[]): number {
  const place = RANKS.indexOf(rows[0]?.newest.verdict ?? '');
  return place === -1 ? RANKS.length : place;
}

function summary(bots: readonly (readonly [string, readonly Row[]])[]): string {
  const verdicts = Map.groupBy(bots, ([, [first]]) => first?.newest.verdict ?? '');
  const counts = [...verdicts].map(
    ([verdict, own]) =>
      `<span class="${verdictClass(verdict)}">${String(own.length)} ${escapeHtml(verdict)}</span>`,
  );
  return `<p>${String(bots.length)} ${bots.length === 1 ? 'bot' : 'bots'} by the newest report: ${counts.join(', ')}. In a strip the newest window is on the right: P is PASS, F is FAIL, I is INCONCLUSIVE, ? cannot be read; a gap is a time without a report.</p>`;
}

function botSection(
  bot: string,
  only: string | null,
  rows: readonly Row[],
  formats: readonly Format[],
): string {
  const name = escapeHtml(bot);
  const address = `/reports/${encodeURIComponent(bot)}`;
  const heading =
    only === null ? `<a href="${address}">${name}</a>` : `<a href="${address}/latest">The newest report</a>`;
  return `<section id="${name}"><h2>${heading}</h2>
${rows.map((row) => kindArticle(row, formats)).join('\n')}</section>`;
}

function kindArticle({ bot, kind, newest, reports }: Row, formats: readonly Format[]): string {
  const latest = `/reports/${encodeURIComponent(bot)}/${encodeURIComponent(kind)}/latest`;
  const older = reports.length === 1 ? '' : olderWindows(reports, formats);
  return `<article><h3><a href="${latest}">${escapeHtml(kindTitle(kind))}</a></h3>
<p class="said"><strong class="${verdictClass(newest.verdict)}">${escapeHtml(newest.verdict)}${score(newest)}</strong> ${escapeHtml(windowTitle(newest.window))}</p>
<p>${topFinding(newest)}</p>
${strip(reports)}
<p class="links">${links(newest, formats)}</p>
${older}</article>`;
}

/** A report that is limited is kept under its kind with `@` and what it is limited to. */
function kindTitle(kind: string): string {
  const [id, limit] = kind.split('@');
  const title = KINDS.find((known) => known.id === id)?.title;
  return title === undefined ? kind : limit === undefined ? title : `${title}, limited: ${limit}`;
}

function topFinding({ top, findings, verdict }: ListedReport): string {
  if (verdict === 'DAMAGED')
    return 'This report cannot be read. <code>production-audit verify</code> says what is wrong.';
  if (findings === 0)
    return verdict === 'INCONCLUSIVE' ? 'No findings in what could be checked.' : 'No findings.';
  if (top === null || findings === null) return '';
  const more = findings === 1 ? '' : ` <span class="more">and ${String(findings - 1)} more</span>`;
  return `<span class="severity">${escapeHtml(top.severity)}</span> ${escapeHtml(top.title)}${more}`;
}

/** All windows of the strip in words. */
function olderWindows(reports: readonly ListedReport[], formats: readonly Format[]): string {
  const counts = [...Map.groupBy(reports, ({ verdict }) => verdict)].map(
    ([verdict, own]) => `${String(own.length)} ${escapeHtml(verdict)}`,
  );
  const rows = reports.map(
    (report) =>
      `<tr><td>${escapeHtml(windowText(report.window))}</td><td class="${verdictClass(report.verdict)}">${escapeHtml(report.verdict)}${score(report)}</td><td class="n">${String(report.revision)}</td><td>${links(report, formats)}</td></tr>`,
  );
  return `<details><summary>The last ${String(reports.length)} windows: ${counts.join(', ')}</summary>
<div class="scroll"><table><thead><tr><th>Window (UTC)</th><th>Verdict</th><th class="n">Revision</th><th>Report</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></details>
`;
}

/** Links to the formats that a window's newest revision has. */
function links({ bot, kind, window, files }: ListedReport, formats: readonly Format[]): string {
  const base = `/reports/${encodeURIComponent(bot)}/${encodeURIComponent(kind)}/${windowStamp(window)}`;
  return formats
    .toReversed()
    .filter(({ id }) => files.includes(id))
    .map(
      ({ id, title }) => `<a href="${escapeHtml(`${base}/${fileOf(id, formats)}`)}">${escapeHtml(title)}</a>`,
    )
    .join(' ');
}

function score({ overall }: ListedReport): string {
  return overall === null ? '' : ` ${overall.toFixed(1)}`;
}

function windowText({ from, to }: Window): string {
  const short = (time: string): string => time.slice(0, 16).replace('T', ' ');
  const lastInstant = new Date(Date.parse(to) - 1).toISOString();
  if (lastInstant.slice(0, 10) !== from.slice(0, 10)) return `${short(from)} to ${short(to)}`;
  const end = to.slice(11, 16);
  return `${short(from)}-${end === '00:00' ? '24:00' : end}`;
}
