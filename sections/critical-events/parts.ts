import type { Block, Part } from '../../audit/block.ts';
import type { Output, Rows } from '../../audit/section.ts';
import { code, fig, text, type Text } from '../../audit/text.ts';
import { tableBlock } from '../shared/vocabulary/table.ts';
import { nothingReads, unreadWords } from '../shared/vocabulary/unread-words.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { statistics } from './statistics.ts';
import { unreadTable } from './tables.ts';

const note = (tone: 'warning' | 'bad', text: Text): Block => ({ type: 'note', tone, text });

export function partsOf(facts: Facts, input: Input, out: Output, findings: Part): readonly Part[] {
  const { critical, alerts, counts, signatures } = input.rows;
  if (!critical.ok && !alerts.ok && !counts.ok)
    return [
      unseenPart('Statistics', 'critical events, alerts and errors', critical, input.bot),
      ...unreadPart(input, out),
    ];
  const none = (rows: Rows<unknown>, what: string, happened: string): string =>
    rows.ok
      ? `No ${happened} in the window.`
      : `${what} cannot be read; the reason stands in the statistics.`;
  const noEvent = none(critical, 'Critical events', 'critical event was written');
  const noAlert = none(alerts, 'Alerts', 'critical alert was raised');
  const noError = none(signatures, 'Errors', 'error was logged');
  return [
    {
      title: 'Statistics',
      blocks: [statistics(facts, input).block(out), ...notes(facts, input), ...statesTable(facts)],
    },
    {
      title: 'Timeline',
      blocks: [
        tableBlock('critical-events.events', 30, noEvent, 'Critical events'),
        tableBlock('critical-events.alerts', 12, noAlert, 'Critical alerts'),
        tableBlock('critical-events.errors', 12, noError, 'Errors by signature'),
      ],
    },
    ...unreadPart(input, out),
    findings,
  ];
}

function notes({ unreadEvents, blockers }: Facts, input: Input): readonly Block[] {
  const unread = nothingReads(unreadEvents, input);
  const blocking = (blockers?.active ?? []).map(({ name }) => name).join(', ');
  const stopped = text`${fig('global_blockers')} global blockers at the end of the window: ${blocking}.`;
  return [
    ...(unread === null ? [] : [note('warning', text`CRITICAL events that nobody classified: ${unread}.`)]),
    ...(blocking === '' ? [] : [note('bad', stopped)]),
  ];
}

/** Only where a state is more than a switch at rest: a table of "nothing stopped" tells nobody anything. */
function statesTable({ holds, unreadStates, blockers }: Facts): readonly Block[] {
  if (holds.length + unreadStates.length + (blockers?.active.length ?? 0) === 0) return [];
  const title = 'States at the end of the window';
  return [tableBlock('critical-events.states', 20, 'No state is recorded.', title)];
}

/** What the audit could not understand, of all entities, and what to do. */
function unreadPart(input: Input, out: Output): readonly Part[] {
  const words = unreadWords(input);
  if (words.length === 0) return [];
  const head = { id: 'critical-events.unread-words', title: 'Words that nothing reads', queries: [] };
  const dataset = out.dataset(unreadTable.of(head, words, input.bot.quoteCurrency));
  const lead = text`Neither the mapping nor a spelling says what these words mean, so what they could have told is unknown; ${code(`production-audit mapping check --bot ${input.bot.name}`)} shows the line of SQL that would.`;
  return [
    {
      title: 'Words not read',
      blocks: [{ type: 'paragraph', text: lead }, tableBlock(dataset, 20, 'All words are read.')],
    },
  ];
}
