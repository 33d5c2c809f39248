import { money, sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { fundingQuery, positionsQuery } from '../shared/queries/trading.ts';
import { areSpot, NONE_IN_SPOT } from '../shared/facts/spot-positions.ts';
import { seeFundingOf } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { names, noun, numeral } from '../shared/vocabulary/words.ts';
import { isDrag, type Facts, type JudgedPosition } from './facts.ts';
import type { Input } from './input.ts';
import { positionEvidence } from './statistics.ts';

const paidBy = (found: readonly JudgedPosition[]) =>
  sum(found.map(({ funding }) => money(funding.value ?? 0).abs()));

/** Funding eats an open position, per exchange. */
export const fundingDrag = rule<Facts, Input>()({
  id: 'AG-02',
  title: 'Funding drag',
  dimension: 'risk',
  condition: ({ fundingPercent, fundingOfGrossPercent }) =>
    `funding paid over ${String(fundingPercent)} % of the notional, or over ${fundingOfGrossPercent === 50 ? 'half' : `${String(fundingOfGrossPercent)} %`} of the gross result`,
  effort: 'low',
  find: ({ open }, { settings }) =>
    groupsByVenue(
      open.filter((position) => isDrag(position, settings)),
      ({ fact }) => fact.venue,
    ),
  // One that was paid all the same is found, and nobody asks.
  unseen: ({ open }, { rows }) =>
    areSpot(open.map(({ fact }) => fact)) ? NONE_IN_SPOT : reasonOf(rows.funding),
  from: { basis: 'funding payments', queries: [fundingQuery.id, positionsQuery.id] },
  numbers: ({ found, policy }) => ({
    funding_drag_positions: num.count('Positions with funding drag', found.length, {
      formula: 'open positions whose funding paid is over the limit',
    }),
    funding_drag_paid: num.money('Funding paid by them', paidBy(found), {
      formula: 'sum of funding since the opening, as a cost',
    }),
    funding_drag_share: num.percent(
      'Funding paid of notional',
      paidBy(found)
        .div(sum(found.map(({ notional }) => notional)))
        .times(100)
        .toNumber(),
      '100 x funding paid / notional',
    ),
    funding_drag_limit: policy('fundingPercent', 'Limit of funding paid'),
  }),
  stake: 'funding_drag_paid',
  severity: () => 'MEDIUM',
  causes: ({ found, input }) => {
    const ids = new Set<string | null>(found.map(({ fact }) => fact.id));
    const { funding } = input.rows;
    const { manySettlements } = input.settings;
    const payments = funding.ok ? funding.rows.filter(({ position_id: id }) => ids.has(id)).length : 0;
    const held = (many: boolean): boolean | null =>
      payments === 0 ? null : payments >= manySettlements * found.length === many;
    return [
      hypothesis('held-over-settlements', 'The positions were held over many settlements.', [
        `each paid at least ${numeral(manySettlements)} settlements`,
        held(true),
      ]),
      hypothesis('high-rate', 'The funding rate was high.', [
        `fewer than ${numeral(manySettlements)} settlements made the cost`,
        held(false),
      ]),
    ];
  },
  otherwise: 'Which settlements made the cost is not recorded by position.',
  occurrence: ({ fact }, { input }) => ({
    subject: fact.symbol,
    at: fact.openedAt,
    until: input.window.to,
  }),
  evidence: positionEvidence('drag', 'Funding drag'),
  see: ({ found }) => seeFundingOf(found.map(({ fact }) => fact.id)),
  words: (n, { found, place }) => ({
    title: text`Funding eats ${n.funding_drag_positions} open ${noun(found.length, 'position')} on ${place}`,
    description: text`${names(found.map(({ fact }) => fact.symbol))} paid ${n.funding_drag_paid} of funding, ${n.funding_drag_share} of their notional; the limit is ${n.funding_drag_limit}.`,
    financial: text`${n.funding_drag_paid} were paid so far, and each settlement adds to it.`,
    operational: 'None.',
    risk: 'The result of these positions depends on the rate more than on the price.',
    detection: 'No alert is known to have fired for funding.',
    recommendation:
      'Give the strategy a longest holding time, or refuse entries against a high funding rate.',
    verification: text`No open position with funding over ${n.funding_drag_limit} of its notional at the end of the next window.`,
  }),
});
