import { visibleText } from '../audit/visible-text.ts';
import type { Edition, Report } from '../audit/report.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { blockMarkdown, type Brevity } from './markdown/block.ts';
import { escapeMarkdown } from './markdown/escape.ts';
import { lines } from './markdown/finding.ts';
import { headerMarkdown, summaryMarkdown, verdictMarkdown } from './markdown/summary.ts';
import { tickedList, templateHeading } from './markdown/template-headings.ts';
import { isAppendix, outlineOf, type OutlineSection } from './outline.ts';

const RULE = '---';

/** What GitHub takes as the text of one issue or comment is a little more. */
export const MOST_CHARACTERS = 65_000;
/** Beside the report: what is looked things up in. */
export const APPENDICES_FILE = 'data/appendices.md';

/**
 * The report in the operators' own template (order, headings, emoji), for pasting into issues: at most so long as one may
 * be. Sections that are not in the report are absent; everything from data is escaped, so that it is text wherever it is
 * pasted.
 */
export function renderMarkdown(report: Report, edition: Edition): string {
  for (const brevity of [0, 1, 2] as const) {
    const whole = document(report, edition, brevity, []);
    if (whole.length <= MOST_CHARACTERS) return whole;
  }
  const titles = outlineOf(report).map(({ title }) => title);
  for (let kept = titles.length - 1; kept > 0; kept -= 1) {
    const part = document(report, edition, 2, titles.slice(kept));
    if (part.length <= MOST_CHARACTERS) return part;
  }
  return document(report, edition, 2, titles);
}

/** The appendices, which would make the report too long to be pasted; long texts are folded. */
export function renderMarkdownAppendices(report: Report, edition: Edition): string {
  const lookup = createLookup(report);
  return joined([
    `# ${escapeMarkdown(report.kindTitle.toUpperCase())} REPORT: APPENDICES`,
    headerMarkdown(lookup, edition),
    ...outlineOf(report)
      .filter(({ section }) => isAppendix(section))
      .flatMap((entry) => [RULE, ...sectionMarkdown(entry, lookup, 0)]),
  ]);
}

/** `without` are the titles of sections that are left out. */
function document(report: Report, edition: Edition, brevity: Brevity, without: readonly string[]): string {
  const lookup = createLookup(report);
  const entries = outlineOf(report).filter(
    ({ section, title }) => !isAppendix(section) && !without.includes(title),
  );
  return joined([
    `# ${escapeMarkdown(report.kindTitle.toUpperCase())} REPORT`,
    headerMarkdown(lookup, edition),
    RULE,
    ...summaryMarkdown(lookup),
    RULE,
    ...verdictMarkdown(lookup),
    ...entries.flatMap((entry) => [RULE, ...sectionMarkdown(entry, lookup, brevity)]),
    RULE,
    left(report, without),
    footer(report, edition),
    RULE,
    '**END OF REPORT**',
  ]);
}

function left(report: Report, without: readonly string[]): string {
  const sections = outlineOf(report)
    .filter(({ section, title }) => !isAppendix(section) && without.includes(title))
    .map(({ title }) => title);
  const lost =
    sections.length === 0
      ? ''
      : ` Left out for length, and in \`report.html\`: ${escapeMarkdown(sections.join(', '))}.`;
  return `Statistics, configuration, queries and data files are in \`${APPENDICES_FILE}\`.${lost}`;
}

function joined(blocks: readonly string[]): string {
  return visibleText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`);
}

function sectionMarkdown(entry: OutlineSection, lookup: Lookup, brevity: Brevity): readonly string[] {
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
        .flatMap((block) => blockMarkdown(block, lookup, brevity))
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
