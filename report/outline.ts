import type { Part } from '../audit/block.ts';
import type { Report, ReportSection } from '../audit/report.ts';

export interface OutlineSection {
  readonly section: ReportSection;
  /** Unique in the document: the target of links and of the PDF's contents. */
  readonly anchor: string;
  /** `1 Position management`, `Appendix A: Full statistics`. */
  readonly title: string;
  readonly parts: readonly { readonly part: Part; readonly anchor: string; readonly title: string }[];
}

/** The report's sections with numbers and anchors; findings that no section shows get a section of their own. */
export function outlineOf(report: Report): readonly OutlineSection[] {
  const shown = new Set(
    report.sections
      .flatMap(({ parts }) => parts.flatMap(({ blocks }) => blocks))
      .flatMap((block) => (block.type === 'findings' ? block.findings : [])),
  );
  const rest = report.findings.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
  const sections = rest.length === 0 ? report.sections : withOther(report.sections, otherFindings(rest));
  return sections.map((section) => {
    const appendix = isAppendix(section);
    const anchor = `section-${slug(section.id)}`;
    return {
      section,
      anchor,
      title:
        section.number !== null && appendix
          ? `Appendix ${section.number}: ${section.title}`
          : [section.number, section.title].filter((word) => word !== null).join(' '),
      parts: section.parts.map((part, index) => ({
        part,
        anchor: `${anchor}-${String(index + 1)}`,
        title: section.number === null ? part.title : `${section.number}.${String(index + 1)} ${part.title}`,
      })),
    };
  });
}

/** Before the appendices, or last. */
function withOther(sections: readonly ReportSection[], other: ReportSection): readonly ReportSection[] {
  const first = sections.findIndex(isAppendix);
  return first === -1 ? [...sections, other] : sections.toSpliced(first, 0, other);
}

/** Numbered by a letter, or called one by its title. */
export function isAppendix({ number, title }: ReportSection): boolean {
  return number === null ? /^appendix\b/i.test(title) : /^[A-Z]$/.test(number);
}

function otherFindings(findings: readonly string[]): ReportSection {
  return {
    id: 'other-findings',
    number: null,
    title: 'Other findings',
    status: 'ok',
    parts: [{ title: 'Findings across sections', blocks: [{ type: 'findings', findings, none: [] }] }],
  };
}

export function findingAnchor(id: string): string {
  return `finding-${slug(id)}`;
}

/** Letters, digits and hyphens; other characters as their code, so that different ids stay different. */
export function slug(id: string): string {
  return id
    .toLowerCase()
    .replaceAll('/', '--')
    .replace(/[^a-z0-9-]/gu, (character) => `-${(character.codePointAt(0) ?? 0).toString(16)}-`);
}
