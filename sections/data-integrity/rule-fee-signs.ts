import { text } from '../../audit/text.ts';
import type { Charge, FeeSign } from '../shared/facts/fee-signs.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { fillsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Facts, Input } from './facts.ts';
import { OWN_TOTALS } from './own-totals.ts';

/** Costs that are written negative, per exchange; results here are computed with them as costs. */
export const feeSigns = rule<Facts, Input>()({
  ...OWN_TOTALS,
  effort: 'low',
  find: ({ source }) =>
    (source.ok ? source.feeSigns : []).map((of: FeeSign) => ({
      venue: of.venue,
      found: of.costs,
      labels: { cause: 'fee-sign' },
      of,
    })),
  from: ({ source }) =>
    source.ok && source.feeSigns.some(({ costs: [first] }) => first?.entity === 'position')
      ? { basis: source.basis, queries: [...source.queries, ordersQuery.id] }
      : { basis: 'fills', queries: [fillsQuery.id, ordersQuery.id] },
  numbers: ({ found }) => ({
    fees_negative: num.count('Taker fees that would be a gain', found.length, {
      formula: isOfRows(found)
        ? 'closed rows whose fees are no rebate, each below 0 where a cost is above'
        : 'fills that took liquidity, each with a fee below 0 where a cost is above',
    }),
    fee_rate: num.bps('Fee of the first', rateOf(found[0]) ?? 0, '10,000 x fee / (price x quantity)'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis(
      'fee-sign',
      'The sign of the fees: the exchange writes a cost negative, and nobody turned it.',
      [
        isOfRows(found)
          ? 'every closed row there whose fees are no rebate has negative ones'
          : 'every fill that took liquidity there has a negative fee',
        true,
      ],
    ),
  ],
  otherwise: 'The rows do not say how the fees came to be negative.',
  occurrence: (one, { input }) => {
    const at = timeOrNull(one.at);
    return { subject: one.symbol ?? one.id, at: at === null ? input.window.from : at };
  },
  evidence: {
    id: 'pnl.negative-fees',
    title: 'Taker fees written as a gain',
    table: table<Charge>({
      fill: col.text('Fill or row', ({ id }) => id),
      symbol: col.text('Symbol', ({ symbol }) => symbol ?? ''),
      at: col.time('At', ({ at }) => timeOrNull(at)),
      fee: col.money('Fee as stored', ({ fee }) => fee),
      currency: col.text('In', ({ currency }) => currency ?? ''),
    }),
  },
  see({ found }) {
    const ids = found.map(({ id }) => id);
    return isOfRows(found)
      ? seeRows('position', 'id, closed_at, quantity, fees, realized_pnl', 'id', ids, 'closed_at, id')
      : seeRows('fill', 'id, at, side, price, quantity, fee, fee_currency, is_maker', 'id', ids, 'at, id');
  },
  words: (n, { place, found }) => ({
    title: text`Fees of ${place} are written negative: ${n.fees_negative} ${isOfRows(found) ? 'fees of closed rows' : 'taker fees'} would be a gain`,
    description: text`Each of the ${n.fees_negative} ${isOfRows(found) ? 'closed rows whose fees are too much for a rebate' : 'fills that took liquidity'} at ${place} has a fee below 0 (the first ${n.fee_rate}), and this mapping says that a cost is above 0. This report counts them as costs, and what has the other sign there as rebates.`,
    financial: 'None here. Whatever subtracts the stored fees is better than the account by twice their sum.',
    operational: 'Results of the bot’s own statistics may add costs instead of subtracting them.',
    risk: 'A limit on losses that is kept on such results reacts too late.',
    detection: 'No alert is expected for this; the report is where it is seen.',
    recommendation: text`Turn the sign in the mapping of fill (and of fees in position) for ${place}: a fee that was paid is above 0.`,
    verification: 'No fill that took liquidity has a fee below 0 in the next window.',
  }),
});

const isOfRows = ([first]: readonly Charge[]): boolean => first?.entity === 'position';

function rateOf(charge: Charge | undefined): number | null {
  if (charge === undefined || charge.worth.isZero()) return null;
  return charge.fee.div(charge.worth).times(10_000).toNumber();
}
