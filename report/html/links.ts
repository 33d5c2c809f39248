import { fileOf, openingOrder, type FormatId } from '../../audit/formats.ts';
import { baseKind, KINDS } from '../../audit/kinds.ts';
import type { Edition, Report } from '../../audit/report.ts';
import { iso, ms, windowStamp } from '../../audit/time.ts';
import { escapeXml } from '../charts/svg.ts';
import { safeHtml, type SafeHtml } from './safe-html.ts';

export interface PageLink {
  readonly text: string;
  readonly href: string;
}

/** Where a file beside the report is; null: nobody can say. */
export type HrefOf = (name: string) => string | null;

/** On the screen files lie beside the page. Paper goes anywhere: it links to the report server, where that is known. */
export function hrefsOf(paper: boolean, { folder }: Pick<Edition, 'folder'>): HrefOf {
  if (!paper) return (name) => name;
  return (name) => (folder === undefined ? null : new URL(name, `${folder}/`).href);
}

/** The other formats than the one they stand in, the data, the run and the window before. */
export function pageLinks(report: Report, hrefOf: HrefOf, own: FormatId): readonly PageLink[] {
  const before = beforeOf(report);
  const files = [
    ...openingOrder()
      .filter(({ id }) => id !== own)
      .map(({ id, title }) => [title, fileOf(id)] as const),
    ['Figures (CSV)', 'data/figures.csv'] as const,
    // The report does not know its run, since it is the same when another gives it again; the report server does.
    ['Run in Temporal', 'run'] as const,
    ...(before === null ? [] : [['The window before', `../${before}/${fileOf('html')}`] as const]),
  ];
  return files.flatMap(([text, name]) => {
    const href = hrefOf(name);
    return href === null ? [] : [{ text, href }];
  });
}

/** Of windows that are as long as each other; months are not. */
function beforeOf({ kind, window, front }: Report): string | null {
  const known = KINDS.find(({ id }) => id === baseKind(kind));
  if (!front.changes.compared || known?.calendar !== null) return null;
  const [from, to] = [ms(window.from), ms(window.to)];
  return windowStamp({ from: iso(from - (to - from)), to: window.from });
}

/** A sentence in which data files are links. */
export function withFileLinks(sentence: string, hrefOf: HrefOf): SafeHtml {
  const pieces = sentence.split(/(data\/[\w.-]*\w)/);
  return safeHtml(
    pieces
      .map((piece, index) => {
        const href = index % 2 === 1 ? hrefOf(piece) : null;
        return href === null ? escapeXml(piece) : `<a href="${escapeXml(href)}">${escapeXml(piece)}</a>`;
      })
      .join(''),
  );
}
