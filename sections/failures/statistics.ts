import type { Output } from '../../audit/section.ts';
import { known, missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts, Group, Missed, SymbolOutcome } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';

/** Figures FA1 and FA2. */
export function statistics(
  { failures, unclassified, consistent, symbols, unseen }: Facts,
  { rows, bot }: Input,
) {
  const n = failures.length;
  const reason = counted({ id: 'FA1', queries: asked('failed', 'orders'), unseen });
  const place = counted({ id: 'FA2', queries: asked('outcomes'), unseen: reasonOf(rows.outcomes) });
  return lines({
    columns: WHOLE_BOT,
    basis: 'decisions and executions',
    queries: asked('failed'),
    currency: bot.quoteCurrency,
    lines: [
      reason(
        'failures',
        'Failed decisions',
        n,
        'decisions of the window that failed by its end, one reason each',
      ),
      reason(
        'failures_unclassified',
        'Without a known reason',
        n === 0 ? missing('no_data', 'no decision failed') : { value: known((100 * unclassified) / n), n },
        {
          unit: 'percent',
          formula:
            '100 x failures of which neither order nor execution says why in words that are read / failures',
          row: true,
        },
      ),
      place(
        'failing_symbols',
        'Symbols that failed',
        symbols.length,
        'symbols with a failed decision in the window',
      ),
      place('consistently_failing', 'Consistently failing symbols', consistent.length, {
        formula: 'symbols that failed at least policy failures.consistently times and succeeded never',
        row: true,
        note: consistent.length === 0 ? 'none' : names(consistent.map(({ symbol }) => symbol ?? 'unknown')),
      }),
    ],
  });
}

const groupTable = (title: string, all: number) =>
  table<Group>({
    name: col.text(title, ([name]) => name),
    failures: col.count('Failures', ([, of]) => of.length),
    share: col.percent('Share (%)', ([, of]) => (100 * of.length) / all),
    first: col.time('First', ([, of]) => of[0]?.at ?? null),
    last: col.time('Last', ([, of]) => of.at(-1)?.at ?? null),
    said: col.text('Recorded words', ([, of]) =>
      names(of.map(({ said }) => said).filter((said) => said !== '')),
    ),
  });

const symbolTable = (consistent: readonly SymbolOutcome[]) =>
  table<SymbolOutcome>({
    symbol: col.text('Symbol', ({ symbol }) => symbol),
    exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
    failed: col.count('Failed', ({ failed }) => failed),
    executed: col.count('Executed', ({ executed }) => executed),
    run: col.count('Longest run of failures', ({ longestRun }) => longestRun),
    consistent: col.text('Consistently', (one) => (consistent.includes(one) ? 'yes' : '')),
  });

const missedTable = table<Missed>({
  decision: col.text('Decision', ({ id }) => id),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  side: col.text('Side', ({ side }) => side),
  at: col.time('When', ({ at }) => at),
  then: col.price('Price then', ({ then }) => then),
  end: col.price('Price at the end', ({ end }) => end),
  move: col.percent('Hypothetical move (%)', ({ movePct }) => movePct),
});

export function defineTables(facts: Facts, { bot }: Input, out: Output): void {
  const { failures, reasons, pairs, strategies, hours, symbols, consistent, missed } = facts;
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  const n = failures.length;
  define(groupTable('Reason', n), 'reasons', 'Failed decisions by reason', reasons, 'failed', 'orders');
  define(
    groupTable('Reason: symbol', n),
    'pairs',
    'Failed decisions by reason and symbol',
    pairs,
    'failed',
    'orders',
  );
  define(groupTable('Strategy', n), 'strategies', 'Failed decisions by strategy', strategies, 'failed');
  define(groupTable('Hour', n), 'hours', 'Failed decisions by hour of the day', hours, 'failed');
  define(symbolTable(consistent), 'symbols', 'Outcomes of symbols that failed', symbols, 'outcomes');
  if (missed.ok)
    define(
      missedTable,
      'missed',
      'What failed entries would have earned, hypothetical',
      missed.entries,
      'failed',
      'prices',
    );
}
