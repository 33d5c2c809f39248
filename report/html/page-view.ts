import { readFileSync } from 'node:fs';
import type { Part } from '../../audit/block.ts';
import type { Edition, Report } from '../../audit/report.ts';
import type { Lookup } from '../lookup.ts';
import { isAppendix, outlineOf, type OutlineSection } from '../outline.ts';
import { shortWindow } from '../words.ts';
import { blockView, createDocumentIds, type DocumentIds } from './block-view.ts';
import { bookmarksOf, type Bookmark } from './bookmarks-of.ts';
import { PAPER_FITS, SCREEN_FIT, type FrontFit } from './front-fit.ts';
import { frontAnchors, frontView } from './front-view.ts';
import { pageRules } from './page-rules.ts';
import { paperParts } from './paper-appendix.ts';
import { hrefsOf } from './links.ts';
import { safeHtml, type SafeHtml } from './safe-html.ts';
import type { SectionView } from './section-view.ts';
import { VERDICT, verdictSection } from './verdict-view.ts';

export interface HtmlOptions {
  /** `print` is what the PDF is made from; `screen`, the default, prints well too, without page numbers in the contents. */
  readonly mode?: 'screen' | 'print';
  /** The page of an anchor, or what stands in for it until that is known. */
  readonly pageText?: (anchor: string) => string;
  /** Index into `PAPER_FITS`: how much the first page prints. */
  readonly frontFit?: number;
}

/** What `page.hbs` prints. */
export interface PageView {
  readonly mode: 'screen' | 'print';
  readonly documentTitle: string;
  readonly css: SafeHtml;
  /** Sections with their findings, beside the text; paper has the first page's. */
  readonly contents: readonly Bookmark[];
  /** One, or one of each fit: see `frontTrials`. */
  readonly fronts: readonly object[];
  /** Anchors of the first pages that are only tried. */
  readonly trials: readonly string[];
  readonly sections: readonly SectionView[];
}

/** Room of a page number in digits; figure spaces are as wide as digits, so that nothing moves. */
const PAGE_DIGITS = 3;

export function pageView(lookup: Lookup, edition: Edition, options: HtmlOptions): PageView {
  const { report } = lookup;
  const mode = options.mode ?? 'screen';
  const ids = createDocumentIds(mode === 'print', hrefsOf(mode === 'print', edition));
  const fit = (mode === 'print' ? PAPER_FITS[options.frontFit ?? 0] : undefined) ?? SCREEN_FIT;
  return {
    mode,
    documentTitle: documentTitle(report),
    css: stylesheet(report, edition),
    contents: mode === 'print' ? [] : bookmarksOf(report),
    // The front page comes first in the document and takes the first chart id.
    fronts: [front(lookup, edition, ids, { ...options, mode, fit, anchor: 'summary' })],
    trials: [],
    sections: [
      verdictSection(lookup, edition, ids),
      ...outlineOf(report).map((entry) => sectionView(entry, lookup, ids)),
    ],
  };
}

/** The first page of each fit, one after another and nothing else: the page of each one's anchor tells which are one page. */
export function frontTrials(lookup: Lookup, edition: Edition, options: HtmlOptions): PageView {
  const trials = PAPER_FITS.map((fit, index) => ({ fit, anchor: trialAnchor(index) }));
  const fronts = trials.map((trial) => {
    const ids = createDocumentIds(true, hrefsOf(true, edition));
    return front(lookup, edition, ids, { ...options, mode: 'print', ...trial });
  });
  return {
    mode: 'print',
    documentTitle: documentTitle(lookup.report),
    css: stylesheet(lookup.report, edition),
    contents: [],
    fronts,
    trials: trials.map(({ anchor }) => anchor),
    sections: [],
  };
}

/** Where the first page of a fit begins among those that are tried. */
export function trialAnchor(fit: number): string {
  return `fit-${String(fit)}`;
}

interface FrontOf extends HtmlOptions {
  readonly mode: 'screen' | 'print';
  readonly fit: FrontFit;
  readonly anchor: string;
}

function front(lookup: Lookup, edition: Edition, ids: DocumentIds, options: FrontOf): object {
  const { mode, fit, anchor: own } = options;
  const contents = [VERDICT, ...outlineOf(lookup.report)].map(({ anchor, title }) => ({
    anchor,
    title,
    page: pageOf(anchor, mode, options),
  }));
  return frontView(lookup, edition, ids, {
    anchor: own,
    contents,
    fit,
    pageOf: (anchor) => (mode === 'screen' ? '' : `page\u00a0${pageOf(anchor, mode, options).trim()}`),
  });
}

/** `FAIL: demo, Production audit 2026-11-20 00–08 UTC`. */
export function documentTitle(report: Report): string {
  return `${report.judgement.verdict}: ${report.bot.name}, ${report.kindTitle} ${shortWindow(report.window)}`;
}

/** Anchors whose pages the first page prints, in its contents and beside what it cuts short. */
export function printedAnchors(report: Report): readonly string[] {
  return [VERDICT.anchor, ...outlineOf(report).map(({ anchor }) => anchor), ...frontAnchors(report)];
}

function pageOf(anchor: string, mode: 'screen' | 'print', { pageText }: HtmlOptions): string {
  return mode === 'screen' ? '' : (pageText?.(anchor) ?? '').padStart(PAGE_DIGITS, '\u2007');
}

function sectionView(entry: OutlineSection, lookup: Lookup, ids: DocumentIds): SectionView {
  const { section, anchor, title } = entry;
  return {
    anchor,
    className: isAppendix(section) ? 'appendix' : 'body',
    title,
    folded: isAppendix(section) && !ids.paper,
    error:
      section.status === 'failed' && section.parts.length === 0
        ? (section.error ?? 'no reason was given')
        : '',
    parts: (ids.paper ? paperParts(entry, lookup.report) : entry.parts).map((entry) => ({
      anchor: entry.anchor,
      title: entry.title,
      className: isNothingFound(entry.part) ? 'part run-in' : 'part',
      blocks: entry.part.blocks.map((block) => blockView(block, lookup, ids)),
    })),
  };
}

/** One sentence, which can stand beside its heading. */
function isNothingFound({ blocks }: Part): boolean {
  const [only] = blocks;
  return blocks.length === 1 && only?.type === 'findings' && only.findings.length === 0;
}

/** In the order of the cascade. */
const STYLES = [
  'base',
  'front',
  'tables',
  'charts',
  'chart-tones',
  'blocks',
  'screen',
  'page',
  'print',
  'front-print',
];

let files: string | undefined;

function stylesheet(report: Report, edition: Edition): SafeHtml {
  files ??= STYLES.map((name) =>
    readFileSync(new URL(`../../templates/${name}.css`, import.meta.url), 'utf8'),
  ).join('\n');
  return safeHtml([files, pageRules(report, edition)].join('\n'));
}
