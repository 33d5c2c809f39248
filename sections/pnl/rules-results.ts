import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import type { Facts, Input } from './facts.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { partSum } from './results.ts';

/** PN-01: gross above zero, net below it. */
export function costsEatProfit(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { closed, source } = facts;
  const { results } = closed;
  const [gross, fees, funding] = [
    partSum(results, 'gross'),
    partSum(results, 'fees'),
    partSum(results, 'funding'),
  ];
  const net = sum(results.map((result) => result.net));
  const first = results[0];
  const last = results.at(-1);
  if (closed.gap || !source.ok || !gross || !fees || !funding || !first || !last) return [];
  if (results.length < input.settings.minTrades || !gross.greaterThan(0) || !net.isNegative()) return [];
  const figure = ruleFigures(out, {
    rule: 'PN-01',
    exchange: null,
    basis: source.basis,
    queries: source.queries,
    currency: input.bot.quoteCurrency,
  });
  const costs = figure(
    'costs',
    amount(fees.minus(funding)),
    'money',
    'Fees and funding',
    'fees - funding received',
  );
  const lost = figure(
    'net_lost',
    amount(net.neg()),
    'money',
    'Lost after costs',
    '-(gross - fees + funding)',
  );
  const maker = out.value('maker_share');
  const feesAlone = fees.greaterThan(gross);
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'taker-fees',
            text: ['Fees alone are larger than the gross profit, and most fills take liquidity.'],
            predicates: [
              { text: 'fees are larger than the gross profit', held: feesAlone },
              {
                text: 'fewer than half of the fills are maker fills',
                held: isKnown(maker) ? Number(maker.value) < 50 : null,
              },
            ],
          },
          {
            id: 'fee-tier',
            text: ['Fees alone are larger than the gross profit.'],
            predicates: [
              {
                text: 'fees are larger than the gross profit although half of the fills are maker fills',
                held: isKnown(maker) ? feesAlone && Number(maker.value) >= 50 : null,
              },
            ],
          },
          {
            id: 'funding',
            text: ['Funding makes the difference.'],
            predicates: [
              {
                text: 'without funding the result would be positive',
                held: gross.minus(fees).greaterThan(0),
              },
            ],
          },
        ],
        ['Fees and funding together are larger than the gross profit, neither of them alone.'],
      ),
      severity: input.kind === 'monthly' ? 'HIGH' : 'MEDIUM',
      title: text`Costs turn a gross profit of ${fig('gross_pnl')} into a net loss`,
      description: text`${fig('closed_positions')} closed positions made ${fig('gross_pnl')} gross and lost ${lost} net: fees took ${fig('fees_paid')}, funding gave ${fig('funding_net')}.`,
      occurrences: [{ subject: 'bot', at: iso(first.closedAt), until: iso(last.closedAt) }],
      frequency: 1,
      evidence: 'pnl.symbols',
      atStake: costs.figure,
      impact: {
        financial: text`${costs} of fees and funding against ${fig('gross_pnl')} gross.`,
        operational: ['The bot trades well enough to win and too dearly to keep it.'],
        risk: ['More trading makes the loss larger, not smaller.'],
      },
      detection: [
        'No alert is known to have fired: the bot’s alerts look at limits, not at the share of costs.',
      ],
      recommendation: [
        'Use maker orders where the strategy allows it, skip entries whose expected move is under three times the round-trip fee, and check the fee tier.',
      ],
      verification: text`Fee drag under 50 % over the next ${fig('closed_positions')} closed positions; it is ${fig('fee_drag')} now.`,
      see: {
        language: 'sql',
        text: `select count(*), sum(fee) as fees, avg(is_maker::int) as maker_share\nfrom fill\nwhere at >= '${input.window.from}' and at < '${input.window.to}';`,
      },
      effort: 'medium',
    },
  ];
}

interface Share {
  readonly subject: string;
  readonly percent: number;
  readonly results: readonly Result[];
  readonly net: Money;
}

/** PN-04: one symbol, or one trade, makes more than 60 % of all results. */
export function concentration(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { closed, source } = facts;
  if (closed.gap || !source.ok || closed.results.length < input.settings.minTrades) return [];
  const symbols = [...groupBy(closed.results, ({ fact }) => fact.symbol)].map(([subject, results]) => ({
    subject,
    results,
  }));
  const trades = closed.results.map((result) => ({ subject: result.fact.symbol, results: [result] }));
  // A bot that trades one symbol is not concentrated by accident.
  const top = symbols.length > 1 ? (largest(symbols) ?? null) : null;
  const over = (share: Share | null): share is Share =>
    share !== null && share.percent > input.settings.concentrationPercent;
  const trade = largest(trades);
  const found = over(top) ? top : over(trade) ? trade : null;
  const [first, last] = [found?.results[0], found?.results.at(-1)];
  if (!found || !first || !last) return [];
  const oneTrade = found.results.length === 1;
  const figure = ruleFigures(out, {
    rule: 'PN-04',
    exchange: null,
    basis: source.basis,
    queries: source.queries,
    currency: input.bot.quoteCurrency,
  });
  const share = figure(
    'concentration',
    found.percent,
    'percent',
    'Share of one symbol',
    '100 x |net of the symbol| / sum of |net| over the symbols (or trades)',
  );
  const net = figure(
    'concentrated_net',
    amount(found.net),
    'money',
    'Net of that symbol',
    'sum of its net results',
  );
  const limit = figure(
    'concentration_limit',
    input.settings.concentrationPercent,
    'percent',
    'Largest share',
    'policy pnl.concentrationPercent',
  );
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'one-trade',
            text: ['A single trade makes the result.'],
            predicates: [{ text: 'the share comes from one position', held: oneTrade }],
          },
          {
            id: 'one-symbol',
            text: ['The bot trades this symbol far larger, or far more often, than the others.'],
            predicates: [{ text: 'several positions of one symbol make the share', held: !oneTrade }],
          },
        ],
        ['What makes the share is not known.'],
      ),
      severity: 'LOW',
      title: text`${found.subject} makes ${share} of all results`,
      description: text`${found.subject} brought ${net}; one symbol should make at most ${limit} of what is won and lost.`,
      occurrences: [{ subject: found.subject, at: iso(first.closedAt), until: iso(last.closedAt) }],
      frequency: found.results.length,
      evidence: 'pnl.symbols',
      impact: {
        financial: text`${net} of ${fig('net_pnl')} depend on one symbol.`,
        operational: ['None.'],
        risk: ['The result says little about the strategy and much about one market.'],
      },
      detection: ['No alert fired: nothing watches the share of a symbol.'],
      recommendation: text`Cap the size and the number of positions of one symbol; begin with ${found.subject}.`,
      verification: text`No symbol over ${limit} of the results in the next window.`,
      see: {
        language: 'sql',
        text: `select symbol, count(*), sum(realized_pnl) as net\nfrom position\nwhere closed_at >= '${input.window.from}' and closed_at < '${input.window.to}'\ngroup by symbol\norder by abs(sum(realized_pnl)) desc nulls last;`,
      },
      effort: 'low',
    },
  ];
}

function largest(
  groups: readonly { readonly subject: string; readonly results: readonly Result[] }[],
): Share | null {
  const shares = groups.map((group) => ({ ...group, net: sum(group.results.map(({ net }) => net)) }));
  const total = sum(shares.map(({ net }) => net.abs()));
  const top = shares.reduce<(typeof shares)[number] | null>(
    (best, share) => (best && best.net.abs().gte(share.net.abs()) ? best : share),
    null,
  );
  return top && !total.isZero() ? { ...top, percent: top.net.abs().div(total).times(100).toNumber() } : null;
}
