import { money } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import type { FeeSign } from '../shared/facts/fee-signs.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { fillsQuery, ordersQuery } from '../shared/queries/trading.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
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
      found: of.takers,
      labels: { cause: 'fee-sign' },
      of,
    })),
  from: { basis: 'fills', queries: [fillsQuery.id, ordersQuery.id] },
  numbers: ({ found }) => ({
    fees_negative: num.count(
      'Taker fees that would be a gain',
      'fills that took liquidity, each with a fee below 0 where a cost is above',
      found.length,
    ),
    fee_rate: num.bps('Fee of the first', '10,000 x fee / (price x quantity)', rateOf(found[0]) ?? 0),
  }),
  severity: () => 'MEDIUM',
  causes: () => [
    hypothesis(
      'fee-sign',
      'The sign of the fees: the exchange writes a cost negative, and nobody turned it.',
      ['every fill that took liquidity there has a negative fee', true],
    ),
  ],
  otherwise: 'The rows do not say how the fees came to be negative.',
  occurrence: (fill, { input }) => {
    const at = timeOrNull(fill.at);
    return { subject: fill.symbol ?? fill.id, at: at === null ? input.window.from : iso(at) };
  },
  evidence: {
    id: 'pnl.negative-fees',
    title: 'Taker fees written as a gain',
    table: () =>
      table<FillRow>({
        fill: col.text('Fill', ({ id }) => id),
        symbol: col.text('Symbol', ({ symbol }) => symbol ?? ''),
        at: col.time('At', ({ at }) => timeOrNull(at)),
        fee: col.money('Fee as stored', ({ fee }) => (fee === null ? null : money(fee))),
        currency: col.text('In', ({ fee_currency: currency }) => currency ?? ''),
      }),
  },
  see: ({ found }) =>
    seeRows(
      'fill',
      'id, at, side, price, quantity, fee, fee_currency, is_maker',
      'id',
      found.map(({ id }) => id),
      'at, id',
    ),
  words: (n, { place }) => ({
    title: text`Fees of ${place} are written negative: ${n.fees_negative} taker fees would be a gain`,
    description: text`Each of the ${n.fees_negative} fills that took liquidity at ${place} has a fee below 0 (the first ${n.fee_rate}), and this mapping says that a cost is above 0. This report counts them as costs, and what has the other sign there as rebates.`,
    financial: 'None here. Whatever subtracts the stored fees is better than the account by twice their sum.',
    operational: 'Results of the bot’s own statistics may add costs instead of subtracting them.',
    risk: 'A limit on losses that is kept on such results reacts too late.',
    detection: 'No alert is expected for this; the report is where it is seen.',
    recommendation: text`Turn the sign in the mapping of fill (and of fees in position) for ${place}: a fee that was paid is above 0.`,
    verification: 'No fill that took liquidity has a fee below 0 in the next window.',
  }),
});

function rateOf(fill: FillRow | undefined): number | null {
  if (fill?.fee == null || fill.price === null || fill.quantity === null) return null;
  const value = money(fill.price).times(fill.quantity);
  return value.isZero() ? null : money(fill.fee).div(value).times(10_000).toNumber();
}
