import type { Output } from '../../audit/section.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts, SymbolFact } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { STAGES } from './stages.ts';

/** Figures NA3 and NA5. */
export function statistics(facts: Facts, { rows, bot }: Input) {
  const signal = counted({ id: 'NA5', unseen: facts.unseen });
  const alert = counted({
    id: 'NA5',
    basis: 'alerts',
    queries: asked('alerts'),
    unseen: reasonOf(rows.alerts),
  });
  const watched = { id: 'NA3', basis: 'watch list', queries: asked('watch'), unseen: reasonOf(rows.watch) };
  const noPrice: Missing = missing('no_data', 'no watched symbol has the time of its price');
  return lines({
    columns: WHOLE_BOT,
    basis: 'signals',
    queries: asked('signals'),
    currency: bot.quoteCurrency,
    lines: [
      signal('signals', 'Signals', facts.signals, 'signals of the window'),
      signal(
        'signals_symbols',
        'Symbols with signals',
        facts.signalled.length,
        'symbols with at least one of them',
      ),
      alert('signals_alerts', 'Alerts written', facts.alerts ?? 0, 'alerts of the window'),
      alert(
        'signals_alerts_blocked',
        'Alerts held back',
        facts.blocked ?? 0,
        'of these, with a reason why they were not sent',
      ),
      counted({ id: 'NA5', basis: 'orders', queries: asked('orders'), unseen: reasonOf(rows.orders) })(
        'signals_orders',
        'Entry orders',
        facts.orders,
        'orders of the window that open or enlarge a position',
      ),
      counted(watched)(
        'watched_stale',
        'Watched prices that are stale',
        facts.stale,
        'watched symbols whose last price is older at the end than policy signals.priceMaxAgeMin',
      ),
      {
        ...watched,
        name: 'watched_oldest',
        unit: 'min',
        title: 'Oldest watched price',
        formula: 'end of the window - time of the last price, largest of the watched symbols',
        of: () => facts.oldestMin ?? noPrice,
        row: true,
      },
    ],
  });
}

export const symbolTable = table<SymbolFact>({
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  signals: col.count('Signals', ({ signals }) => signals),
  last: col.time('Last signal', ({ lastAt }) => lastAt),
  alerts: col.count('Alerts', ({ alerts }) => alerts),
  blocked: col.count('Held back', ({ blocked }) => blocked),
  decisions: col.count('Decisions', ({ decisions }) => decisions),
  orders: col.count('Entry orders', ({ orders }) => orders),
  stage: col.text('Where it ended', ({ stage }) => STAGES[stage].says),
});

export function defineTables({ symbols }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  const first = symbols.toSorted((a, b) => b.signals - a.signals || (a.symbol < b.symbol ? -1 : 1));
  define(
    symbolTable,
    'symbols',
    'From the signal to the order, by symbol',
    first,
    'signals',
    'watch',
    'alerts',
    'decisions',
    'orders',
  );
}
