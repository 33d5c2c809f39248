import { ladder } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { check, gate, numberOf, score, unknown } from '../shared/vocabulary/check.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { isOff, isRed } from './wallet-identity.ts';

const STORED = { dimension: 'integrity', source: 'database' } as const;

/** Both identities must hold at every exchange, and no row may contradict its own fills. */
export const identityCheck = check<Facts, Input>({
  ...STORED,
  id: 'PM-ID',
  title: 'Position rows agree with the fills',
  weight: 5,
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge({ source, identity, venues }, { rows }, out) {
    if (!source.ok) return source;
    const total = numberOf(out, 'positions_identity');
    if (typeof total !== 'number') return total;
    if (identity === null) return missing('single_source');
    if (!venues.every((venue) => identity.of(venue).residual === 0))
      return score(
        0,
        text`Start + opened \u2212 closed \u2212 end leaves ${fig('positions_identity')} in total; it must be 0 at every exchange.`,
      );
    const holds = 'Start + opened \u2212 closed = end at every exchange';
    const { length } = identity.mismatches;
    if (length > 0) {
      const disagree = `rows and fills disagree on ${String(length)} ${noun(length, 'position')}`;
      return score(0, text`${holds}, but ${disagree}.`);
    }
    if (!rows.leftBehind.ok) return rows.leftBehind;
    const n = numberOf(out, 'positions_contradicted');
    if (typeof n !== 'number') return n;
    const outcome =
      n === 0
        ? text`and ${fig('positions_compared')} rows agree with their fills in quantity and entry price`
        : text`but ${fig('positions_contradicted')} ${noun(n, 'position contradicts its', 'positions contradict their')} own fills`;
    return score(n === 0 ? 1 : 0, text`${holds}, ${outcome}.`);
  },
});

/** A wallet that is off is known; that the others are right is not, while one of them was never seen. */
const unseenWallets = (unseen: readonly string[]) => [
  `Not every wallet is known at both edges of the window: ${unseen.join('; ')}.`,
];

/** 1 within the tolerance, half over it, 0 over the red bound: the worst wallet decides. */
export const walletCheck = check<Facts, Input>({
  ...STORED,
  id: 'PN10',
  title: 'Wallet identity',
  weight: 10,
  rung: 1,
  judge({ wallets }, input) {
    if (!wallets.ok)
      return unknown(wallets.reason, [
        `The wallet identity needs balances and fills: ${wallets.detail ?? wallets.reason}.`,
      ]);
    const off = wallets.list.filter((wallet) => isOff(wallet, input));
    if (off.length === 0 && wallets.unseen.length > 0)
      return unknown('single_source', unseenWallets(wallets.unseen));
    const r = off.length === 0 ? 1 : off.some((wallet) => isRed(wallet, input)) ? 0 : 0.5;
    return score(r, text`The largest wallet residual is ${fig('wallet_residual_worst')}.`);
  },
});

/** Gate (c): money over the red bound that no entry explains. */
export const walletGate = gate<Facts, Input>({
  id: 'c',
  source: 'database',
  title: 'Wallet residual above its red bound',
  judge({ wallets }, input) {
    if (!wallets.ok) {
      const why = wallets.detail ?? wallets.reason;
      return { failed: null, text: [`The wallet identity could not be checked: ${why}.`] };
    }
    const failed = wallets.list.some((wallet) => isOff(wallet, input) && isRed(wallet, input));
    if (!failed && wallets.unseen.length > 0) return { failed: null, text: unseenWallets(wallets.unseen) };
    const bound = `${String(input.settings.residualRedPercent)} % of equity`;
    const worst = fig('wallet_residual_worst');
    return {
      failed,
      text: failed
        ? text`A wallet residual of ${worst} is over ${bound}.`
        : text`The largest wallet residual is ${worst}, within ${bound}.`,
    };
  },
});

/** Share of stored numbers that disagree with computed ones; unknown when nothing could be compared. */
export const accountingCheck = check<Facts, Input>({
  ...STORED,
  id: 'DI13',
  title: 'Accounting consistency',
  weight: 5,
  rung: 1,
  judge({ accounting: { realized, fees }, source }, { settings }) {
    if (!source.ok) return unknown(source.reason, ['Positions cannot be read.']);
    if (realized.compared + fees.compared === 0)
      return unknown('single_source', ['No stored result or fee has a computed one beside it.']);
    if (realized.compared === 0 && realized.closedRows > 0)
      return unknown('single_source', [
        `None of the ${String(realized.closedRows)} closed positions has a stored result beside the computed one.`,
      ]);
    const shares = [realized, fees].map(({ compared, disagreements }) =>
      compared === 0 ? 0 : (100 * disagreements.length) / compared,
    );
    return score(
      ladder(Math.max(...shares), 0, settings.storedOffPercent, 10),
      text`${fig('stored_results_differ')} of ${fig('stored_results_compared')} stored results and ${fig('fees_differ')} of ${fig('fees_compared')} fees disagree with the computed ones.`,
    );
  },
});
