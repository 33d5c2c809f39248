import type { GateDefinition } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { isRed } from './rule-wallet.ts';
import { isOff } from './wallet.ts';

/** Gate (c): money over the red bound that no entry explains. */
export const walletGate: GateDefinition<Facts, Input> = {
  id: 'c',
  source: 'database',
  title: 'Wallet residual above its red bound',
  evaluate({ wallets }, input) {
    if (!wallets.ok)
      return {
        failed: null,
        text: [`The wallet identity could not be checked: ${wallets.detail ?? wallets.reason}.`],
      };
    const red = wallets.list.some((wallet) => isOff(wallet, input) && isRed(wallet, input));
    if (!red && wallets.unseen.length > 0)
      return {
        failed: null,
        text: [`Not every wallet is known at both edges of the window: ${wallets.unseen.join('; ')}.`],
      };
    return {
      failed: red,
      text: red
        ? text`A wallet residual of ${fig('wallet_residual_worst')} is over ${String(input.settings.residualRedPercent)} % of equity.`
        : text`The largest wallet residual is ${fig('wallet_residual_worst')}, within ${String(input.settings.residualRedPercent)} % of equity.`,
    };
  },
};
