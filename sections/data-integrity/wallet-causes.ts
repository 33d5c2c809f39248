import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { ms } from '../../audit/time.ts';
import { oughtToBeat } from '../shared/facts/heard-services.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Facts, Input } from './facts.ts';
import { idHoles } from './id-holes.ts';
import type { Wallet } from './wallet-identity.ts';

/** Entries of the wrong sign leave twice their sum: all of the kind, or the fees alone that count as received. */
export function isTwice(
  { residual, ...wallet }: Wallet,
  kind: 'fee' | 'funding',
  { settings }: Input,
): boolean {
  const flows = kind === 'fee' ? [wallet.flows.fee, wallet.feesReceived] : [wallet.flows.funding];
  return flows.some(
    (flow) => !flow.isZero() && residual.plus(flow.times(2)).abs().lessThanOrEqualTo(settings.exactMoney),
  );
}

/** Candidate entries of exactly this size, and what else was wrong at that time (catalogue 4.6). */
export function walletCauses(wallet: Wallet, { source }: Facts, input: Input): readonly Hypothesis[] {
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
