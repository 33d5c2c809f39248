import { windowStamp } from '../audit/time.ts';
import { windowShort } from '../audit/window-title.ts';
import { escapeHtml } from './escape-html.ts';
import type { ListedReport } from './listed-report.ts';

const LETTERS: Readonly<Record<string, string>> = { PASS: 'P', FAIL: 'F', INCONCLUSIVE: 'I' };

/** Windows as a row of cells, the newest on the right: a letter and a colour each, and the sentence for who hears or points. */
export function strip(reports: readonly ListedReport[]): string {
  const oldestFirst = reports.toReversed();
  const cells = oldestFirst.map((report, index) => {
    const { bot, kind, window, verdict, overall } = report;
    const before = oldestFirst[index - 1]?.window.to;
    const isAfterGap = before !== undefined && Date.parse(before) < Date.parse(window.from);
    const said = `${windowShort(window)}: ${verdict}${overall === null ? '' : ` ${overall.toFixed(1)}`}${isAfterGap ? ', after a time without a report' : ''}`;
    const href = `/reports/${encodeURIComponent(bot)}/${encodeURIComponent(kind)}/${windowStamp(window)}/report.html`;
    return `<li${isAfterGap ? ' class="gap"' : ''}><a class="${verdictClass(verdict)}" href="${escapeHtml(href)}" title="${escapeHtml(said)}" aria-label="${escapeHtml(said)}">${LETTERS[verdict] ?? '?'}</a></li>`;
  });
  return `<ol class="strip">${cells.join('')}</ol>`;
}

/** The class that colours a verdict; a word that is none has no colour. */
export function verdictClass(verdict: string): string {
  return /^[A-Z]+$/.test(verdict) ? `v-${verdict}` : 'v-';
}
