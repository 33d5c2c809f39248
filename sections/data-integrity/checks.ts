import type { CheckOutcome } from '../../audit/check.ts';
import { figureKey } from '../../audit/figure.ts';
import { formatReason } from '../../audit/format.ts';
import type { CheckDefinition, Output } from '../../audit/section.ts';
import { ladder } from '../../audit/statistics.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import { isKnown, type Missing } from '../../audit/value.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { isOff, isRed } from './wallet.ts';

export const checks: readonly CheckDefinition<Facts, Input>[] = [
  {
    id: 'PM-ID',
    title: 'Position rows agree with the fills',
    dimension: 'integrity',
    weight: 5,
    source: 'database',
    evaluate: identityCheck,
  },
  {
    id: 'PN10',
    title: 'Wallet identity',
    dimension: 'integrity',
    weight: 10,
    source: 'database',
    evaluate: walletCheck,
  },
  {
    id: 'DI13',
    title: 'Accounting consistency',
    dimension: 'integrity',
    weight: 5,
    source: 'database',
    evaluate: accountingCheck,
  },
];

/** Both identities must hold at every exchange, and no row may contradict its own fills. */
function identityCheck({ source, identity, venues }: Facts, input: Input, out: Output): CheckOutcome {
  if (!source.ok) return unseen(source);
  const total = out.value(figureKey('positions_identity'));
  if (identity === null || !isKnown(total))
    return unseen(isKnown(total) ? { value: null, reason: 'single_source' } : total);
  const judged = (r: 0 | 1, words: Text): CheckOutcome => ({
    state: 'known',
    r,
    credit: input.credit[source.rung],
    text: words,
  });
  if (!venues.every((venue) => identity.of(venue).residual === 0))
    return judged(
      0,
      text`Start + opened \u2212 closed \u2212 end leaves ${fig('positions_identity')} in total; it must be 0 at every exchange.`,
    );
  if (identity.mismatches.length > 0)
    return judged(
      0,
      text`Start + opened \u2212 closed = end at every exchange, but rows and fills disagree on ${String(identity.mismatches.length)} ${noun(identity.mismatches.length, 'position')}.`,
    );
  if (!input.rows.leftBehind.ok) return unseen(input.rows.leftBehind);
  const contradicted = out.value('positions_contradicted');
  if (!isKnown(contradicted)) return unseen(contradicted);
  const n = Number(contradicted.value);
  return n === 0
    ? judged(
        1,
        text`Start + opened \u2212 closed = end at every exchange, and ${fig('positions_compared')} rows agree with their fills in quantity and entry price.`,
      )
    : judged(
        0,
        text`Start + opened \u2212 closed = end at every exchange, but ${fig('positions_contradicted')} ${noun(n, 'position contradicts its', 'positions contradict their')} own fills.`,
      );
}

function unseen(reason: Missing): CheckOutcome {
  return {
    state: 'unknown',
    reason: reason.reason,
    text: [`${capitalised(formatReason(reason.reason, reason.detail))}.`],
  };
}

/** 1 within the tolerance, half over it, 0 over the red bound: the worst wallet decides. */
function walletCheck({ wallets }: Facts, input: Input): CheckOutcome {
  if (!wallets.ok)
    return {
      state: 'unknown',
      reason: wallets.reason,
      text: [`The wallet identity needs balances and fills: ${wallets.detail ?? wallets.reason}.`],
    };
  const off = wallets.list.filter((wallet) => isOff(wallet, input));
  const r = off.length === 0 ? 1 : off.some((wallet) => isRed(wallet, input)) ? 0 : 0.5;
  // A wallet that is off is known; that the others are right is not, while one of them was never seen.
  if (r === 1 && wallets.unseen.length > 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: [`Not every wallet is known at both edges of the window: ${wallets.unseen.join('; ')}.`],
    };
  return {
    state: 'known',
    r,
    credit: 1,
    text: text`The largest wallet residual is ${fig('wallet_residual_worst')}.`,
  };
}

/** Share of stored numbers that disagree with computed ones; unknown when nothing could be compared. */
function accountingCheck({ accounting, source }: Facts): CheckOutcome {
  const parts = [accounting.realized, accounting.fees];
  const compared = parts.reduce((total, part) => total + part.compared, 0);
  if (!source.ok) return { state: 'unknown', reason: source.reason, text: ['Positions cannot be read.'] };
  if (compared === 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: ['No stored result or fee has a computed one beside it.'],
    };
  if (accounting.realized.compared === 0 && accounting.realized.closedRows > 0)
    return {
      state: 'unknown',
      reason: 'single_source',
      text: [
        `None of the ${String(accounting.realized.closedRows)} closed positions has a stored result beside the computed one.`,
      ],
    };
  const share = Math.max(
    ...parts.map((part) => (part.compared === 0 ? 0 : (100 * part.disagreements.length) / part.compared)),
  );
  return {
    state: 'known',
    r: ladder(share, 0, 1, 10),
    credit: 1,
    text: text`${fig('stored_results_differ')} of ${fig('stored_results_compared')} stored results and ${fig('fees_differ')} of ${fig('fees_compared')} fees disagree with the computed ones.`,
  };
}
