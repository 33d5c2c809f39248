import type { Report } from '../../audit/report.ts';
import { text } from '../../audit/text.ts';

const WORDS =
  'positions at the exchange were opened without a protective stop order because the order was refused while the price moved through the trigger and nobody was told of it';

/** A sentence of about `characters`, which begins with `head`. */
function long(head: string, characters: number): string {
  return `${head} ${WORDS.repeat(Math.ceil(characters / WORDS.length))}`.slice(0, characters);
}

/** A report whose first page has too much of everything. */
export function overfull(report: Report, how: 'long' | 'longest'): Report {
  const size = how === 'long' ? 260 : 20_000;
  const { front, judgement } = report;
  const change = (rule: string) => ({ rule, title: long('Seen', size), windows: 7 });
  return {
    ...report,
    bot: {
      ...report.bot,
      name: 'a-bot-with-a-name-of-sixty-characters-as-a-database-may-hold',
      auditor: long('audit', 80),
    },
    sections: [
      ...report.sections,
      ...Array.from({ length: how === 'long' ? 8 : 14 }, (_, index) => ({
        id: `more-${String(index)}`,
        number: String(16 + index),
        title: long('More of', 60),
        status: 'ok' as const,
        parts: [{ title: 'Nothing', blocks: [{ type: 'paragraph' as const, text: ['Nothing.'] }] }],
      })),
    ],
    judgement: {
      ...judgement,
      scores: judgement.scores.map((score) => ({
        ...score,
        ...(score.score === null && { reason: long('not seen:', size) }),
        losses: [3.1, 2.2, 1.3].map((points, index) => ({
          points,
          what: long('Loss', 80),
          ref: `X${String(index)}`,
          kind: 'check' as const,
        })),
      })),
      green: Array.from({ length: 9 }, (_, index) => [long(`Condition ${String(index)}`, size)]),
    },
    front: {
      ...front,
      lead: text`${long('In this window', size)}.`,
      why: [long('The cause is that', size)],
      scope: [long('Scope: database; not audited: exchange. Not seen:', size)],
      actions: front.actions.map(({ finding }) => ({
        finding,
        title: [long('Place', size)],
        detail: [long('At stake', size)],
      })),
      changes: {
        ...front.changes,
        new: Array.from({ length: 9 }, (_, index) => change(`NW-0${String(index)}`)),
        recurring: Array.from({ length: 9 }, (_, index) => change(`RC-0${String(index)}`)),
        resolved: Array.from({ length: 9 }, (_, index) => change(`RS-0${String(index)}`)),
        worsened: Array.from({ length: 9 }, (_, index) => change(`WR-0${String(index)}`)),
        method: [change('').title],
        figures: Array.from({ length: 9 }, () => {
          const { title } = change('');
          return { figure: 'overall', text: title, median: 1, deviation: 1, windows: 9 };
        }),
      },
    },
  };
}
