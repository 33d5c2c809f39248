import type { Window } from '../audit/evidence.ts';
import { fileOf, FORMATS, type Format } from '../audit/formats.ts';
import { windowStamp } from '../audit/time.ts';

/** A row of the list of reports. */
export interface ListedReport {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly verdict: string;
  readonly overall: number | null;
  readonly revision: number;
  /** Keys of the archived files. */
  readonly files: readonly string[];
}

/** The list of reports, newest first, as one page without script or network. */
export function indexPage(
  reports: readonly ListedReport[],
  uiUrl: string | null,
  formats: readonly Format[] = FORMATS,
): string {
  const rows = reports.map((report) => row(report, formats)).join('\n');
  const list =
    reports.length === 0
      ? '<p>There are no reports yet.</p>'
      : `<div class="scroll"><table><thead><tr><th>Window (UTC)</th><th>Bot</th><th>Kind</th><th>Verdict</th><th class="n">Score</th><th class="n">Revision</th><th>Report</th></tr></thead><tbody>\n${rows}\n</tbody></table></div>`;
  const ui =
    uiUrl === null ? '' : `<p><a href="${escape(uiUrl)}">Runs and schedules in the Temporal Web UI</a></p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Production audits</title><style>${STYLE}</style></head>
<body><h1>Production audits</h1>
${ui}
${list}
</body></html>
`;
}

function row(
  { bot, kind, window, verdict, overall, revision, files }: ListedReport,
  formats: readonly Format[],
): string {
  const base = `/reports/${encodeURIComponent(bot)}/${encodeURIComponent(kind)}/${windowStamp(window)}`;
  const links = formats
    .toReversed()
    .filter(({ id }) => files.includes(id))
    .map(({ id, title }) => `<a href="${escape(`${base}/${fileOf(id, formats)}`)}">${escape(title)}</a>`)
    .join(' ');
  const times = `${short(window.from)} to ${short(window.to)}`;
  const cells = [times, bot, kind].map((text) => `<td>${escape(text)}</td>`).join('');
  const score = overall === null ? '&ndash;' : overall.toFixed(1);
  return `<tr>${cells}<td class="v-${escape(verdict)}">${escape(verdict)}</td><td class="n">${score}</td><td class="n">${String(revision)}</td><td>${links}</td></tr>`;
}

function short(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function escape(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:1000px;margin:2rem auto;padding:0 1rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8884;white-space:nowrap}
.n{text-align:right}.v-FAIL,.v-DAMAGED{color:#b3261e;font-weight:600}.v-PASS{color:#2e7d4f;font-weight:600}.v-INCONCLUSIVE{color:#8a6100;font-weight:600}
@media(prefers-color-scheme:dark){.v-FAIL,.v-DAMAGED{color:#ff8a80}.v-PASS{color:#7ddba0}.v-INCONCLUSIVE{color:#e5c07b}a{color:#8ab4f8}}`;
