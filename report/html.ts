import { withoutControls } from '../audit/control-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { withEveryCharacter } from './html/fallback-fonts.ts';
import { pageView, type HtmlOptions } from './html/page-view.ts';
import { pageTemplate } from './html/templates.ts';
import { createLookup } from './lookup.ts';

/** The report as one HTML file that loads nothing: style, fonts and charts are in it, and there is no script. */
export function renderHtml(report: Report, edition: Edition, options: HtmlOptions = {}): string {
  const page = pageTemplate()(pageView(createLookup(report), edition, options));
  return withEveryCharacter(withoutControls(page));
}
