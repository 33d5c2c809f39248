import type { Report } from '../../audit/report.ts';
import { inlineText } from '../inline-text.ts';
import { createLookup } from '../lookup.ts';
import { findingAnchor, outlineOf } from '../outline.ts';
import { SEVERITY_WORDS } from '../words.ts';
import { VERDICT } from './verdict-view.ts';

/** An entry of the outline; a finding stands below its section. */
export interface Bookmark {
  readonly title: string;
  readonly anchor: string;
  readonly below: readonly Bookmark[];
}

/** Sections with the findings that they show: the outline of the PDF, and the contents on the screen. */
export function bookmarksOf(report: Report): readonly Bookmark[] {
  const lookup = createLookup(report);
  const seen = new Set<string>();
  const finding = (id: string): readonly Bookmark[] => {
    if (seen.has(id)) return [];
    seen.add(id);
    const { severity, title, rule } = lookup.finding(id);
    const words = `${SEVERITY_WORDS[severity].word}: ${inlineText(title, lookup)} (${rule})`;
    return [{ title: words, anchor: findingAnchor(id), below: [] }];
  };
  return [
    { ...VERDICT, below: [] },
    ...outlineOf(report).map(({ title, anchor, section }) => ({
      title,
      anchor,
      below: section.parts
        .flatMap(({ blocks }) => blocks)
        .flatMap((block) => (block.type === 'findings' ? block.findings.flatMap(finding) : [])),
    })),
  ];
}
