import type { Part } from '../audit/block.ts';
import type { Priority } from '../audit/finding.ts';
import type { EvaluatedAudit, Summary } from '../audit/registry.ts';
import { fig, text, type Text } from '../audit/text.ts';

const TAKEAWAYS = 3;
const STEPS: readonly (readonly [Priority, string])[] = [
  ['P0', 'Fix what is immediate before the next production run'],
  ['P1', 'Address what is high within 24 hours'],
  ['P2', 'Plan what is medium within a week'],
  ['P3', 'Schedule what is low'],
];

/** Assessment, takeaways and the check list of what comes next, all from the judgement and the findings. */
export const conclusion: Summary = {
  id: 'conclusion',
  title: 'Conclusion',
  parts(audit): readonly Part[] {
    return [
      {
        title: 'Overall assessment',
        blocks: [
          { type: 'paragraph', text: assessment(audit) },
          {
            type: 'list',
            ordered: false,
            items: audit.judgement.reasons.map((lead) => ({ lead })),
            empty: ['Nothing stands against this verdict.'],
          },
          {
            type: 'note',
            tone: 'neutral',
            text: [
              'Performance measures execution and latency, not profit: a losing window with perfect operations can be green. Losses matter through the limits.',
            ],
          },
        ],
      },
      {
        title: 'Key takeaways',
        blocks: [
          {
            type: 'list',
            ordered: true,
            items: audit.findings
              .slice(0, TAKEAWAYS)
              .map((finding) => ({ lead: finding.title, detail: finding.cause.text, finding: finding.id })),
            empty: ['No condition of this report was met.'],
          },
        ],
      },
      { title: 'Next steps', blocks: [{ type: 'checklist', items: nextSteps(audit) }] },
    ];
  },
};

function assessment({ judgement }: EvaluatedAudit): Text {
  const seen: Text =
    judgement.coverage === null ? [' No check could be applied.'] : text` Coverage is ${fig('coverage')}.`;
  const number: Text =
    judgement.overall === null
      ? [' An overall number could not be formed.']
      : text` Overall ${fig('overall')} of 10.`;
  return [
    `The verdict is ${judgement.verdict} (${judgement.colour}).`,
    ...number,
    ...seen,
    ...text` ${fig('findings')} findings.`,
  ];
}

function nextSteps({
  findings,
  judgement,
}: EvaluatedAudit): { readonly done: boolean; readonly text: Text }[] {
  const steps = STEPS.map(([priority, step]) => {
    const open = findings.filter((finding) => finding.priority === priority);
    const rules = [...new Set(open.map(({ rule }) => rule))].join(', ');
    return {
      done: open.length === 0,
      text: [open.length === 0 ? `${step}: nothing to do` : `${step}: ${rules}`],
    };
  });
  const blind = judgement.coverage !== null && judgement.coverage < 100;
  return [
    ...steps,
    {
      done: !blind,
      text: [blind ? 'Make visible what this audit could not see' : 'Everything applicable was seen'],
    },
    { done: judgement.colour === 'GREEN', text: ['Audit the next window and compare'] },
  ];
}
