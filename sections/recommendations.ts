import type { ListItem, Part } from '../audit/block.ts';
import { PRIORITIES, type Finding, type Priority } from '../audit/finding.ts';
import type { Summary } from '../audit/registry.ts';
import { code, text } from '../audit/text.ts';

const EFFORT_ORDER = ['low', 'medium', 'high'];

/** Every finding's recommendation by priority; within one, the quick ones first. */
export const recommendations: Summary = {
  id: 'recommendations',
  title: 'Recommendations by priority',
  parts({ findings }) {
    const parts = (Object.keys(PRIORITIES) as Priority[]).flatMap((priority): Part[] => {
      const items = findings
        .filter((finding) => finding.priority === priority)
        .sort((a, b) => EFFORT_ORDER.indexOf(a.effort) - EFFORT_ORDER.indexOf(b.effort))
        .map(toItem);
      const title = PRIORITIES[priority].heading;
      return items.length === 0
        ? []
        : [{ title, blocks: [{ type: 'list', ordered: true, items, empty: [] }] }];
    });
    if (parts.length > 0) return parts;
    return [{ title: 'None', blocks: [{ type: 'paragraph', text: ['No finding asks for a change.'] }] }];
  },
};

function toItem(finding: Finding): ListItem {
  const { title, severity, effort, cause } = finding;
  const location = cause.location === undefined ? '' : text`, ${code(cause.location)}`;
  return {
    lead: finding.recommendation,
    detail: text`${title} (${severity.toLowerCase()}, ${effort} effort${location}).`,
    finding: finding.id,
  };
}
