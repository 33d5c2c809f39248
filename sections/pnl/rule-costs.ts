import { sum } from '../../audit/decimal.ts';
import { coversMonths } from '../../audit/kinds.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { partSum } from '../shared/facts/result-summary.ts';
import { makerShare } from './results.ts';

/** Gross above zero, net below it. */
export const costsEatProfit = rule<Facts, Input>()({
  id: 'PN-01',
  title: 'Net below zero while gross above',
  dimension: 'risk',
  condition: ({ minTrades }) => `gross > 0 and net < 0 over at least ${String(minTrades)} closed positions`,
  effort: 'medium',
  find: (facts, input) => wholeBot(costsOverProfit(facts, input)),
  unseen: ({ closed }) => closed.gap,
  from: ({ from }) => from,
  numbers: ({ found, policy }) => ({
    costs: num.money('Fees and funding', sum(found.map(({ costs }) => costs)), 'fees - funding received'),
    net_lost: num.money('Lost after costs', sum(found.map(({ lost }) => lost)), '-(gross - fees + funding)'),
    fees_per_move: policy('feesPerMove', 'Fees that a move should pay'),
    fee_drag_limit: policy('feeDragPercent', 'Largest fee drag'),
  }),
  stake: 'costs',
  severity: ({ input }) => (coversMonths(input.kind) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, input }) => {
    const { value: maker } = makerShare(input, null);
    const share = isKnown(maker) ? Number(maker.value) : null;
    const { makerSharePercent } = input.settings;
    const most = `${String(makerSharePercent)} %`;
    const feesAlone = found.every(({ fees, gross }) => fees.greaterThan(gross));
    return [
      hypothesis(
        'taker-fees',
        'Fees alone are larger than the gross profit, and most fills take liquidity.',
        ['fees are larger than the gross profit', feesAlone],
        [
          `fewer than ${most} of the fills are maker fills`,
          share === null ? null : share < makerSharePercent,
        ],
      ),
      hypothesis('fee-tier', 'Fees alone are larger than the gross profit.', [
        `fees are larger than the gross profit although ${most} of the fills are maker fills`,
        share === null ? null : feesAlone && share >= makerSharePercent,
      ]),
      hypothesis('funding', 'Funding makes the difference.', [
        'without funding the result would be positive',
        found.every(({ gross, fees }) => gross.greaterThan(fees)),
      ]),
    ];
  },
  otherwise: 'Fees and funding together are larger than the gross profit, neither of them alone.',
  occurrence: ({ from, until }) => ({ subject: 'bot', at: from, until }),
  evidence: 'pnl.symbols',
  see: ({ input }) =>
    `select count(*), sum(fee) as fees, avg(is_maker::int) as maker_share\nfrom fill\nwhere ${during(input, 'at')};`,
  words: (n) => ({
    title: text`Costs turn a gross profit of ${fig('gross_pnl')} into a net loss`,
    description: text`${fig('positions_closed')} closed positions made ${fig('gross_pnl')} gross and lost ${n.net_lost} net: fees took ${fig('fees_paid')}, funding gave ${fig('funding_net')}.`,
    financial: text`${n.costs} of fees and funding against ${fig('gross_pnl')} gross.`,
    operational: 'The bot trades well enough to win and too dearly to keep it.',
    risk: 'More trading makes the loss larger, not smaller.',
    detection: 'No alert is known to have fired for the share of costs.',
    recommendation: text`Use maker orders where the strategy allows it, skip entries whose expected move is under ${n.fees_per_move} times the round-trip fee, and check the fee tier.`,
    verification: text`Fee drag under ${n.fee_drag_limit} over the next ${fig('positions_closed')} closed positions; it is ${fig('fee_drag')} now.`,
  }),
});

/** The parts of the result, and when the first and the last position was closed. */
function costsOverProfit({ closed }: Facts, { settings }: Input) {
  const { gap, results, summary } = closed;
  const gross = partSum(results, 'gross');
  const fees = partSum(results, 'fees');
  const funding = partSum(results, 'funding');
  const [first, last] = [results[0], results.at(-1)];
  if (gap || !gross || !fees || !funding || !first || !last) return [];
  if (results.length < settings.minTrades || !gross.greaterThan(0) || !summary.net.isNegative()) return [];
  const [costs, lost] = [fees.minus(funding), summary.net.neg()];
  return [{ gross, fees, costs, lost, from: first.closedAt, until: last.closedAt }];
}
