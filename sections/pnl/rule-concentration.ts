import { sum } from '../../audit/decimal.ts';
import { fig, text } from '../../audit/text.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** One symbol, or one trade, makes more than a share of all results. */
export const concentration = rule<Facts, Input>()({
  id: 'PN-04',
  title: 'Concentration',
  dimension: 'risk',
  condition: ({ concentrationPercent }) =>
    `one symbol or trade with over ${String(concentrationPercent)} % of all results`,
  effort: 'low',
  find: (facts, input) => wholeBot(overShare(facts, input)),
  unseen: ({ closed }) => closed.gap,
  from: ({ from }) => from,
  numbers: ({ found, policy }) => ({
    concentration: num.percent('Share of one symbol', Math.max(...found.map(({ percent }) => percent)), {
      formula: '100 x |net of the symbol| / sum of |net| over the symbols (or trades)',
    }),
    concentrated_net: num.money('Net of that symbol', sum(found.map(({ net }) => net)), {
      formula: 'sum of its net results',
    }),
    concentration_limit: policy('concentrationPercent', 'Largest share'),
  }),
  severity: () => 'LOW',
  causes: ({ found }) => {
    const isOneTrade = found.every(({ results }) => results.length === 1);
    return [
      hypothesis('one-trade', 'A single trade makes the result.', [
        'the share comes from one position',
        isOneTrade,
      ]),
      hypothesis('one-symbol', 'The bot trades this symbol far larger, or far more often, than the others.', [
        'several positions of one symbol make the share',
        !isOneTrade,
      ]),
    ];
  },
  otherwise: 'What makes the share is not known.',
  occurrence: ({ subject, results }, { input }) => ({
    subject,
    at: results[0]?.closedAt ?? Date.parse(input.window.from),
    until: results.at(-1)?.closedAt ?? Date.parse(input.window.to),
  }),
  frequency: ({ found }) => found.flatMap(({ results }) => results).length,
  evidence: {
    of: 'pnl.symbols',
    accused: (cell, { found }) => found.some(({ subject }) => subject === cell('name')),
  },
  see: ({ input }) =>
    `select symbol, count(*), sum(realized_pnl) as net\nfrom position\nwhere ${during(input, 'closed_at')}\ngroup by symbol\norder by abs(sum(realized_pnl)) desc nulls last;`,
  words: (n, { found }) => {
    const symbol = names(found.map(({ subject }) => subject));
    return {
      title: text`${symbol} makes ${n.concentration} of all results`,
      description: text`${symbol} brought ${n.concentrated_net}; one symbol should make at most ${n.concentration_limit} of what is won and lost.`,
      financial: text`${n.concentrated_net} of ${fig('net_pnl')} depend on one symbol.`,
      operational: 'None.',
      risk: 'The result says little about the strategy and much about one market.',
      detection: 'No alert is known to have fired for the share of a symbol.',
      recommendation: text`Cap the size and the number of positions of one symbol; begin with ${symbol}.`,
      verification: text`No symbol over ${n.concentration_limit} of the results in the next window.`,
    };
  },
});

/** The symbol, else the trade, that is over the limit; a bot that trades one symbol is not concentrated by accident. */
function overShare({ closed: { gap, results } }: Facts, { settings }: Input) {
  if (gap || results.length < settings.minTrades) return [];
  const symbols = [...groupBy(results, ({ fact }) => fact.symbol).values()];
  const shares = [
    ...(symbols.length > 1 ? largest(symbols) : []),
    ...largest(results.map((result) => [result])),
  ];
  return shares.filter(({ percent }) => percent > settings.concentrationPercent).slice(0, 1);
}

/** The group with most of what was won and lost; its results are by closing time, one for a single trade. */
function largest(groups: readonly (readonly Result[])[]) {
  const nets = groups.map((results) => ({ results, net: sum(results.map(({ net }) => net)) }));
  const total = sum(nets.map(({ net }) => net.abs()));
  const [top] = [...nets].sort((a, b) => b.net.abs().comparedTo(a.net.abs()));
  const subject = top?.results[0]?.fact.symbol;
  if (!top || subject === undefined || total.isZero()) return [];
  return [{ ...top, subject, percent: top.net.abs().div(total).times(100).toNumber() }];
}
