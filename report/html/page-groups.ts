import type { Block } from '../../audit/block.ts';
import { isAppendix, type OutlineSection } from '../outline.ts';

/** Sections that share a run of pages with one running head. */
export interface PageGroup {
  readonly name: string;
  readonly head: string;
  readonly sections: readonly OutlineSection[];
}

/** Lines that short sections may have together: a page holds about 54. */
const SHARED_LINES = 46;
const PAGE_LINES = 54;
/**
 * So few lines would leave their page nearly empty: what follows a section of them goes on below it, and a section of
 * them goes on where a long one has just run over to a next page.
 */
const TINY_LINES = 24;
/** Their titles stand in the running head. */
const MOST_SECTIONS = 4;
const CARD_LINES = 26;
const FIGURE_LINES = 18;

/**
 * Running heads come from named pages, and a new page name begins a new page (Chromium has no running strings). So that
 * short sections do not leave their pages empty, neighbours that fit together share one.
 */
export function pageGroups(outline: readonly OutlineSection[]): readonly PageGroup[] {
  const groups: { sections: OutlineSection[]; lines: number }[] = [];
  for (const entry of outline) {
    const lines = estimatedLines(entry);
    const last = groups.at(-1);
    const fits = last && last.lines + lines <= SHARED_LINES && last.sections.length < MOST_SECTIONS;
    const runsOver = last && lines <= TINY_LINES && last.lines % PAGE_LINES <= TINY_LINES;
    const follows = last !== undefined && followsOn(last.sections, entry);
    if (last && (fits || last.lines <= TINY_LINES || runsOver || follows)) {
      last.sections.push(entry);
      last.lines += lines;
    } else {
      groups.push({ sections: [entry], lines });
    }
  }
  return groups.map(({ sections }, index) => ({
    name: `part-${String(index + 1)}`,
    head: sections.map(({ title }) => title).join(' · '),
    sections,
  }));
}

/** What has no number in the template is one read, and appendices are looked up in: they go on below each other. */
function followsOn(before: readonly OutlineSection[], { section }: OutlineSection): boolean {
  const most = isAppendix(section) ? 2 : MOST_SECTIONS;
  return (
    before.length < most &&
    [...before.map((one) => one.section), section].every(
      (one) => one.number === null && isAppendix(one) === isAppendix(section),
    )
  );
}

function estimatedLines({ parts }: OutlineSection): number {
  return parts.reduce(
    (total, { part }) => total + 3 + part.blocks.reduce((lines, block) => lines + blockLines(block), 0),
    3,
  );
}

function blockLines(block: Block): number {
  switch (block.type) {
    case 'metrics':
      return block.rows.length * 1.7 + 3;
    case 'table':
      return 12;
    case 'chart':
      return block.chart.kind === 'strip' ? 5 : FIGURE_LINES;
    case 'findings':
      return block.findings.length === 0 ? 2 : block.findings.length * CARD_LINES;
    case 'list':
      return Math.max(1, block.items.length) * 1.8;
    case 'checklist':
      return block.items.length * 1.4;
    case 'code':
      return block.text.split('\n').length + 2;
    case 'files':
      return SHARED_LINES + 1;
    case 'paragraph':
    case 'note':
    case 'glance':
      return 4;
  }
}
