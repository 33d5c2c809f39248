import type { Change, Report } from '../../audit/report.ts';
import type { Line, Say } from './lines.ts';

/** The verdict, its scores and the first page: what follows from all sections together. */
export function reportLines({ judgement, front, sections }: Report, say: Say): readonly Line[] {
  const { verdict, colour, overall, coverage } = judgement;
  const changes = (kind: 'new' | 'recurring' | 'resolved'): string =>
    front.changes[kind]
      .map(
        ({ rule, title, finding, windows }: Change) =>
          `${rule} ${title} (${finding ?? '-'}, ${String(windows)})`,
      )
      .sort()
      .join('; ') || '-';
  return [
    { head: 'sections', body: sections.map(({ number, title }) => `${number ?? '-'} ${title}`).join(' / ') },
    { head: 'verdict', body: `${verdict} ${colour} ${String(overall)}, coverage ${String(coverage)}` },
    ...judgement.reasons.map((reason) => ({ head: `reason: ${say(reason)}`, body: '' })),
    ...judgement.green.map((step) => ({ head: `green: ${say(step)}`, body: '' })),
    ...judgement.scores.map((score) => ({
      head: `score ${score.dimension}`,
      body:
        `${String(score.score)} ${score.reason ?? ''} base ${String(score.base)} cap ${String(score.cap)} ` +
        `coverage ${String(score.coverage)} lost ` +
        score.losses.map(({ points, what, ref }) => `${String(points)} ${what} (${ref})`).join('; '),
    })),
    { head: 'front title', body: front.title },
    { head: 'front lead', body: say(front.lead) },
    { head: 'front why', body: say(front.why) },
    { head: 'front scope', body: say(front.scope) },
    {
      head: 'front glance',
      body: front.glance.figures.map(({ key, title }) => `${title}: ${key}`).join(' | '),
    },
    ...front.actions.map(({ finding, title, detail }) => ({
      head: `front action ${finding}`,
      body: `${say(title)}: ${say(detail)}`,
    })),
    { head: 'changes', body: front.changes.compared ? 'compared' : 'not compared' },
    { head: 'changes new', body: changes('new') },
    { head: 'changes recurring', body: changes('recurring') },
    { head: 'changes resolved', body: changes('resolved') },
    {
      head: 'changes trend',
      body: front.changes.trend.map(({ to, overall: points }) => `${to} ${String(points)}`).join('; '),
    },
  ];
}
