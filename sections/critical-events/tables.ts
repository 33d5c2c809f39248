import type { Output } from '../../audit/section.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import type { UnreadWord } from '../shared/vocabulary/unread-words.ts';
import type { AlertGroup } from './alerts.ts';
import type { AnsweredEvent } from './events.ts';
import type { ErrorSignature, Facts } from './facts.ts';
import type { ForcedClose } from './forced.ts';
import { asked, type Input } from './input.ts';

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

export const unreadTable = table<UnreadWord>({
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
