import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coverageOf } from '../../../sections/shared/facts/snapshot-coverage.ts';
import { gaugeIdentity } from '../../../sections/monitoring-coverage/facts.ts';
import {
  heartbeatsOf,
  subtract,
  uptimeBounds,
} from '../../../sections/monitoring-coverage/heartbeat-facts.ts';
import { gap } from '../monitoring-coverage-support.ts';
import { at, WINDOW } from '../support.ts';

const FROM = Date.parse(WINDOW.from);
const EVERY = { snapshotIntervalS: 60, snapshotLateRatio: 1.25, slotNearS: 5, miscountFactor: 3 };
const iso = (ms: number): string => new Date(ms).toISOString();
const ours = (slot: number, lateMs = 200): { at: string; slot: string } => ({
  at: iso(FROM + slot * 60_000 + lateMs),
  slot: iso(FROM + slot * 60_000),
});

/** Small and fast, so that a mask of 480 minutes is one number to shrink. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('snapshot coverage', () => {
  test('random dropouts: reported missing minutes and gaps are the truth', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, density) => {
        const random = generator(seed);
        const taken = Array.from({ length: 480 }, () => random() < density);
        const lateness = Array.from({ length: 480 }, () => Math.floor(random() * 40_000));
        const rows = taken.flatMap((present, slot) => (present ? [ours(slot, lateness[slot])] : []));
        const coverage = coverageOf(rows, WINDOW, EVERY);
        const missing = taken.filter((present) => !present).length;
        const slots = coverage.gaps.reduce((all, gap) => all + gap.slots, 0);
        const times = rows.map(({ at: time }) => Date.parse(time));
        const bounded = coverage.gaps.every(({ from, to }) => {
          const isDue = from === FROM || times.includes(from - 60_000);
          const isEnd = to === Date.parse(WINDOW.to) || times.includes(to);
          return isDue && isEnd && !times.some((time) => time > from && time < to);
        });
        expect([coverage.missing, coverage.observed, slots, bounded]).toEqual([
          missing,
          480 - missing,
          missing,
          true,
        ]);
      }),
      { numRuns: 1_000, seed: 20261120 },
    );
  });

  test('an imported sampler that drifts over a slot boundary misses nothing', () => {
    const window = { from: '2026-11-20T00:00:25.000Z', to: '2026-11-20T08:00:25.000Z' };
    const rows = Array.from({ length: 478 }, (_, n) => {
      const time = Date.parse(window.from) + 100 + n * 60_300;
      return { at: iso(time), slot: iso(Math.floor(time / 60_000) * 60_000) };
    });
    expect(coverageOf(rows, window, EVERY)).toMatchObject({
      expected: 480,
      missing: 0,
      duplicates: 0,
      gaps: [],
    });
  });

  test('a gap is measured between its snapshots, not in slots', () => {
    const { gaps, longestGapS } = coverageOf([ours(0, 8_700), ours(11, 1_700), ours(479)], WINDOW, EVERY);
    expect(gaps[0]).toEqual({ from: FROM + 68_700, to: FROM + 661_700, slots: 10 });
    expect(longestGapS).toBe(468 * 60 - 60 - 1.5);
  });

  test('a snapshot of the last, partial minute is used and not expected', () => {
    const window = { from: WINDOW.from, to: at('00:02:25') };
    const both = [ours(0), ours(1)];
    expect(coverageOf(both, window, EVERY)).toMatchObject({
      expected: 2,
      missing: 0,
      rowOfSlot: [0, 1, null],
    });
    expect(coverageOf([...both, ours(2)], window, EVERY)).toMatchObject({
      expected: 2,
      observed: 2,
      rowOfSlot: [0, 1, 2],
    });
  });

  test.each([
    ['nothing', [], { observed: 0, missing: 480, percent: 0, longestGapS: 28_800 }],
    ['a repeated snapshot', [ours(0), ours(0, 900), ours(1)], { observed: 2, duplicates: 1 }],
    ['a late one', [ours(0), ours(1, 45_000), ours(2)], { observed: 3, late: 1 }],
    ['one before the window', [ours(-1, 59_000), ours(0)], { observed: 1 }],
  ])('counts %s', (_name, rows, expected) => {
    expect(coverageOf(rows, WINDOW, EVERY)).toMatchObject(expected);
  });
});

describe('gauge identity', () => {
  const row = (slot: number, total: number, opened: number, closed: number) => ({
    slot,
    at: FROM + slot * 60_000,
    row: { ...ours(slot, 0), total, new_opened: opened, closed } as never,
  });

  test('holds over any random walk, whatever minutes are missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.boolean()), { minLength: 3, maxLength: 60 }),
        (steps) => {
          let total = 100;
          const rows = steps.map(([opened, closed], slot) => {
            total += opened - closed;
            return row(slot, total, opened, closed);
          });
          const seen = rows.filter((_, slot) => steps[slot]?.[2] ?? false);
          const identity = gaugeIdentity(seen, EVERY);
          if (identity) expect(identity.residual).toBe(0);
        },
      ),
    );
  });

  test('closes that are never counted leave a negative residual', () => {
    const identity = gaugeIdentity([row(0, 10, 0, 0), row(1, 12, 4, 0), row(2, 9, 1, 0)], EVERY);
    expect(identity).toMatchObject({ residual: -6, tolerance: 0, opened: 5, closed: 0, start: 10, end: 9 });
  });

  test('a gap is never judged; its change is reported as unseen', () => {
    expect(gaugeIdentity([row(0, 10, 0, 0), row(5, 30, 1, 0), row(6, 31, 1, 0)], EVERY)).toMatchObject({
      residual: 0,
      unseenChange: 20,
      pairs: 1,
    });
  });

  test('the tolerance grows with the sampler’s jitter', () => {
    const off = { ...row(1, 12, 2, 0), at: FROM + 90_000 };
    expect(gaugeIdentity([row(0, 10, 0, 0), off], EVERY)?.tolerance).toBeGreaterThan(0);
  });
});

describe('heartbeats', () => {
  test('D is gap minus interval, only over two intervals; services are joined, not added', () => {
    const rows = [gap('a', '01:00', '01:20'), gap('b', '01:05', '01:20'), gap('a', '02:00', '02:10')];
    const beats = heartbeatsOf(rows, WINDOW, 300, 2);
    expect(beats.down).toEqual([{ from: Date.parse(at('01:05')), to: Date.parse(at('01:20')) }]);
    expect(beats.uptimePercent).toBeCloseTo(100 * (1 - 15 / 480), 9);
    expect(beats.longestGapS).toBe(1200);
  });

  test('bounds: the whole silence at worst, without minutes of life at best', () => {
    const beats = heartbeatsOf([gap('a', '01:00', '01:20')], WINDOW, 300, 2);
    const alive = Array.from({ length: 10 }, (_, n) => Date.parse(at('01:05')) + n * 60_000);
    const [worst, best] = uptimeBounds(beats, alive, WINDOW);
    expect(worst).toBeCloseTo(100 * (1 - 20 / 480), 9);
    expect(best).toBeCloseTo(100 * (1 - 5 / 480), 9);
  });

  test('subtract leaves exactly the uncovered milliseconds', () => {
    const spans = fc.array(fc.tuple(fc.nat(50), fc.nat(9)), { maxLength: 6 });
    fc.assert(
      fc.property(spans, spans, (a, b) => {
        const build = (list: readonly (readonly [number, number])[]): { from: number; to: number }[] => {
          let start = 0;
          return list.map(([skip, length]) => {
            const from = start + skip + 1;
            start = from + length + 1;
            return { from, to: start };
          });
        };
        const [left, right] = [build(a), build(b)];
        const inside = (list: readonly { from: number; to: number }[], x: number): boolean =>
          list.some(({ from, to }) => x >= from && x < to);
        const rest = subtract(left, right);
        const wrong = Array.from({ length: 400 }, (_, x) => x).filter(
          (x) => inside(rest, x) !== (inside(left, x) && !inside(right, x)),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });
});
