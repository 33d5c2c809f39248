import { PRIORITIES, type Priority } from '../audit/finding.ts';
import type { EvaluatedAudit, Summary } from '../audit/registry.ts';
import { fig, text, type Text } from '../audit/text.ts';

const TAKEAWAYS = 3;
const PROFIT =
  'Performance measures execution and latency, not profit: a losing window with perfect operations can be green. Losses matter through the limits.';

/** Assessment, takeaways and the check list of what comes next, all from the judgement and the findings. */
export const conclusion: Summary = {
  id: 'conclusion',
  title: 'Conclusion',
  parts(audit) {
    const first = audit.findings
      .slice(0, TAKEAWAYS)
      .map((finding) => ({ lead: finding.title, detail: finding.cause.text, finding: finding.id }));
    return [
      {
        title: 'Overall assessment',
        blocks: [
          { type: 'paragraph', text: assessment(audit) },
          { type: 'note', tone: 'neutral', text: [PROFIT] },
        ],
      },
      {
        title: 'Key takeaways',
        blocks: [
          {
            type: 'list',
            ordered: true,
            items: first,
            empty: ['Nothing was found; each section says what it could not judge.'],
          },
        ],
      },
      { title: 'Next steps', blocks: [{ type: 'checklist', items: nextSteps(audit) }] },
    ];
  },
};

function assessment({ judgement, findings }: EvaluatedAudit): Text {
  const seen =
    judgement.coverage === null ? 'No check could be applied.' : text`Coverage is ${fig('coverage')}.`;
  const number =
    judgement.overall === null
      ? 'An overall number could not be formed.'
      : text`Overall ${fig('overall')} of 10.`;
  return text`The verdict is ${judgement.verdict} (${judgement.colour}). ${number} ${seen} ${fig('findings')} ${findings.length === 1 ? 'finding' : 'findings'}.`;
}

function nextSteps({ findings, judgement, checks }: EvaluatedAudit) {
  const steps = (Object.keys(PRIORITIES) as Priority[]).map((priority) => {
    const { step } = PRIORITIES[priority];
    const open = findings.filter((finding) => finding.priority === priority);
    const rules = [...new Set(open.map(({ rule }) => rule))].join(', ');
    return { done: open.length === 0, text: [`${step}: ${rules || 'nothing to do'}`] };
  });
  const unseen = checks.some(({ outcome }) => outcome.state === 'unknown') || judgement.coverage === null;
  const sight = unseen
    ? 'Make visible what this audit could not see'
    : 'Back with a second source what rests on the bot’s own word';
  const whole = judgement.coverage === 100;
  return [
    ...steps,
    { done: whole, text: [whole ? 'Everything applicable was seen' : sight] },
    { done: judgement.colour === 'GREEN', text: ['Audit the next window and compare'] },
  ];
}
