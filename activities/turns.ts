import { createSemaphore, type Semaphore } from '../store/semaphore.ts';

/** A place is busy: come back after `waitMs`. */
export class PlaceBusy extends Error {
  override readonly name = 'PlaceBusy';
  readonly waitMs: number;

  constructor(place: string, limit: number, waitMs: number) {
    super(
      `${String(limit)} audits read ${place} at once, which is as many as may (bots.<name>.connections); ` +
        `this one is next in about ${String(Math.ceil(waitMs / 1000))} s.`,
    );
    this.waitMs = waitMs;
  }
}

/** Lets at most so many works be at one place at once. */
export interface Turns {
  /**
   * Does the work, or throws `PlaceBusy`: whoever waits long must not hold a slot of the worker, in which the audits of
   * other bots could run. A work that is short is waited for here, so that its turn is taken at once.
   */
  run<T>(place: string, limit: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface Place {
  readonly semaphore: Semaphore;
  /** When those that were sent away come back, milliseconds. */
  returns: readonly number[];
  /** How long a work takes lately. */
  holdMs: number;
}

/** Works that take longer are not waited for in a slot of the worker. */
const SHORT_MS = 5_000;
const FIRST_GUESS_MS = 2_000;
const [SHORTEST_MS, LONGEST_MS] = [1_000, 60_000];

/** The turns of one worker; `clock` in milliseconds. */
export function createTurns(clock: () => number = Date.now): Turns {
  const places = new Map<string, Place>();

  function placeOf(name: string): Place {
    const place = places.get(name) ?? { semaphore: createSemaphore(), returns: [], holdMs: FIRST_GUESS_MS };
    places.set(name, place);
    return place;
  }

  async function enter(name: string, limit: number, signal: AbortSignal): Promise<Place> {
    const place = placeOf(name);
    const { semaphore, holdMs } = place;
    const isBusy = semaphore.isFull(limit) && (holdMs > SHORT_MS || semaphore.waiting >= limit);
    if (isBusy) throw sentAway(name, place, limit);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(SHORT_MS)]);
    await semaphore.enter(limit, patience).catch((error: unknown) => {
      throw signal.aborted ? error : sentAway(name, place, limit);
    });
    return place;
  }

  function sentAway(name: string, place: Place, limit: number): PlaceBusy {
    const now = clock();
    const before = place.returns.filter((at) => at > now);
    const estimate = (place.holdMs * (before.length + 1)) / limit;
    const waitMs = Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, estimate)));
    place.returns = [...before, now + waitMs];
    return new PlaceBusy(name, limit, waitMs);
  }

  function leave(place: Place, tookMs: number): void {
    place.holdMs = 0.7 * place.holdMs + 0.3 * tookMs;
    place.semaphore.leave();
  }

  return {
    async run(name, limit, signal, work) {
      signal.throwIfAborted();
      const place = await enter(name, limit, signal);
      const since = clock();
      try {
        return await work();
      } finally {
        leave(place, clock() - since);
      }
    },
  };
}
