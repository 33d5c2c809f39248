import { expect, test } from '@jest/globals';
import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { createMarket } from '../../sections/shared/facts/market.ts';
import { BASE_UNITS } from '../../sections/shared/facts/instruments.ts';
import type { PositionFact } from '../../sections/shared/facts/position-facts.ts';
import { peaksAt } from '../../sections/position-management/notional-peaks.ts';
import { thresholds } from '../../sections/shared/settings.ts';
import { at, contextOf, WINDOW } from './support.ts';

const START = Date.parse(WINDOW.from);
const HOUR = 3_600_000;

/** Repeatable numbers in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

function positionsFrom(random: () => number): readonly PositionFact[] {
  const facts = Array.from({ length: 40 }, (_, index) => {
    const openedAt = START + Math.floor((random() * 9 - 1) * HOUR);
    const closedAt = random() < 0.2 ? null : openedAt + Math.floor(random() * 2 * HOUR);
    const quantity = money((random() * 9).toFixed(2));
    const steps = [
      { at: openedAt, quantity },
      { at: openedAt + HOUR / 2, quantity: quantity.div(2) },
    ];
    const side = random() < 0.5 ? 'short' : 'long';
    const symbol = ['A', 'B', 'NEVER-PRICED'][index % 3];
    const entryPrice = money((90 + 20 * random()).toFixed(2));
    return {
      id: String(index),
      venue: 'binance',
      symbol,
      side,
      openedAt,
      closedAt,
      quantity,
      entryPrice,
      steps,
      contract: BASE_UNITS,
    };
  });
  return facts.sort((a, b) => a.openedAt - b.openedAt) as unknown as readonly PositionFact[];
}

test.each([1, 2, 3])('the sweep finds what valuing everything at each time finds (seed %s)', (seed) => {
  const random = randomFrom(seed);
  const positions = positionsFrom(random);
  // Prices with a pause of over half an hour, so that some go stale.
  const times = Array.from({ length: 60 }, (_, i) => START + i * 300_000 + (i > 30 ? HOUR : 0));
  const prices = times.flatMap((time) =>
    ['A', 'B'].map((symbol) => {
      const iso = new Date(time + Math.floor(random() * 60_000)).toISOString();
      return {
        exchange: 'binance',
        symbol,
        bucket: iso,
        at: iso,
        kind: null,
        price: (90 + 20 * random()).toFixed(2),
      };
    }),
  );
  const equity = [
    {
      exchange: 'binance',
      account: null,
      currency: 'USDT',
      bucket: at('00:00'),
      at: at('00:00'),
      equity: '1000',
      total: null,
      free: null,
      used: null,
    },
  ];
  const market = createMarket(
    { ok: true, rows: prices },
    { ok: true, rows: equity },
    'USDT',
    contextOf({}).factOf(thresholds),
  );
  let [gross, net] = [ZERO, ZERO];
  const changes = positions.flatMap(({ steps }) => steps.map((step) => step.at));
  for (const time of [START, ...market.times, ...changes]) {
    if (time < START || time >= Date.parse(WINDOW.to)) continue;
    let [long, short] = [ZERO, ZERO];
    for (const fact of positions) {
      if (fact.openedAt > time || (fact.closedAt !== null && fact.closedAt <= time)) continue;
      const quantity: Money = fact.steps.findLast((step) => step.at <= time)?.quantity ?? fact.quantity;
      const value = quantity.times(market.priceAt(fact.venue, fact.symbol, time) ?? fact.entryPrice);
      if (fact.side === 'short') short = short.plus(value);
      else long = long.plus(value);
    }
    if (long.plus(short).gt(gross)) gross = long.plus(short);
    if (long.minus(short).abs().gt(net)) net = long.minus(short).abs();
  }
  const peaks = peaksAt(positions, market, 'binance', WINDOW);
  expect(peaks.gross.toFixed()).toBe(gross.toFixed());
  expect(peaks.net.toFixed()).toBe(net.toFixed());
  expect(peaks.leverage?.toFixed()).toBe(gross.div(1000).toFixed());
  expect(peaks.marked).toBe(false);
});
