import { stamp } from '../time.ts';
import type { AlertEvent, AlertLine, AlertMessage, ContactLevel, OpenAlert, Told } from './alert.ts';

const LEVELS: readonly ContactLevel[] = [1, 2, 3];
/** More is no message for a chat; the state has them all. */
const LINES = 30;

/** What one message says of an alert. */
export function lineOf(
  { id, rule, title, level, text, since }: OpenAlert,
  event: AlertEvent,
  remark: string,
  explains: readonly string[],
): AlertLine {
  return { event, id, rule, title, level, text, since, remark, explains: explains.slice(0, 10) };
}

/** All lines of this moment as one message for each contact level that has some, the worst first. */
export function messagesOf(
  { bot, at, step }: { readonly bot: string; readonly at: string; readonly step: number },
  told: readonly Told[],
): readonly AlertMessage[] {
  return LEVELS.flatMap((contacts) => {
    const lines = told
      .filter((one) => ('to' in one ? one.to >= contacts : one.only === contacts))
      .map(({ line }) => line)
      .sort((a, b) => rank(a) - rank(b));
    if (lines.length === 0) return [];
    const key = `alert/${bot}/${stamp(at)}/${String(step)}/L${String(contacts)}`;
    return [{ key, bot, contacts, at, lines: shortened(lines) }];
  });
}

function rank({ level, event }: AlertLine): number {
  return (event === 'resolved' || event === 'acknowledged' ? 2 : 0) + (level === 'critical' ? 0 : 1);
}

function shortened(lines: readonly AlertLine[]): readonly AlertLine[] {
  const [last] = lines.slice(LINES - 1);
  if (lines.length <= LINES || last === undefined) return lines;
  const more = lines.length - LINES + 1;
  return [
    ...lines.slice(0, LINES - 1),
    {
      ...last,
      title: `${String(more)} more alerts`,
      text: '`production-audit alerts list` has them all.',
      explains: [],
    },
  ];
}
