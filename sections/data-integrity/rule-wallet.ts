import { amount, money, sum, type Money } from '../../audit/decimal.ts';
import type { FindingDraft, Predicate, Severity } from '../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { isOff, type Wallet } from './wallet.ts';

/** An entry explains a residual only to the last digits: small amounts are alike by chance. */
const EXACT = money('0.000001');

/** DI-05: money that no entry explains; one finding an exchange and currency. */
export function walletResidual(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { wallets } = facts;
  return (wallets.ok ? wallets.list : [])
    .filter((wallet) => isOff(wallet, input))
    .map((wallet) => oneWallet(wallet, facts, input, out));
}

/** Over 0.05 % of equity: the red bound of the check and of gate (c). */
export function isRed({ residualPercent }: Wallet, { settings }: Input): boolean {
  return residualPercent === null || residualPercent > settings.residualRedPercent;
}

function oneWallet(wallet: Wallet, facts: Facts, input: Input, out: Output): FindingDraft {
  const { settings } = input;
  const { venue, currency, residual, residualPercent, jump } = wallet;
  const figure = ruleFigures(out, {
    rule: 'DI-05',
    exchange: venue,
    ...(currency !== input.bot.quoteCurrency && { cause: currency }),
    basis: 'balances against fills, funding and transfers',
    queries: ['balance-edges', 'balance-series', 'fills', 'funding', 'transfers'],
    currency,
  });
  const missing = residual.isNegative();
  const off = figure(
    'unexplained',
    amount(residual.abs()),
    'money',
    'Unexplained',
    '|end - start - gross + fees - funding - transfers|',
  );
  const limit = figure(
    'residual_limit',
    settings.residualMoney,
    'money',
    'Largest residual',
    'policy data-integrity.residualMoney',
  );
  const share = figure(
    'unexplained_bps',
    100 * (residualPercent ?? 100),
    'bps',
    'Unexplained of equity',
    '10,000 x |residual| / equity at the start',
  );
  const severity: Severity = isRed(wallet, input)
    ? (residualPercent ?? 100) > settings.residualCriticalPercent
      ? 'CRITICAL'
      : 'HIGH'
    : 'MEDIUM';
  const when = jump
    ? text` It appeared between ${figure('jump_from', iso(jump.from), 'time', 'Last balance before it', 'last balance row before the residual')} and ${figure('jump_to', iso(jump.to), 'time', 'First balance after it', 'first balance row with the residual')}.`
    : text` When it appeared cannot be located.`;
  const cause = rootCause(hypotheses(wallet, facts, input), [
    'No payment, transfer or fee of this size is known, and the balances are all there is.',
  ]);
  return {
    venue,
    cause: currency === input.bot.quoteCurrency ? cause : { ...cause, id: `${cause.id}-${currency}` },
    severity,
    title: missing
      ? text`${off} left the ${capitalised(venue)} wallet and no entry explains them`
      : text`${off} came into the ${capitalised(venue)} wallet and no entry explains them`,
    description: text`Balances and the sum of fills, funding and transfers differ by ${off} (${share} of equity); the limit is ${limit}.${when}`,
    occurrences: [
      { subject: currency, at: iso(jump?.from ?? wallet.from), until: iso(jump?.to ?? wallet.to) },
    ],
    frequency: 1,
    evidence: 'pnl.wallets',
    atStake: off.figure,
    impact: {
      financial: text`${off} of ${currency} are unexplained.`,
      operational: ['Results computed from fills do not agree with the account until it is found.'],
      risk: ['Somebody else, or a payment that the bot does not record, can move this account.'],
    },
    detection: ['No alert fired: balances were not reconciled with the ledger.'],
    recommendation: text`Read the exchange’s own ledger of ${currency} for that time, record the missing type of entry, and make sure that nobody else can move the account.`,
    verification: text`A wallet residual of at most ${limit} in the next window.`,
    see: {
      language: 'sql',
      text: `select at, total, total - lag(total) over (order by at) as change\nfrom balance\nwhere lower(exchange) = '${venue.replaceAll("'", "''")}' and currency = '${currency.replaceAll("'", "''")}'\n  and at >= '${iso(jump ? jump.from - 300_000 : wallet.from)}' and at <= '${iso(jump ? jump.to + 300_000 : wallet.to)}'\norder by at;`,
    },
    effort: 'medium',
  };
}

/** Candidate entries of exactly this size, and what else was wrong at that time (catalogue 4.6). */
function hypotheses(wallet: Wallet, facts: Facts, input: Input): readonly Hypothesis[] {
  const { rows } = input;
  const { residual, jump } = wallet;
  const same = (value: Money): boolean => value.abs().minus(residual.abs()).abs().lessThanOrEqualTo(EXACT);
  const funding = rows.funding.ok ? wallet.flows.funding : null;
  const paid = rows.transfers.ok
    ? rows.transfers.rows
        .filter(({ at }) => ms(at) >= wallet.from && ms(at) < wallet.to)
        .flatMap(({ amount: value }) => (value === null ? [] : [money(value)]))
    : null;
  const foreign = (rows.fills.ok ? rows.fills.rows : []).filter(
    ({ fee_currency: fee, fee: value }) =>
      value !== null && fee !== null && fee.toUpperCase() !== wallet.currency,
  );
  const stray = facts.source.ok ? facts.source.strayFills : [];
  const silent =
    rows.heartbeats.ok && jump
      ? rows.heartbeats.rows.some(
          (gap) =>
            ms(gap.gap_to) - ms(gap.gap_from) > 2000 * input.bot.heartbeatIntervalS &&
            ms(gap.gap_from) < jump.to &&
            ms(gap.gap_to) > jump.from,
        )
      : null;
  const one = (id: string, sentence: string, predicate: Predicate): Hypothesis => ({
    id,
    text: [sentence],
    predicates: [predicate],
  });
  return [
    one('funding-missing', 'Funding is recorded that the wallet did not receive, or the other way round.', {
      text: 'the residual is the size of all funding of the window',
      held: funding === null ? null : !funding.isZero() && same(funding),
    }),
    one('transfer-missing', 'A transfer is recorded twice, or against another account.', {
      text: 'the residual is the size of a recorded transfer',
      held: paid === null ? null : paid.some(same),
    }),
    one('fee-in-other-asset', 'Fees were charged in another asset than recorded.', {
      text: 'the residual is the size of the fees in other assets',
      held: foreign.length > 0 && same(sum(foreign.map(({ fee }) => money(fee ?? '0')))),
    }),
    one('fills-unassigned', 'Fills that no position claims moved the wallet.', {
      text: 'fills of this exchange belong to no position',
      held: stray.some(({ exchange }) => (exchange ?? 'unknown').toLowerCase() === wallet.venue),
    }),
    one('bot-was-down', 'It happened while the bot was silent, so the bot recorded nothing.', {
      text: 'no heartbeat was written when the residual appeared',
      held: silent,
    }),
  ];
}
