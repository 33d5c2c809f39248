import type { AlertLine, AlertMessage, ContactLevel } from './alert.ts';
import { alertFacts } from './rules.ts';

/** A short message to people beside the reports; sent at most once by its key. */
export interface Notice {
  readonly key: string;
  /** Who gets it: a contact level, or whoever the watchdog tells. */
  readonly to: ContactLevel | 'watchdog';
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Whose page in the Web UI it links to. */
  readonly workflowId: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

const ENDS: readonly AlertLine['event'][] = ['resolved', 'acknowledged'];

/** What people read of an alert message. */
export function alertNotice({ key, bot, contacts, at, lines }: AlertMessage): Notice {
  return {
    key,
    to: contacts,
    at,
    workflowId: `alerts/${bot}`,
    subject: subjectOf(bot, contacts, lines),
    text: lines.map(block).join('\n\n'),
  };
}

function subjectOf(bot: string, contacts: ContactLevel, lines: readonly AlertLine[]): string {
  const [first] = lines;
  const more = lines.length > 1 ? ` and ${String(lines.length - 1)} more` : '';
  const level = contacts > 1 && first?.event === 'escalated' ? `, level ${String(contacts)}` : '';
  return `[${wordOf(first)}${level}] ${bot}: ${first?.title ?? 'alert'}${more}`;
}

function wordOf(line: AlertLine | undefined): string {
  if (line === undefined) return 'ALERT';
  return ENDS.includes(line.event) ? line.event.toUpperCase() : line.level.toUpperCase();
}

function block(line: AlertLine): string {
  const { rule, title, text, since, remark, explains, id, event } = line;
  const isOver = ENDS.includes(event);
  return [
    `${wordOf(line)}: ${title}`,
    text,
    `Since ${since.slice(0, 16).replace('T', ' ')} UTC${remark === '' ? '' : `; ${remark}`}.`,
    ...(isOver ? [] : [`To do: ${alertFacts(rule).todo}`]),
    ...(explains.length === 0 ? [] : [`Explains: ${explains.join(' ')}`]),
    ...(isOver ? [] : [`Acknowledge: production-audit ack ${id} --by NAME`]),
  ].join('\n');
}
