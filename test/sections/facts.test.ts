import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concurrencyOf } from '../../sections/position-management/concurrency.ts';
import { allocateFunding } from '../../sections/shared/facts/allocate-funding.ts';
import { money } from '../../audit/decimal.ts';
import type { PositionFact } from '../../sections/shared/facts/position-facts.ts';
import { positionFacts } from '../../sections/shared/facts/positions.ts';
import { ratesFact } from '../../sections/shared/facts/evidence-facts.ts';
import { gapsOf } from '../../sections/shared/facts/protection.ts';
import { canonicalSymbol } from '../../sections/shared/facts/symbols.ts';
import { thresholds } from '../../sections/shared/settings.ts';
import {
  fillsQuery,
  fundingQuery,
  ordersQuery,
  positionsQuery,
} from '../../sections/shared/queries/trading.ts';
import type { Rows } from '../../audit/section.ts';
import { at, contextOf, WINDOW, type Evidence } from './support.ts';
import { fill, many, position } from './trading-rows.ts';

function factsOf(evidence: Evidence) {
  const context = contextOf(evidence);
  const rows = <T>(
    query: { row: { parse(row: unknown): T } } & Parameters<typeof context.rowsOf>[0],
  ): Rows<T> => context.rowsOf(query) as Rows<T>;
  const facts = positionFacts(
    {
      positions: rows(positionsQuery),
      fills: rows(fillsQuery),
      orders: rows(ordersQuery),
      funding: rows(fundingQuery),
    },
    context.factOf(ratesFact),
    context,
    context.factOf(thresholds),
  );
  if (!facts.ok) throw new Error(facts.reason);
  return facts;
}

const only = (evidence: Evidence): PositionFact => {
  const [fact, ...rest] = factsOf(evidence).positions;
  if (!fact || rest.length > 0) throw new Error('not exactly one position');
  return fact;
};
const shown = ({ gross, fees, funding, net }: PositionFact) =>
  [gross, fees, funding, net].map((value) => (value.value === null ? `<${value.reason}>` : value.value));

describe('PnL of a closed trade by its fills', () => {
  const closed = position('a', { closed_at: at('03:00') });

  test('is gross by average cost, minus fees, plus funding received', () => {
    const fills = [
      fill('a', 'long', at('01:00'), { price: '100' }),
      fill('a', 'long', at('01:30'), { price: '110' }),
      fill('a', 'short', at('02:00'), { price: '120' }),
      fill('a', 'short', at('03:00'), { price: '90' }),
    ];
    const funding = [{ symbol: 'BTC/USDT:USDT', exchange: 'binance', amount: '-0.30', at: at('02:30') }];
    const fact = only({ rows: { positions: [closed], fills, funding } });
    expect(shown(fact)).toEqual(['0', '0.16', '-0.3', '-0.46']);
    expect(fact.quantity.toFixed()).toBe('2');
    expect(fact.entryPrice.toFixed()).toBe('105');
    expect(fact.exitPrice?.toFixed()).toBe('105');
  });

  test('of a short has the other sign', () => {
    const fills = [
      fill('a', 'short', at('01:00'), { price: '100' }),
      fill('a', 'long', at('03:00'), { price: '90' }),
    ];
    expect(shown(only({ rows: { positions: [{ ...closed, side: 'short' }], fills } }))).toEqual([
      '10',
      '0.08',
      '0',
      '9.92',
    ]);
  });

  test('a fee in another currency is never taken for quote', () => {
    const fills = [fill('a', 'long', at('01:00')), fill('a', 'short', at('03:00'), { fee_currency: 'BNB' })];
    expect(shown(only({ rows: { positions: [closed], fills } }))).toEqual([
      '0',
      '<inadequate_basis>',
      '0',
      '<inadequate_basis>',
    ]);
  });

  test('without funding in the mapping net is not known, gross is', () => {
    const fills = [fill('a', 'long', at('01:00')), fill('a', 'short', at('03:00'))];
    const evidence = { rows: { positions: [closed], fills }, lacks: ['funding', 'position.funding'] };
    expect(shown(only(evidence))).toEqual(['0', '0.08', '<missing_entity>', '<missing_entity>']);
  });

  test('incremental fills and dust close the position; a remainder does not', () => {
    const fills = (exit: string) => [
      fill('a', 'long', at('01:00')),
      fill('a', 'short', at('03:00'), { quantity: exit }),
    ];
    expect(only({ rows: { positions: [position('a')], fills: fills('1') } }).closedBy).toBe('fills');
    expect(only({ rows: { positions: [position('a')], fills: fills('0.9') } }).closedAt).toBeNull();
  });
});

describe('PnL by the bot rows', () => {
  const row = { closed_at: at('03:00'), exit_price: '110', fees: '0.2', funding: '-0.1' };

  test('is computed from entry and exit price', () => {
    expect(shown(only({ rows: { positions: [position('a', row)] } }))).toEqual(['10', '0.2', '-0.1', '9.7']);
  });

  test('never takes the current price for an exit price, nor a stored 0 in every row for a result', () => {
    const positions = many(3, (i) =>
      position(String(i), { closed_at: at('03:00'), realized_pnl: '0.00', current_price: '111' }),
    );
    const facts = factsOf({ rows: { positions } });
    for (const { net } of facts.positions) {
      expect(net).toMatchObject({
        value: null,
        reason: 'inadequate_basis',
        detail: 'realized_pnl is 0 in all 3 closed rows that have one',
      });
    }
  });

  test('uses stored results when they are more than placeholders', () => {
    const positions = [
      position('a', { closed_at: at('03:00'), realized_pnl: '5' }),
      position('b', { closed_at: at('03:00'), realized_pnl: '0' }),
    ];
    expect(factsOf({ rows: { positions } }).positions.map(({ net }) => net.value)).toEqual(['5', '0']);
  });
});

describe('the choice of the source', () => {
  const ids = many(10, String);
  const positions = ids.map((id) => position(id, { closed_at: at('03:00') }));
  const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('03:00'))]);

  test.each([
    ['fills that add up', fills, 'fills', null],
    ['no fills', [], 'bot', 'no fills in the window'],
    [
      'entries without exits',
      fills.filter(({ side }) => side === 'long'),
      'bot',
      'fills hold entries but no exits: none of 10 closed positions with an entry fill has an exit fill',
    ],
    ['one missing exit', fills.slice(0, -1), 'fills', null],
    ['few entries', fills.slice(0, 4), 'bot', 'only 2 of 10 positions have entry fills'],
    [
      'fills of others',
      [...fills, ...many(9, (i) => fill('z', 'long', at('04:00'), { id: String(i), symbol: 'ETHUSDT' }))],
      'bot',
      '9 of 29 fills belong to no position',
    ],
  ])('%s', (_name, given, rung, why) => {
    const facts = factsOf({ rows: { positions, fills: given } });
    expect([facts.rung, facts.why]).toEqual([rung, why]);
    expect(facts.positions).toHaveLength(10);
  });

  test('fills without a position id find their position by order, else by symbol and time', () => {
    const anonymous = fills.map((one) => ({ ...one, position_id: null }));
    const rows = [position('0', { closed_at: at('03:00'), exit_order_id: 'x' })];
    const byOrder = [{ ...anonymous[0] }, { ...anonymous[1], order_id: 'x' }];
    expect(factsOf({ rows: { positions: rows, fills: byOrder } }).rung).toBe('fills');
    const byTime = byOrder.map((one) => ({ ...one, order_id: 'unknown' }));
    expect(factsOf({ rows: { positions: rows, fills: byTime } }).rung).toBe('fills');
    const ambiguous = factsOf({
      rows: { positions: [...rows, position('1', { closed_at: at('03:00') })], fills: byTime },
    });
    expect(ambiguous.rung).toBe('bot');
  });

  test('hostile rows are dropped and counted, never guessed', () => {
    const hostile = [
      position('a', { opened_at: null }),
      position('b', { entry_price: '0' }),
      position('c', { symbol: null }),
      position('d', { quantity: '-1' }),
    ];
    const facts = factsOf({ rows: { positions: hostile } });
    expect([facts.positions.length, facts.unusableRows.length]).toEqual([0, 4]);
  });
});

test('one instrument has one name, however it is spelled', () => {
  for (const symbol of ['BTC/USDT:USDT', 'BTC/USDT', 'BTC_USDT', 'btc-usdt'])
    expect(canonicalSymbol(symbol)).toBe('BTCUSDT');
});

test('funding of several positions of one side is shared by quantity; with both sides open it cannot be told', () => {
  const one = (id: string, side: string, quantity: number) => ({
    id,
    side,
    symbol: 'BTCUSDT',
    otherNames: [],
    otherVenues: [],
    isWrittenLater: false,
    venue: 'binance',
    quantity: money(quantity),
    openedAt: 0,
    closedAt: null,
  });
  const paid = [{ symbol: 'BTCUSDT', exchange: 'binance', position_id: null, amount: '-4', at: at('02:00') }];
  const shared = allocateFunding([one('a', 'long', 3), one('b', 'long', 1)], paid);
  expect([shared.get('a')?.value, shared.get('b')?.value]).toEqual(['-3', '-1']);
  expect(allocateFunding([one('a', 'long', 3), one('b', 'short', 1)], paid).get('a')).toMatchObject({
    reason: 'inadequate_basis',
  });
});

const minute = fc.integer({ min: -120, max: 600 });
const life = fc.tuple(minute, fc.option(minute), fc.boolean()).map(([opened, closed, bybit]) => {
  const time = (m: number): number => Date.parse(WINDOW.from) + m * 60_000;
  const end = closed === null || closed <= opened ? null : time(closed);
  return { openedAt: time(opened), closedAt: end, venue: bybit ? 'bybit' : 'binance' };
});

describe('identities over random positions', () => {
  test('the sweep agrees with counting at every minute, and venues add up to the total at each of them', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 40 }), (lives) => {
        const sweep = concurrencyOf(lives, WINDOW);
        const minutes = many(480, (i) => Date.parse(WINDOW.from) + i * 60_000);
        const counted = minutes.map(
          (t) => lives.filter(({ openedAt, closedAt }) => openedAt <= t && (closedAt ?? Infinity) > t).length,
        );
        const swept = minutes.map((t) => sweep.steps.findLast(({ at: time }) => time <= t)?.count ?? 0);
        const [max, area] = [Math.max(...counted), counted.reduce((total, count) => total + count, 0)];
        expect(swept).toEqual(counted);
        expect(sweep.max).toBe(max);
        expect(sweep.average).toBeCloseTo(area / 480, 9);
        const venues = ['binance', 'bybit'].map((venue) =>
          concurrencyOf(
            lives.filter((one) => one.venue === venue),
            WINDOW,
          ),
        );
        expect(venues.reduce((total, { average }) => total + average, 0)).toBeCloseTo(sweep.average, 9);
        expect(venues.every((one) => one.max <= sweep.max)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('covered and unprotected time add up to the life of the position', () => {
    const span = fc.tuple(minute, minute).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 12 }),
        fc.option(fc.integer({ min: 1, max: 600 })),
        (spans, closed) => {
          const fact = { id: 'a', openedAt: 0, closedAt: closed } as PositionFact;
          const window = { from: 0, to: 480 };
          const end = Math.min(closed ?? 480, 480);
          const gaps = gapsOf(fact, spans, window, 0);
          const bare = new Set(gaps.flatMap(({ from, to }) => many(to - from, (i) => from + i)));
          const times = many(end, (t) => t);
          const uncovered = times.filter((t) => !spans.some(({ from, to }) => from <= t && t < to));
          expect(times.filter((t) => bare.has(t))).toEqual(uncovered);
          expect(gaps.some(({ atEnd }) => atEnd)).toBe(closed === null && bare.has(479));
        },
      ),
      { numRuns: 200 },
    );
  });
});
