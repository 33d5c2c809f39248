import type { OpenAlert } from '../audit/alerts/alert.ts';
import { alertFacts } from '../audit/alerts/rules.ts';
import type { AlertsCarried } from './alerts-types.ts';
import { clipped, plain } from './details.ts';
import { counted } from './words.ts';

/** Current details of a bot's alerts for the Web UI: what is open and what to do, what is not watched, what ended. */
export function alertsDetails({ alerts, unsent }: AlertsCarried, ignoredAt: string | null = null): string {
  const { bot, lookedAt, open, unwatched, unknown, closed, held = [] } = alerts;
  const told = open.filter(({ cause }) => cause === null);
  const explained = open.length - told.length;
  const watched = lookedAt === null ? 'Nobody has looked yet.' : `Last look ${clock(lookedAt)}.`;
  return clipped(
    [
      `**${plain(bot, 63)}**: ${open.length === 0 ? 'no open alert' : counted(open.length, 'open alert')}. ${watched}`,
      ...(told.length === 0 ? [] : [told.slice(0, 15).map(alertLines).join('\n')]),
      ...(told.length > 15 ? [`and ${String(told.length - 15)} more`] : []),
      ...(explained === 0 ? [] : [`${counted(explained, 'alert')} explained by these and not told.`]),
      ...(held.length === 0 ? [] : [`${counted(held.length, 'line')} held back, told later in one message.`]),
      ...(unsent.length === 0 ? [] : [`**Not delivered**\n\n${list(unsent)}`]),
      ...(ignoredAt === null
        ? []
        : [
            `A signal \`look\` of ${clock(ignoredAt)} was no look at this bot and changed nothing; only \`alertWatch\` sends it.`,
          ]),
      ...(Object.keys(unknown).length === 0
        ? []
        : [
            `**Cannot be watched**\n\n${list(Object.entries(unknown).map(([rule, since]) => `${rule} since ${clock(since)}`))}`,
          ]),
      ...(unwatched.length === 0
        ? []
        : [`**Not watched**\n\n${list(unwatched.map(({ title, reason }) => `${title}: ${reason}`))}`]),
      ...(closed.length === 0
        ? []
        : [
            `**Ended**\n\n${list(closed.slice(0, 5).map(({ title, text, how, closedAt }) => `${clock(closedAt)} ${title}, ${how}: ${text}`))}`,
          ]),
    ].join('\n\n'),
  );
}

function alertLines({ id, level, rule, title, text, since, quietSince, acknowledged }: OpenAlert): string {
  const state =
    acknowledged !== null
      ? `acknowledged by ${plain(acknowledged.by, 40)}`
      : `send the update \`acknowledge\` with \`{"id": "${id}", "by": "your name"}\``;
  const quiet = quietSince === null ? '' : ', not seen now';
  return [
    `- **${level}** ${plain(title, 80)} since ${clock(since)}${quiet}: ${plain(text, 200)}`,
    `  - ${plain(alertFacts(rule).todo, 240)}`,
    `  - ${state}`,
  ].join('\n');
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line, 200)}`).join('\n');
}

function clock(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
