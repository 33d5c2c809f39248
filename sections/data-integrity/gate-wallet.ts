import { fig, text } from '../../audit/text.ts';
import { gate } from '../shared/vocabulary/check.ts';
import type { Facts, Input } from './facts.ts';
import { isOff, isRed } from './wallet.ts';

/** Gate (c): money over the red bound that no entry explains. */
export const walletGate = gate<Facts, Input>({
  id: 'c',
  source: 'database',
  title: 'Wallet residual above its red bound',
  judge({ wallets }, input) {
    if (!wallets.ok)
      return {
        failed: null,
        text: [`The wallet identity could not be checked: ${wallets.detail ?? wallets.reason}.`],
      };
    const failed = wallets.list.some((wallet) => isOff(wallet, input) && isRed(wallet, input));
    if (!failed && wallets.unseen.length > 0)
      return {
        failed: null,
        text: [`Not every wallet is known at both edges of the window: ${wallets.unseen.join('; ')}.`],
      };
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
