import { gapWords } from '../audit/snapshot-gap.ts';
import type { MonitorProgress } from './monitor-state.ts';
import { gapMinutes } from './monitor-gaps.ts';
import { counted } from './words.ts';

/** What a person sees who opens the run in the Web UI. */
export function monitorDetails({ bot, window, expected, taken, gaps, newest }: MonitorProgress): string {
  const missed = gapMinutes(gaps);
  const listed = gaps
    .slice(-10)
    .map(({ from, to, reason, detail }) => `- \`${from}\` to \`${to}\`: ${gapWords(reason)}${said(detail)}`);
  return [
    `**Monitoring** \`${bot}\``,
    [
      `- window \`${window.from}\` to \`${window.to}\``,
      `- ${String(taken)} of ${counted(expected, 'snapshot')}, ${counted(missed, 'minute')} missed`,
      ...(newest === null ? [] : [`- at \`${newest.slot}\`: ${numbersText(newest)}`]),
    ].join('\n'),
    ...(listed.length === 0 ? [] : [`**Newest gaps**\n\n${listed.join('\n')}`]),
  ].join('\n\n');
}

function numbersText({ total, unprotected, errors }: NonNullable<MonitorProgress['newest']>): string {
  const known = (value: number | null): string => (value === null ? 'not known' : String(value));
  return `${known(total)} open, ${known(unprotected)} unprotected, errors in the last minute ${known(errors)}`;
}

/** Data in Markdown: a backtick or a line break of an error message would end what it stands in. */
function said(detail: string | null): string {
  return detail === null ? '' : ` (\`${detail.replaceAll(/[`\s]+/g, ' ')}\`)`;
}
