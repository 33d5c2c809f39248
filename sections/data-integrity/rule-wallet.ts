import type { Money } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { quoted } from '../shared/vocabulary/finding-query.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts, Input } from './facts.ts';
import { isTwice, walletCauses } from './wallet-causes.ts';
import { isOff, isRed } from './wallet-identity.ts';
import { missing } from '../../audit/value.ts';

/** So long before and after the jump the balances are shown. */
const AROUND_MS = 300_000;

export const walletResidual = rule<Facts, Input>()({
  id: 'DI-05',
  title: 'Wallet residual',
  dimension: 'integrity',
  condition: ({ residualMoney }) => `wallet identity off by more than ${residualMoney}`,
  effort: 'medium',
  find: ({ wallets }, input) =>
    (wallets.ok ? wallets.list : [])
      .filter((wallet) => isOff(wallet, input))
      .map((of) => ({
        venue: of.venue,
        found: [of],
        ...(of.currency !== input.bot.quoteCurrency && { labels: { cause: of.currency } }),
        of,
      })),
  unseen: ({ wallets }) =>
    reasonOf(wallets) ??
    (wallets.ok && wallets.unseen.length > 0 ? missing('single_source', wallets.unseen.join('; ')) : null),
  from: {
    basis: 'balances against fills, funding and transfers',
    queries: ['balance-edges', 'balance-series', 'fills', 'funding', 'transfers'],
  },
  numbers: ({ of: { residual, residualPercent, currency, jump }, input: { settings } }) => {
    const cash = (title: string, value: Money | string, formula: string): NumberSpec =>
      num.money(title, value, { formula, more: { currency } });
    return {
      unexplained: cash('Unexplained', residual.abs(), '|end - start - gross + fees - funding - transfers|'),
      residual_limit: cash('Largest residual', settings.residualMoney, 'policy data-integrity.residualMoney'),
      unexplained_bps: num.bps('Unexplained of equity', 100 * (residualPercent ?? 100), {
        formula: '10,000 x |residual| / equity at the start',
      }),
      jump_from:
        jump && num.time('Last balance before it', jump.from, 'last balance row before the residual'),
      jump_to: jump && num.time('First balance after it', jump.to, 'first balance row with the residual'),
    };
  },
  stake: 'unexplained',
  // Nobody has found it since.
  standing: true,
  severity: ({ of, input }) => {
    if (!isRed(of, input)) return 'MEDIUM';
    return (of.residualPercent ?? 100) > input.settings.residualCriticalPercent ? 'CRITICAL' : 'HIGH';
  },
  causes: ({ of, facts, input }) => walletCauses(of, facts, input),
  cause: (cause, { of: { currency }, input }) =>
    currency === input.bot.quoteCurrency ? cause : { ...cause, id: `${cause.id}-${currency}` },
  otherwise: 'No payment, transfer or fee of this size is known, and the balances are all there is.',
  occurrence({ currency, jump, ...all }) {
    const { from, to } = jump ?? all;
    return { subject: currency, at: from, until: to };
  },
  evidence: {
    of: 'pnl.wallets',
    accused: (cell, { of: { venue, currency } }) =>
      cell('exchange') === venue && cell('currency') === currency,
  },
  see({ of: { venue, currency, jump, ...all } }) {
    const { from, to } = jump ? { from: jump.from - AROUND_MS, to: jump.to + AROUND_MS } : all;
    return `select at, total, total - lag(total) over (order by at) as change\nfrom balance\nwhere exchange = ${quoted(venue)} and currency = ${quoted(currency)}\n  and at >= '${iso(from)}' and at <= '${iso(to)}'\norder by at;`;
  },
  words: (n, { place, of, of: { residual, currency, jump }, input }) => ({
    title: text`${n.unexplained} ${residual.isNegative() ? 'left' : 'came into'} the ${place} wallet and no entry explains it`,
    description: text`Balances and the sum of fills, funding and transfers differ by ${n.unexplained} (${n.unexplained_bps} of equity); the limit is ${n.residual_limit}.${jump ? text` It appeared between ${n.jump_from} and ${n.jump_to}.` : ' When it appeared cannot be located.'}`,
    financial: text`${n.unexplained} is unexplained.`,
    operational: 'Results computed from fills do not agree with the account until it is found.',
    risk: isTwice(of, 'fee', input)
      ? 'Every result of these fills is wrong by twice its fees.'
      : 'Somebody else, or a payment that the bot does not record, can move this account.',
    detection: 'No alert is known to have fired for it; this audit compared the balances with the ledger.',
    recommendation: isTwice(of, 'fee', input)
      ? `Compare the fees of a few fills with the exchange’s own, and turn their sign in the mapping of fill.`
      : text`Read the ledger of ${place} in ${currency} ${jump ? text`from ${n.jump_from} to ${n.jump_to}` : 'of the whole window'}, record the missing type of entry, and make sure that nobody else can move the account.`,
    verification: text`A wallet residual of at most ${n.residual_limit} in the next window.`,
  }),
});
