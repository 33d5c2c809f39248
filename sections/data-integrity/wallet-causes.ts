import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { ms } from '../../audit/time.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import type { Facts, Input } from './facts.ts';
import type { Wallet } from './wallet-identity.ts';

/** An entry explains a residual only to the last digits: small amounts are alike by chance. */
const EXACT = money('0.000001');

/** Candidate entries of exactly this size, and what else was wrong at that time (catalogue 4.6). */
export function residualHypotheses(
  wallet: Wallet,
  { source }: Facts,
  { rows, bot }: Input,
): readonly Hypothesis[] {
  const { residual, jump, flows, currency, venue } = wallet;
  const same = (value: Money): boolean => value.abs().minus(residual.abs()).abs().lessThanOrEqualTo(EXACT);
  const paid = (rows.transfers.ok ? rows.transfers.rows : [])
    .filter(({ at }) => ms(at) >= wallet.from && ms(at) < wallet.to)
    .flatMap(({ amount }) => (amount === null ? [] : [money(amount)]));
  const foreign = (rows.fills.ok ? rows.fills.rows : [])
    .filter(({ fee, fee_currency: of }) => fee !== null && of !== null && of.toUpperCase() !== currency)
    .map(({ fee }) => money(fee ?? '0'));
  const stray = source.ok ? source.strayFills : [];
  const isSilent =
    rows.heartbeats.ok && jump
      ? rows.heartbeats.rows.some(
          (gap) =>
            ms(gap.gap_to) - ms(gap.gap_from) > 2000 * bot.heartbeatIntervalS &&
            ms(gap.gap_from) < jump.to &&
            ms(gap.gap_to) > jump.from,
        )
      : null;
  return [
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
      rows.transfers.ok ? paid.some(same) : null,
    ]),
    hypothesis('fee-in-other-asset', 'Fees were charged in another asset than recorded.', [
      'the residual is the size of the fees in other assets',
      foreign.length > 0 && same(sum(foreign)),
    ]),
    hypothesis('fills-unassigned', 'Fills that no position claims moved the wallet.', [
      'fills of this exchange belong to no position',
      stray.some(({ exchange }) => venueOf(exchange) === venue),
    ]),
    hypothesis('bot-was-down', 'It happened while the bot was silent, so the bot recorded nothing.', [
      'no heartbeat was written when the residual appeared',
      isSilent,
    ]),
  ];
}
