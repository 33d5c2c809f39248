import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, SymbolFact } from './facts.ts';
import { asked, type Input } from './input.ts';
import { STAGES, type Stage } from './stages.ts';
import { symbolTable } from './statistics.ts';

/** The stage at which most signals ended, with them. */
function mainStage(found: readonly SymbolFact[]): { readonly stage: Stage; readonly signals: number } {
  const counts = [...groupBy(found, ({ stage }) => stage)].map(([stage, of]) => ({
    stage: stage as Stage,
    signals: signalsOf(of),
  }));
  return counts.reduce((most, one) => (one.signals > most.signals ? one : most), {
    stage: 'unknown',
    signals: 0,
  });
}

function signalsOf(found: readonly SymbolFact[]): number {
  return found.reduce((all, { signals }) => all + signals, 0);
}

/** Strategies see something, and nothing is traded on it. */
export const noOrders = rule<Facts, Input>()({
  id: 'NA-03',
  title: 'Signals without an order',
  dimension: 'stability',
  condition: ({ minSignals }) => `at least ${String(minSignals)} signals in the window and no entry order`,
  effort: 'medium',
  find: ({ orders, signals, signalled }, { settings }) =>
    isKnown(orders) && orders.value === 0 && signals >= settings.minSignals ? wholeBot(signalled) : [],
  unseen: ({ unseen, orders }) => unseen ?? (isKnown(orders) ? null : orders),
  from: { basis: 'signals', queries: asked('signals', 'orders') },
  numbers: ({ found }) => ({
    signals: num.count('Signals', signalsOf(found), 'signals of the window'),
    ended: num.count(
      'Ended at this stage',
      mainStage(found).signals,
      'signals of the symbols that ended there',
    ),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => {
    const { stage } = mainStage(found);
    return (Object.keys(STAGES) as Stage[])
      .filter((one) => one !== 'unknown' && one !== 'ordered' && one !== 'no-signal')
      .map((one) =>
        hypothesis(one, `Most signals ended at one stage: ${STAGES[one].says}.`, [
          `more signals ended there than at any other stage: ${STAGES[one].says}`,
          stage === 'unknown' ? null : stage === one,
        ]),
      );
  },
  otherwise: 'Where the signals ended is not recorded.',
  occurrence: ({ symbol, firstAt, lastAt }, { input }) => ({
    subject: symbol,
    at: firstAt ?? ms(input.window.from),
    until: lastAt ?? ms(input.window.to),
  }),
  frequency: ({ found }) => signalsOf(found),
  evidence: { id: 'signals.without-orders', title: 'Signals by symbol', table: symbolTable },
  see: ({ found, input }) =>
    `select id, at, symbol, strategy, side, score from signal where ${during(input, 'at')} and symbol in (${found.map(({ symbol }) => quoted(symbol)).join(', ')}) order by at`,
  standing: true,
  words: (n, { found }) => {
    const { stage } = mainStage(found);
    return {
      title: text`${n.signals} ${noun(signalsOf(found), 'signal')} and no entry order in the window`,
      description: text`Signals of ${names(found.map(({ symbol }) => symbol))} led to no order; ${n.ended} of them ended where it says: ${STAGES[stage].says}. The watch list is as it stood when it was read.`,
      financial: 'Trades that were not made; what they would have earned is not known.',
      operational: 'The bot looks, and does not act.',
      risk: 'That nothing is traded looks like a quiet market.',
      detection: 'No alert is known to have fired for it.',
      recommendation: STAGES[stage].remedy,
      verification: 'An entry order after a signal in the next window, or no signal.',
    };
  },
});
