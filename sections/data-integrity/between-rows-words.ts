import type { Severity } from '../../audit/finding.ts';
import type { BetweenRows } from './linked-rows.ts';

/** What a finding of one kind says. */
interface Words {
  readonly what: string;
  readonly risk: string;
  /** MEDIUM where it is not said. */
  readonly severity?: Severity;
  /** `rows contradict others` where nothing else is said. */
  readonly verb?: readonly [one: string, many: string];
}

export const BETWEEN_WORDS: Readonly<Record<BetweenRows['what'], Words>> = {
  'limit-price': {
    what: 'an order was filled at a price that its limit excludes',
    risk: 'A bot that compares its limit with the market decides by a price that nobody sent.',
  },
  'opened-by-reducing': {
    what: 'an order that may only reduce opened a position',
    risk: 'If the column is right, the bot took the close of one position for the opening of another.',
  },
  'exit-reason': {
    what: 'a position was closed by another order than its reason says',
    risk: 'Who tunes stops and targets by these reasons tunes them by the wrong positions.',
  },
  maker: {
    what: 'a fill of a market order is stored as a maker’s',
    risk: 'Fees that are planned by the share of makers are too low.',
  },
  strategy: {
    what: 'a fill names another strategy than its position',
    risk: 'A strategy is judged, and its limits are kept, by trades of another one.',
  },
  'order-strategy': {
    what: 'an order names another strategy than its position',
    risk: 'A strategy is judged, and its limits are kept, by orders of another one.',
  },
  instrument: {
    what: 'an order names a position of another instrument or exchange',
    risk: 'A stop of another instrument, or at another exchange, protects nothing of the position that it names.',
  },
  parent: {
    what: 'an order replaces one that is not stored',
    risk: 'What the order that is gone did, and how long it stood, is in no number.',
  },
  change: {
    what: 'a recorded change is of a stop order that is not stored',
    risk: 'What that stop did, and how long it stood, is in no number.',
  },
  'change-of-other': {
    what: 'a recorded change is of a stop of another position or exchange',
    risk: 'Where a stop stood, and since when, is then told of the wrong position.',
  },
  target: {
    what: 'a position has a target price and no order of it, as others of its strategy have',
    risk: 'Either the target was never sent, or its order is gone from the table.',
  },
  'far-price': {
    what: 'a price is many times off every price of its instrument',
    risk: 'A stop or target at such a price never fires, and a result or size that is computed from it is wrong.',
  },
  'far-fill': {
    what: 'the price of a fill is many times off the market of its moment',
    risk: 'What this fill cost or made is not known, and neither is the result of its position.',
  },
  'far-fee': {
    what: 'the fee of a fill is many times what other fills of its instrument have',
    risk: 'What this fill cost is not known, and neither is the result of its position: a digit too many, or of another asset.',
  },
  'off-market': {
    what: 'a fill is off the prices of its instrument, as most of its fills are',
    risk: 'These prices are of something else, and are not used: what hangs on them is not known.',
  },
  'still-price': {
    what: 'the price of an instrument stood still',
    risk: 'A feed repeats its last answer. A bot that reads it sees no market; what hangs on these prices is not known.',
  },
  side: {
    what: 'an order is on another side than its role and position say',
    risk: 'A stop or exit on the position’s own side adds to it.',
  },
  unsaid: {
    what: 'an order that closes does not say that it may only reduce, as others do',
    risk: 'A stop or target that is not reduce-only can open a position when it triggers after the close.',
  },
  'never-said': {
    what: 'the column reduce_only is served and has no value',
    risk: 'Whether a stop can open a position when it triggers after the close is not judged.',
    severity: 'LOW',
    verb: ['stop leaves open whether it only reduces', 'stops leave open whether they only reduce'],
  },
  'stop-flag': {
    what: 'an open position says that it has no stop, and one stands',
    risk: 'A bot that reads the flag places a second stop, or takes the position for unprotected.',
  },
};
