import type { Venue } from '../instruments.ts';
import type { Shift } from '../shifts.ts';
import { carryTrade } from './carried-trade.ts';
import type { Defect } from './defect.ts';

/** A carried position reaches into the shifts before: neighbours use different venues, so that they never meet. */
function venueOf(shift: Shift): Venue {
  return shift.name === 'middle' ? 'bybit' : 'binance';
}

export const agedLosingPosition: Defect = {
  name: 'aged-losing-position',
  title: 'A position is more than 12 hours old and loses more than 1 % of its notional',
  causes: [{ rule: 'AG-01', severity: 'MEDIUM' }],
  inject(world, shift) {
    const id = `P-A01-${shift.name}`;
    const wish = {
      id,
      symbols: ['BCHUSDT', 'TRXUSDT', 'HBARUSDT'],
      venue: venueOf(shift),
      ageH: [12.4, 15.8],
      movedBps: [-420, -120],
    } as const;
    return [carryTrade(world, shift, wish).symbol];
  },
};

/** What the venue charges at the shift's start, as a fraction of the notional; longs pay a positive rate. */
const EXTREME_RATE = 0.0026;

export const fundingDrag: Defect = {
  name: 'funding-drag',
  title: 'One settlement takes 0.26 % of a position that is held through it',
  causes: [{ rule: 'AG-02', severity: 'MEDIUM' }],
  inject(world, shift) {
    const id = `P-F01-${shift.name}`;
    const wish = {
      id,
      symbols: ['XLMUSDT', 'ICPUSDT', 'ALGOUSDT'],
      venue: venueOf(shift),
      ageH: [8.4, 11.6],
      movedBps: [15, 320],
    } as const;
    const { side, symbol } = carryTrade(world, shift, wish);
    world.market.setFundingRate(symbol, shift.from, side === 'long' ? EXTREME_RATE : -EXTREME_RATE);
    return [symbol];
  },
};
