import { isolatedHtml } from '../audit/right-to-left.ts';
import { visibleText } from '../audit/visible-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { withEveryCharacter } from './html/fallback-fonts.ts';
import { pageView, type HtmlOptions } from './html/page-view.ts';
import { pageTemplate } from './html/templates.ts';
import { createLookup } from './lookup.ts';

/** The report as one HTML file that loads nothing: style, fonts and charts are in it, and there is no script. */
export function renderHtml(report: Report, edition: Edition, options: HtmlOptions = {}): string {
  const page = pageTemplate()(pageView(createLookup(report), edition, options));
  return withEveryCharacter(isolatedHtml(visibleText(withOwnNames(page))));
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
