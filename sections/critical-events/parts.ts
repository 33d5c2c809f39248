import type { Block, Part } from '../../audit/block.ts';
import type { Output, Rows } from '../../audit/section.ts';
import { code, fig, text, type Text } from '../../audit/text.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import { col, table, tableBlock, tablesOf } from '../shared/vocabulary/table.ts';
import { nothingReads, unreadWords, type UnreadWord } from '../shared/vocabulary/unread-words.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { AlertGroup, AnsweredEvent, ErrorSignature, Facts } from './facts.ts';
import type { ForcedClose } from './forced.ts';
import { asked, type Input } from './input.ts';
import { statistics } from './statistics.ts';

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

const READ_AS = {
  blocks: 'stops trading',
  holds: 'holds entries',
  cools: 'cools down',
  free: 'nothing stopped',
  unread: 'not read',
  other: 'no switch',
} as const;

const events = table<AnsweredEvent>({
  at: col.time('First', ({ event }) => event.first_at),
  until: col.time('Last', ({ event }) => event.last_at),
  times: col.count('Times', ({ event }) => event.events),
  type: col.text('Event', ({ event }) => event.type),
  symbol: col.text('Symbol', ({ event }) => event.symbol ?? ''),
  exchange: col.text('Exchange', ({ event }) => event.exchange ?? ''),
  position: col.text('Position', ({ event }) => event.position_id ?? ''),
  details: col.text('Details', ({ event }) => event.message ?? ''),
  alert_after: col.s('Alert after (s)', ({ alert, delayMs }) => (alert ? delayMs / 1000 : null)),
  event: col.text('Event id', ({ event }) => event.id ?? ''),
});

const states = table<JudgedState>({
  name: col.text('State', ({ name }) => name),
  value: col.text('Value', ({ value }) => value),
  meaning: col.text('Read as', ({ says }) => READ_AS[says]),
  since: col.time('Since', ({ since }) => since),
  at: col.time('Written', ({ at }) => at),
  reason: col.text('Reason', ({ reason }) => reason ?? ''),
});

const alerts = table<AlertGroup>({
  at: col.time('First', ({ first }) => first),
  until: col.time('Last', ({ last }) => last),
  times: col.count('Times', ({ count }) => count),
  text: col.text('Alert', ({ text }) => text),
  symbol: col.text('Symbol', ({ symbol }) => symbol ?? ''),
  delivered: col.text('Delivered', ({ delivered }) => delivered),
  acknowledged: col.time('Acknowledged', ({ acknowledgedAt }) => acknowledgedAt),
});

const errors = table<ErrorSignature>({
  times: col.count('Times', ({ events: times }) => times),
  exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
  type: col.text('Event', ({ type }) => type),
  signature: col.text('Signature', ({ signature }) => signature),
  first: col.time('First', ({ first_at: first }) => first),
  last: col.time('Last', ({ last_at: last }) => last),
});

const forcedCloses = table<ForcedClose>({
  at: col.time('At', ({ at }) => at),
  kind: col.text('Kind', ({ kind }) => kind),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  exchange: col.text('Exchange', ({ venue }) => venue ?? ''),
  position: col.text('Position', ({ position }) => position?.id ?? ''),
  notional: col.money('Notional', ({ notional }) => notional),
  stop: col.price('Stop', ({ position }) => position?.stop_loss_price ?? null),
  liquidation: col.price('Liquidation price', ({ position }) => position?.liquidation_price ?? null),
});

const unreadTable = table<UnreadWord>({
  of: col.text('Column', ({ entity, column }) => `${entity}.${column}`),
  word: col.text('Word', ({ word }) => word),
  rows: col.count('Rows', ({ rows }) => rows),
});

export function defineTables(facts: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, 'critical-events', bot.quoteCurrency, asked);
  define(events, 'events', 'Critical events', facts.events, 'critical', 'alerts');
  define(states, 'states', 'States at the end of the window', facts.states, 'states');
  define(alerts, 'alerts', 'Critical alerts', facts.alerts, 'alerts');
  define(errors, 'errors', 'Errors by signature', facts.signatures, 'signatures');
  const forced = 'Liquidations and automatic deleveraging';
  define(forcedCloses, 'forced-closes', forced, facts.forced, 'critical', 'positions');
}
