import type { ListItem, Part } from '../audit/block.ts';
import { PRIORITIES, type Finding, type Priority } from '../audit/finding.ts';
import type { Summary } from '../audit/registry.ts';
import { code, type Text } from '../audit/text.ts';

const EFFORT_ORDER = ['low', 'medium', 'high'];

/** Every finding's recommendation by priority; within one, the quick ones first. */
export const recommendations: Summary = {
  id: 'recommendations',
  title: 'Recommendations by priority',
  parts({ findings }): readonly Part[] {
    if (findings.length === 0) {
      return [{ title: 'None', blocks: [{ type: 'paragraph', text: ['No finding asks for a change.'] }] }];
    }
    return (Object.keys(PRIORITIES) as Priority[]).flatMap((priority): Part[] => {
      const items = findings
        .filter((finding) => finding.priority === priority)
        .sort((a, b) => EFFORT_ORDER.indexOf(a.effort) - EFFORT_ORDER.indexOf(b.effort))
        .map(toItem);
      if (items.length === 0) return [];
      return [
        { title: PRIORITIES[priority].heading, blocks: [{ type: 'list', ordered: true, items, empty: [] }] },
      ];
    });
  },
};

function toItem(finding: Finding): ListItem {
  const location: Text =
    finding.cause.location === undefined ? ['location unknown'] : [code(finding.cause.location)];
  return {
    lead: finding.recommendation,
    detail: [
      ...finding.title,
      `. Severity ${finding.severity.toLowerCase()}, ${finding.effort} effort, `,
      ...location,
      '.',
    ],
    finding: finding.id,
  };
}
