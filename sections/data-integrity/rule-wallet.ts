import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { quoted, seeSql } from '../shared/vocabulary/finding-query.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import type { Facts, Input } from './facts.ts';
import { residualHypotheses } from './wallet-causes.ts';
import type { Wallet } from './wallet-identity.ts';
import { isOff, isRed } from './wallet.ts';

/** So long before and after the jump the balances are shown. */
const AROUND_MS = 300_000;

/** Money that no entry explains; one finding an exchange and currency. */
export const walletResidual = rule<Facts, Input>()({
  id: 'DI-05',
  title: 'Wallet residual',
  dimension: 'integrity',
  condition: ({ residualMoney }) => `wallet identity off by more than ${residualMoney}`,
  effort: 'medium',
  find: ({ wallets }, input) =>
    (wallets.ok ? wallets.list : [])
      .filter((wallet) => isOff(wallet, input))
      .map((wallet) => ({
        venue: wallet.venue,
        found: [wallet],
        ...(wallet.currency !== input.bot.quoteCurrency && { labels: { cause: wallet.currency } }),
        of: wallet,
      })),
  from: {
    basis: 'balances against fills, funding and transfers',
    queries: ['balance-edges', 'balance-series', 'fills', 'funding', 'transfers'],
  },
  numbers: ({ of: { residual, residualPercent, currency, jump }, input: { settings } }) => {
    const inCurrency = (number: NumberSpec): NumberSpec => ({ ...number, more: { currency } });
    return {
      unexplained: inCurrency(
        num.money('Unexplained', '|end - start - gross + fees - funding - transfers|', residual.abs()),
      ),
      residual_limit: inCurrency(
        num.money('Largest residual', 'policy data-integrity.residualMoney', settings.residualMoney),
      ),
      unexplained_bps: num.bps(
        'Unexplained of equity',
        '10,000 x |residual| / equity at the start',
        100 * (residualPercent ?? 100),
      ),
      jump_from:
        jump && num.time('Last balance before it', 'last balance row before the residual', jump.from),
      jump_to: jump && num.time('First balance after it', 'first balance row with the residual', jump.to),
    };
  },
  stake: 'unexplained',
  severity: ({ of, input }) => {
    if (!isRed(of, input)) return 'MEDIUM';
    return (of.residualPercent ?? 100) > input.settings.residualCriticalPercent ? 'CRITICAL' : 'HIGH';
  },
  causes: ({ of, facts, input }) => residualHypotheses(of, facts, input),
  cause: (cause, { of: { currency }, input }) =>
    currency === input.bot.quoteCurrency ? cause : { ...cause, id: `${cause.id}-${currency}` },
  otherwise: 'No payment, transfer or fee of this size is known, and the balances are all there is.',
  occurrence: (wallet) => {
    const { from, to } = spanOf(wallet);
    return { subject: wallet.currency, at: iso(from), until: iso(to) };
  },
  evidence: 'pnl.wallets',
  see: ({ of }) => {
    const around = of.jump ? AROUND_MS : 0;
    const { from, to } = spanOf(of);
    return seeSql(
      `select at, total, total - lag(total) over (order by at) as change\nfrom balance\nwhere lower(exchange) = ${quoted(of.venue)} and currency = ${quoted(of.currency)}\n  and at >= '${iso(from - around)}' and at <= '${iso(to + around)}'\norder by at;`,
    );
  },
  words: (n, { place, of: { residual, currency, jump } }) => ({
    title: text`${n.unexplained} ${residual.isNegative() ? 'left' : 'came into'} the ${place} wallet and no entry explains them`,
    description: text`Balances and the sum of fills, funding and transfers differ by ${n.unexplained} (${n.unexplained_bps} of equity); the limit is ${n.residual_limit}.${
      jump
        ? text` It appeared between ${n.jump_from} and ${n.jump_to}.`
        : ' When it appeared cannot be located.'
    }`,
    financial: text`${n.unexplained} of ${currency} are unexplained.`,
    operational: 'Results computed from fills do not agree with the account until it is found.',
    risk: 'Somebody else, or a payment that the bot does not record, can move this account.',
    detection: 'No alert fired: balances were not reconciled with the ledger.',
    recommendation: `Read the exchange’s own ledger of ${currency} for that time, record the missing type of entry, and make sure that nobody else can move the account.`,
    verification: text`A wallet residual of at most ${n.residual_limit} in the next window.`,
  }),
});

/** Where it appeared; all that was seen where no balance says it. */
function spanOf({ jump, from, to }: Wallet): { readonly from: number; readonly to: number } {
  return jump ?? { from, to };
}
