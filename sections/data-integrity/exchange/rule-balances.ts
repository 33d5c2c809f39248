import { sum } from '../../../audit/decimal.ts';
import { text } from '../../../audit/text.ts';
import { iso } from '../../../audit/time.ts';
import { quoted } from '../../shared/vocabulary/finding-query.ts';
import { num, type NumberSpec } from '../../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../../shared/vocabulary/rule.ts';
import { col, table } from '../../shared/vocabulary/table.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import type { BalanceMatch } from './balance-match.ts';
import { allFound } from './facts.ts';

/** The wallet of the bot's rows and of the exchange at one moment, one finding per exchange and currency. */
export const balanceDiffers = rule<Facts, Input>()({
  id: 'DI-09',
  title: 'Balance differs from the exchange',
  dimension: 'integrity',
  condition: ({ residualMoney, residualRedPercent, residualCriticalPercent }) =>
    `the exchange’s balance is off by more than ${residualMoney} MEDIUM; over ${String(residualRedPercent)} % of it HIGH, over ${String(residualCriticalPercent)} % CRITICAL`,
  effort: 'medium',
  unseen: ({ exchange }) => exchange.why,
  find: ({ exchange }) =>
    groupsByVenue(
      allFound(exchange.balances).filter(({ kind }) => kind === 'differs'),
      ({ venue }) => venue,
      ({ currency }) => ({ currency }),
    ),
  from: {
    basis: 'exchange state and balances of the bot',
    queries: ['exchange-states', 'exchange-balances', 'balance-edges'],
  },
  numbers: ({ found, input: { settings } }) => {
    const currency = currencyOf(found);
    const cash = (title: string, value: ReturnType<typeof sum> | string, formula: string): NumberSpec =>
      num.money(title, value, { formula, more: { currency } });
    return {
      off: cash('Difference of the balance', offBy(found), '|exchange - bot|'),
      there: cash('Balance at the exchange', sum(found.flatMap(({ there }) => there ?? [])), 'as it says'),
      held: cash('Balance of the bot’s rows', sum(found.map(({ held }) => held)), 'the row of that moment'),
      balance_limit: cash(
        'Largest difference',
        settings.residualMoney,
        'policy data-integrity.residualMoney',
      ),
    };
  },
  stake: 'off',
  standing: true,
  severity: ({ found, input: { settings } }) => {
    const there = sum(found.flatMap(({ there: one }) => one ?? [])).abs();
    const percent = there.isZero() ? 100 : offBy(found).div(there).times(100).toNumber();
    if (percent > settings.residualCriticalPercent) return 'CRITICAL';
    return percent > settings.residualRedPercent ? 'HIGH' : 'MEDIUM';
  },
  causes: ({ found, facts: { exchange } }) => {
    const [one] = found;
    const payments = [...allFound(exchange.funding), ...allFound(exchange.transfers)].filter(
      ({ venue }) => venue === one?.venue,
    );
    const fills = allFound(exchange.fills).filter(({ venue }) => venue === one?.venue);
    return [
      hypothesis('payments-missed', 'Payments that the bot did not record moved the account.', [
        'the exchange has payments that no row has',
        payments.some(({ what }) => what === 'not-stored'),
      ]),
      hypothesis('fills-missed', 'Fills that the bot did not store moved the account.', [
        'the exchange has fills that no row has',
        fills.some(({ kind }) => kind === 'not-stored'),
      ]),
    ];
  },
  otherwise: 'What moved one of them and not the other is in neither list.',
  occurrence: ({ currency, at }, { input }) => ({ subject: currency, at, until: input.window.to }),
  evidence: {
    id: 'data-integrity.balance-differences',
    suffix: ({ found }) => currencyOf(found).toLowerCase(),
    title: 'Balances that differ from the exchange',
    table: table<BalanceMatch>({
      exchange: col.text('Exchange', ({ venue }) => venue),
      currency: col.text('Currency', ({ currency }) => currency),
      held: col.quantity('Bot', ({ held }) => held),
      there: col.quantity('Exchange', ({ there }) => there),
      difference: col.quantity('Difference', ({ difference }) => difference),
      at: col.time('Row of', ({ at }) => at),
    }),
  },
  see: ({ found, venue }) =>
    `select at, account, total, unrealized_pnl, equity\nfrom balance\nwhere exchange = ${quoted(venue ?? '')} and upper(currency) = ${quoted(currencyOf(found))}\n  and at <= '${iso(Math.max(...found.map(({ at }) => at)))}'\norder by at desc\nlimit 20;`,
  words: (n, { found, place }) => ({
    title: text`The bot’s balance on ${place} is ${n.off} off the exchange’s`,
    description: text`${place} has ${n.there}, and the bot’s row of the same moment ${n.held}: they differ by ${n.off}; the limit is ${n.balance_limit}.`,
    financial: found.some(({ difference }) => difference?.isNegative() === true)
      ? text`${n.off} of ${currencyOf(found)} that the bot counts with are not there.`
      : text`${n.off} of ${currencyOf(found)} are there that the bot does not know of.`,
    operational: 'Sizes and limits that are shares of the account are computed from the wrong balance.',
    risk: 'Something that the bot does not record moves this account.',
    detection: 'No alert is known to have fired for a difference from the exchange.',
    recommendation: `Read the ledger of ${place} in ${currencyOf(found)} back to the last moment at which both agreed, record what is missing, and read the balance from the exchange instead of adding it up.`,
    verification: text`The next state of the exchange has the bot’s balance, to ${n.balance_limit}.`,
  }),
});

function offBy(found: readonly BalanceMatch[]) {
  return sum(found.flatMap(({ difference }) => difference?.abs() ?? []));
}

/** A finding is of one currency. */
function currencyOf([one]: readonly BalanceMatch[]): string {
  return one?.currency ?? '';
}
