import { isolatedHtml } from '../audit/right-to-left.ts';
import { visibleText } from '../audit/visible-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { withEveryCharacter } from './html/fallback-fonts.ts';
import { fontCss, paperFontCss } from './html/fonts.ts';
import { frontTrials, pageView, type HtmlOptions, type PageView } from './html/page-view.ts';
import { pageTemplate } from './html/templates.ts';
import { createLookup } from './lookup.ts';

/** The report as one HTML file that loads nothing: style, fonts and charts are in it, and there is no script. */
export function renderHtml(report: Report, edition: Edition, options: HtmlOptions = {}): string {
  return rendered(pageView(createLookup(report), edition, options));
}

/** The first page of each of `PAPER_FITS`, at `trialAnchor(fit)`: to learn which are one page. */
export function renderFrontTrials(
  report: Report,
  edition: Edition,
  options: Pick<HtmlOptions, 'pageText'>,
): string {
  return rendered(frontTrials(createLookup(report), edition, options));
}

function rendered(view: PageView): string {
  // The fonts are most of the file and no text: nothing needs to look for characters in them.
  const fonts = view.mode === 'print' ? `${fontCss()}\n${paperFontCss()}` : fontCss();
  return withEveryCharacter(isolatedHtml(visibleText(withOwnNames(pageTemplate()(view)))), fonts);
}

/** A region's name is unique in a page: a second one of a name gets a number. */
function withOwnNames(page: string): string {
  const times = new Map<string, number>();
  return page.replace(/(role="region" aria-label=")([^"]*)"/g, (_, start: string, name: string) => {
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return `${start}${name}${nth === 1 ? '' : `, ${String(nth)}`}"`;
  });
}
