import type { Block, Part } from '../../audit/block.ts';
import type { Output, Rows } from '../../audit/section.ts';
import { code, fig, text, type Text } from '../../audit/text.ts';
import { isKnown, known, missing, type Missing } from '../../audit/value.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { col, table, tableBlock, tablesOf } from '../shared/vocabulary/table.ts';
import { nothingReads, unreadWords, type UnreadWord } from '../shared/vocabulary/unread-words.ts';
import { reasonOf, unseenPart } from '../shared/vocabulary/unseen.ts';
import type { AlertGroup, AnsweredEvent, ErrorSignature, Facts, ForcedClose } from './facts.ts';
import { asked, type Input } from './input.ts';

export function statistics(facts: Facts, { rows, settings, bot }: Input): Lines {
  const { alerts, errors, earlier, history, blockers } = facts;
  const { alertDedupS, acknowledgeS, historyWindows } = settings;
  const dedup = alertDedupS === 600 ? 'ten minutes' : `${String(alertDedupS)} s`;
  const raised = alerts.reduce((total, { count }) => total + count, 0);
  const critical = counted({ id: 'CE1', unseen: reasonOf(rows.critical), queries: asked('critical') });
  const alertLog = { basis: 'alert log', queries: asked('alerts', 'alertHabits') };
  const alert = counted({ ...alertLog, id: 'EX8', unseen: reasonOf(rows.alerts) });
  const unseenErrors = isKnown(errors) ? null : errors;
  const error = counted({ id: 'EX9', unseen: unseenErrors, queries: asked('counts') });
  const earlierErrors = counted({ id: 'EX9', basis: 'earlier reports', queries: asked('counts') });
  const unseenStates = reasonOf(rows.states);
  const state = counted({ id: 'HC4', basis: 'states', unseen: unseenStates, queries: asked('states') });
  const unanswered = countOf(facts.unacknowledged);
  const few = `${String(earlier.length)} of ${String(historyWindows)} earlier windows that know their errors`;
  const usual = history && { value: known(history.median), n: earlier.length };
  const mad = history?.mad ?? missing('insufficient_n');
  const blocking =
    blockers?.active.length === 0 && blockers.doubts.length > 0
      ? missing('inadequate_basis', blockers.doubts.join('; '))
      : (blockers?.active.length ?? 0);
  return lines({
    columns: WHOLE_BOT,
    basis: 'events',
    queries: [],
    currency: bot.quoteCurrency,
    lines: [
      critical('critical_incidents', 'Critical incidents', facts.events.length, {
        formula: 'critical events, repeats within ten minutes collapsed',
        row: true,
        note: 'events, repeats collapsed',
      }),
      critical('critical_events', 'Critical events', eventsIn(facts.events.map(({ event }) => event)), {
        formula: 'events of severity CRITICAL or of a kind of catalogue CE1',
        row: 'Critical events, raw',
      }),
      critical('critical_types_unknown', 'Types of CRITICAL events not read', facts.unreadEvents.length, {
        formula:
          'distinct types of events of severity CRITICAL that neither the mapping nor a spelling reads',
        row: 'Types not read',
        note: 'events of severity CRITICAL',
      }),
      alert('critical_alerts', 'Critical alerts', alerts.length, {
        formula: `alerts of level CRITICAL, one key (text, symbol) within ${String(alertDedupS)} s counted once`,
        row: true,
        note: `alert log, one key in ${dedup} once`,
      }),
      alert('critical_alerts_raw', 'Critical alerts, raw', raised, 'alerts of level CRITICAL'),
      alert('critical_alerts_unacknowledged', 'Critical alerts not acknowledged in time', unanswered, {
        formula: `not acknowledged within ${String(acknowledgeS)} s, seen from the window’s end`,
        row: 'Not acknowledged in time',
        note: `after ${String(acknowledgeS)} s`,
      }),
      alert('critical_alerts_undelivered', 'Critical alerts not delivered', countOf(facts.undelivered), {
        formula:
          'delivered is false, or empty where the bot only ever writes true, or a reason for blocking is recorded',
        row: 'Not delivered',
      }),
      error('errors_logged', 'Errors logged', errors, {
        formula: 'events of severity ERROR or CRITICAL',
        row: true,
        note: 'events of severity ERROR or CRITICAL',
      }),
      error('errors_per_hour', 'Errors an hour', facts.errorsPerHour, {
        unit: 'ratio',
        formula: 'errors / hours of the window',
        row: true,
      }),
      error('error_signatures', 'Error signatures', facts.signatures.length, {
        unseen: unseenErrors ?? reasonOf(rows.signatures),
        queries: asked('signatures'),
        formula: 'distinct (exchange, type, message without digits and identifiers)',
        row: true,
        note: 'events, by exchange and type',
      }),
      earlierErrors(
        'errors_history_median',
        'Errors in earlier windows, median',
        usual ?? missing('insufficient_n', few),
        'median of errors_logged of the earlier reports',
      ),
      earlierErrors('errors_history_mad', 'Errors in earlier windows, MAD', mad, {
        formula: 'median of the distances from the median',
      }),
      state('global_blockers', 'Global blockers at the end', blocking, {
        id: 'NA2',
        basis: rows.states.ok ? 'states' : 'events',
        unseen: blockers === null ? unseenStates : null,
        queries: asked('states', 'critical'),
        formula:
          'kill switch or global blocker on, trading not allowed, or stopped by an event without an end',
        row: true,
        note: 'states, else events',
      }),
      state('holds', 'Switches that hold entries at the end', facts.holds.length, {
        formula: 'circuit breakers and cool-downs that are on, entries that are not allowed',
        row: true,
      }),
      state('states_not_judged', 'States not read', facts.unreadStates.length, {
        formula: 'states whose name or value neither the mapping nor a spelling reads',
        row: true,
      }),
    ],
  });
}

const countOf = (rows: Rows<unknown>): number | Missing => (rows.ok ? rows.rows.length : rows);

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
  value: col.text('Value', ({ value }) => value ?? 'NULL'),
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
