import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { oughtToBeat } from '../shared/facts/heard-services.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import { quoted } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { rowsOf, reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts, Input } from './facts.ts';
import { idHoles } from './id-holes.ts';
import { isOff, isRed, type Wallet } from './wallet-identity.ts';
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
  causes: ({ of, facts, input }) => hypotheses(of, facts, input),
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
    return `select at, total, total - lag(total) over (order by at) as change\nfrom balance\nwhere lower(exchange) = ${quoted(venue)} and currency = ${quoted(currency)}\n  and at >= '${iso(from)}' and at <= '${iso(to)}'\norder by at;`;
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

/** Entries of the wrong sign leave twice their sum: all of the kind, or the fees alone that count as received. */
function isTwice({ residual, ...wallet }: Wallet, kind: 'fee' | 'funding', { settings }: Input): boolean {
  const flows = kind === 'fee' ? [wallet.flows.fee, wallet.feesReceived] : [wallet.flows.funding];
  return flows.some(
    (flow) => !flow.isZero() && residual.plus(flow.times(2)).abs().lessThanOrEqualTo(settings.exactMoney),
  );
}

/** Candidate entries of exactly this size, and what else was wrong at that time (catalogue 4.6). */
function hypotheses(wallet: Wallet, { source }: Facts, input: Input): readonly Hypothesis[] {
  const { rows, bot, settings, shared } = input;
  const { residual, jump, flows, currency, venue } = wallet;
  // Only to the last digits: small amounts are alike by chance.
  const same = (value: Money): boolean =>
    value.abs().minus(residual.abs()).abs().lessThanOrEqualTo(settings.exactMoney);
  const transfers = rows.transfers.ok
    ? rows.transfers.rows.filter(({ at }) => ms(at) >= wallet.from && ms(at) < wallet.to)
    : null;
  const foreign = rowsOf(rows.fills).flatMap(({ fee, fee_currency: of }) =>
    fee === null || of === null || of.toUpperCase() === currency ? [] : [money(fee)],
  );
  const silentMs = 1000 * shared.thresholds.silentIntervals * bot.heartbeatIntervalS;
  const isSilent = (row: HeartbeatGapRow): boolean => {
    const [from, to] = [ms(row.gap_from), ms(row.gap_to)];
    const isLong = to - from > silentMs && oughtToBeat(row, shared.thresholds);
    return isLong && jump !== null && from < jump.to && to > jump.from;
  };
  return [
    hypothesis('fee-sign', 'The sign of the fees: costs are written as gains, or the other way round.', [
      'the residual is twice all fees of the window, or those that count as received',
      isTwice(wallet, 'fee', input),
    ]),
    hypothesis('funding-sign', 'The sign of the funding: what was paid is written as received.', [
      'the residual is twice all funding of the window',
      rows.funding.ok ? isTwice(wallet, 'funding', input) : null,
    ]),
    hypothesis(
      'funding-missing',
      'Funding is recorded that the wallet did not receive, or the other way round.',
      [
        'the residual is the size of all funding of the window',
        rows.funding.ok ? !flows.funding.isZero() && same(flows.funding) : null,
      ],
    ),
    hypothesis('transfer-missing', 'A transfer is recorded twice, or against another account.', [
      'the residual is the size of a recorded transfer',
      transfers && transfers.some(({ amount }) => amount !== null && same(money(amount))),
    ]),
    hypothesis('fee-in-other-asset', 'Fees were charged in another asset than recorded.', [
      'the residual is the size of the fees in other assets',
      foreign.length > 0 && same(sum(foreign)),
    ]),
    hypothesis(
      'rows-deleted',
      'Rows of positions and their fills were deleted, and what they moved with them.',
      ['ids of positions are missing in the window, and none before it', idHoles(input) !== null],
    ),
    hypothesis('fills-unassigned', 'Fills that no position claims moved the wallet.', [
      'fills of this exchange belong to no position',
      source.ok && source.strayFills.some(({ exchange }) => venueOf(exchange) === venue),
    ]),
    hypothesis('bot-was-down', 'It happened while the bot was silent, so the bot recorded nothing.', [
      'no heartbeat was written when the residual appeared',
      rows.heartbeats.ok && jump ? rows.heartbeats.rows.some(isSilent) : null,
    ]),
  ];
}
