import { text } from '../../audit/text.ts';
import { byReason, REMEDIES, reasonName } from '../shared/facts/failure-reasons.ts';
import { ms } from '../../audit/time.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Decided, Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { successTable } from './statistics.ts';

function mainReason(found: readonly Decided[], { settings }: Input) {
  const failures = found.flatMap((one) => one.failures);
  const [main] = byReason(failures);
  const [one] = main?.[1] ?? [];
  if (main === undefined || one === undefined) return null;
  if (100 * main[1].length < settings.mainReasonPct * failures.length) return null;
  return { name: reasonName(one), class: one.reason };
}

/** A strategy whose decisions are carried out less often than not. */
export const lowSuccess = rule<Facts, Input>()({
  id: 'OP-04',
  title: 'Low success rate of a strategy',
  dimension: 'stability',
  condition: ({ successPct, minDecided }) =>
    `less than ${String(successPct)} % of a strategy's decided (executed or failed, at least ${String(minDecided)}) was executed`,
  effort: 'medium',
  find: ({ low }) => wholeBot(low),
  from: { basis: 'decisions', queries: asked('outcomes') },
  numbers: ({ found, policy }) => ({
    strategies: num.count(
      'Strategies below the limit',
      found.length,
      'strategies with a success rate below it',
    ),
    worst_success: num.percent(
      'Lowest success rate',
      Math.min(...found.map(({ successPct }) => successPct ?? 100)),
      {
        formula: '100 x executed / (executed + failed) of the strategy',
        more: { n: found.reduce((all, { n }) => all + n, 0) },
      },
    ),
    strategy_failures: num.count(
      'Their failed decisions',
      found.reduce((all, { failed }) => all + failed, 0),
      'failed decisions of these strategies',
    ),
    limit: policy('successPct', 'Lowest accepted success rate'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found, facts, input }) => {
    const main = mainReason(found, input);
    return [
      hypothesis(
        'one-reason',
        text`Most failed for one reason: ${main?.name ?? 'none is the most frequent'}.`,
        ['one reason has at least half of the failures', input.rows.failed.ok ? main !== null : null],
      ),
      hypothesis('all-strategies', 'Whatever carries decisions out fails for all strategies.', [
        'every strategy of the window is below the limit',
        facts.decided.length > 1 && found.length === facts.decided.length,
      ]),
    ];
  },
  otherwise: 'They failed for many reasons; what these have in common is not recorded.',
  explainedBy: () => [{ rule: 'OP-02' }],
  occurrence: ({ name, failures }: Decided, { input: { window } }) => ({
    subject: name,
    at: ms(failures[0]?.at ?? window.from),
    until: ms(failures.at(-1)?.at ?? window.to),
  }),
  frequency: ({ found }) => found.reduce((all, { failed }) => all + failed, 0),
  evidence: { id: 'strategies.low', title: 'Strategies below the limit', table: successTable },
  see: ({ found }) =>
    seeRows(
      'decision',
      'id, at, symbol, strategy, decision, status, reason_code, failed_at',
      'id',
      found.flatMap(({ failures }) => failures.map(({ id }) => id)),
      'at, id',
    ),
  words: (n, { found, input }) => {
    const main = mainReason(found, input);
    return {
      title: text`${n.strategies} ${noun(found.length, 'strategy', 'strategies')} with a success rate down to ${n.worst_success}`,
      description: text`${names(found.map(({ name }) => name))}: ${n.strategy_failures} decisions failed; below ${n.limit} of what was executed or failed is not accepted. This is execution success; what the trades earned stands beside it.${main === null ? '' : ` Most frequent reason: ${main.name}.`}`,
      financial: 'Opportunities that were not taken.',
      operational: 'The strategy is not carried out as it was meant.',
      risk: 'Its results are those of what happened to be executed.',
      detection: 'No alert is known to have fired for it.',
      recommendation:
        main?.class == null
          ? `Review ${names(found.map(({ name }) => name))}: what is decided, on which data, and why it is refused.`
          : REMEDIES[main.class],
      verification: text`No strategy below ${n.limit} in the next window.`,
    };
  },
});
