import { withoutControls } from '../audit/control-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { blockMarkdown } from './markdown/block.ts';
import { escapeMarkdown } from './markdown/escape.ts';
import { lines } from './markdown/finding.ts';
import { headerMarkdown, summaryMarkdown, verdictMarkdown } from './markdown/summary.ts';
import { tickedList, templateHeading } from './markdown/template-headings.ts';
import { outlineOf, type OutlineSection } from './outline.ts';

const RULE = '---';

/**
 * The report in the operators' own template (order, headings, emoji), for pasting into issues. Sections that are not in
 * the report are absent; everything from data is escaped, so that it is text wherever it is pasted.
 */
export function renderMarkdown(report: Report, edition: Edition): string {
  const lookup = createLookup(report);
  const blocks = [
    `# ${escapeMarkdown(report.kindTitle.toUpperCase())} REPORT`,
    headerMarkdown(lookup, edition),
    RULE,
    ...summaryMarkdown(lookup),
    RULE,
    ...verdictMarkdown(lookup),
    ...outlineOf(report).flatMap((entry) => [RULE, ...sectionMarkdown(entry, lookup)]),
    RULE,
    footer(report, edition),
    RULE,
    '**END OF REPORT**',
  ];
  return withoutControls(`${blocks.filter((block) => block !== '').join('\n\n')}\n`);
}

function sectionMarkdown(entry: OutlineSection, lookup: Lookup): readonly string[] {
  const { section, title, parts } = entry;
  // `## 1. POSITION MANAGEMENT`; appendices and the rest without the dot.
  const heading = /^\d+$/.test(section.number ?? '') ? `${section.number ?? ''}. ${section.title}` : title;
  return [
    `## ${escapeMarkdown(heading.toUpperCase())}`,
    ...(section.status === 'failed' && parts.length === 0
      ? [`> ⚠️ This section could not be computed: ${escapeMarkdown(section.error ?? 'no reason was given')}`]
      : []),
    ...parts.flatMap(({ part, title: partTitle }) => [
      `### ${partHeading(part.title, partTitle)}`,
      ...part.blocks
        .flatMap((block) => blockMarkdown(block, lookup))
        .map((block) => tickedList(part.title, block)),
    ]),
  ];
}

/** `1.2 Issues Found`: the section's number, and the template's words. */
function partHeading(title: string, numbered: string): string {
  const number = numbered.slice(0, numbered.length - title.length);
  return `${number}${escapeMarkdown(templateHeading(title))}`;
}

function footer(report: Report, edition: Edition): string {
  return lines([
    ['Report Prepared By', escapeMarkdown(report.bot.auditor)],
    ['Date', edition.reportedAt.slice(0, 10)],
    ['Bot Version', escapeMarkdown(report.bot.version ?? 'not known')],
    ['Database Version', escapeMarkdown(report.databaseVersion ?? 'not read')],
    ['Evidence', `\`${report.evidenceHash}\``],
    ['Report', `\`${edition.reportHash}\``],
  ]);
}
