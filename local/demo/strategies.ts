import type { Prng } from './prng.ts';

/** How one position is managed; distances in basis points of the entry price, durations in minutes. */
export interface Style {
  readonly strategy: string;
  readonly stopBps: number;
  readonly targetBps: number;
  /** Null: the stop does not trail. */
  readonly trail: {
    readonly activateBps: number;
    readonly distanceBps: number;
    readonly stepBps: number;
  } | null;
  /** After this long a signal may close it, as soon as it has moved `decisiveBps`. */
  readonly signalAfterMin: number;
  readonly timeoutMin: number;
}

/** A position closes by signal or timeout only when it has moved at least this far: funding never dwarfs its result. */
export const DECISIVE_BPS = 15;

/** A signal takes a profit from here on. */
export const TAKE_PROFIT_BPS = 45;

/** How far a position must move for its stop to trail, basis points of the price at its entry; null: it never does. */
export function activationBps(strategy: string): number | null {
  return ({ trend: 60, breakout: 50 } as Record<string, number>)[strategy] ?? null;
}

export function drawStyle(prng: Prng): Style {
  const kind = prng.next();
  if (kind < 0.4) {
    const patient = prng.chance(0.12);
    return {
      strategy: 'trend',
      stopBps: prng.between(125, 160),
      targetBps: prng.between(200, 260),
      trail: { activateBps: 60, distanceBps: 52, stepBps: 14 },
      signalAfterMin: patient ? prng.between(190, 330) : prng.between(40, 120),
      timeoutMin: patient ? 340 : prng.between(120, 220),
    };
  }
  if (kind < 0.7) {
    return {
      strategy: 'breakout',
      stopBps: prng.between(95, 125),
      targetBps: prng.between(120, 170),
      trail: { activateBps: 50, distanceBps: 44, stepBps: 12 },
      signalAfterMin: prng.between(25, 90),
      timeoutMin: prng.between(70, 150),
    };
  }
  return {
    strategy: 'mean-reversion',
    stopBps: prng.between(75, 100),
    targetBps: prng.between(65, 95),
    trail: null,
    signalAfterMin: prng.between(20, 80),
    timeoutMin: prng.between(45, 100),
  };
}
