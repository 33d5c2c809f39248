import type { Output } from '../../audit/section.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { eventsOf, UNKNOWN_PLACE, type Facts, type Fault } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';

/** Figures CQ1 and CQ2. */
export function statistics({ faults, modules, fresh, unread, blind }: Facts, { bot }: Input) {
  const count = counted({ id: 'CQ2' });
  const located = faults.filter(({ place }) => place !== null);
  return lines({
    columns: WHOLE_BOT,
    basis: 'events with an error or a trace',
    queries: asked('faults'),
    currency: bot.quoteCurrency,
    unseen: unread,
    lines: [
      count(
        'faults',
        'Errors with their signature',
        eventsOf(faults),
        'events of severity ERROR or CRITICAL, or with a trace',
      ),
      count(
        'fault_signatures',
        'Different errors',
        faults.length,
        'by type, message without its particulars, and innermost place of the bot’s own code',
      ),
      count(
        'fault_modules',
        'Modules that they come from',
        modules.filter(({ faults: [first] }) => first?.place !== null).length,
        'files of the innermost frames of the bot’s own code',
      ),
      counted({ id: 'CQ1' })(
        'faults_located',
        'Errors whose trace names the place',
        eventsOf(located),
        'errors with a frame of the bot’s own code in their trace',
      ),
      count('faults_new', 'Of the different errors, new and repeated', fresh.length, {
        formula:
          'with at least policy code-quality.newErrors occurrences, and none in the days before the window',
        unseen: unread ?? blind,
        row: true,
      }),
    ],
  });
}

const moduleTable = table<Facts['modules'][number]>({
  module: col.text('Module', ({ module }) => module),
  events: col.count('Errors', ({ events }) => events),
  signatures: col.count('Different', ({ faults }) => faults.length),
  first: col.time('First', ({ faults }) => Math.min(...faults.map(({ firstAt }) => firstAt))),
  last: col.time('Last', ({ faults }) => Math.max(...faults.map(({ lastAt }) => lastAt))),
  places: col.text('Places', ({ faults }) =>
    [...new Set(faults.map(({ place }) => place ?? UNKNOWN_PLACE))].sort().slice(0, 5).join(', '),
  ),
});

const faultTable = table<Fault>({
  place: col.text('Location', ({ place }) => place ?? UNKNOWN_PLACE),
  times: col.count('Times', ({ events }) => events),
  signature: col.text('Signature', ({ signature }) => signature),
  first: col.time('First', ({ firstAt }) => firstAt),
  last: col.time('Last', ({ lastAt }) => lastAt),
  type: col.text('Event', ({ type }) => type),
  method: col.text('Function', ({ method }) => method),
  exchange: col.text('Exchange', ({ venue }) => venue ?? ''),
  example: col.text('Example', ({ example }) => example),
});

export function defineTables({ faults, modules }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  define(moduleTable, 'modules', 'Errors by module', modules, 'faults');
  define(faultTable, 'signatures', 'Errors by signature', faults, 'faults');
}
