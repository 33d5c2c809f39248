import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { stopsTrading } from '../shared/words/switches.ts';
import type { Bucket, Facts, Input } from './facts.ts';

/** What an hour without events should have held, by the hours around it. */
export interface ExpectedSignals {
  /** Mean of the openings in the other buckets, as if each were as long as a dead one; null when they cannot be counted. */
  readonly openings: number | null;
  /** A switch that stops all trading was on during a dead bucket. */
  readonly switchedOff: boolean;
  readonly expected: boolean;
}

/**
 * Signals were expected when the other hours opened so many positions that an hour without any is no chance, nothing was
 * opened in the dead one, and no switch had stopped trading. There is no entity of signals in this report's contract, so
 * openings stand for them: a signal that was rejected everywhere else is not seen.
 */
export function expectedSignals(dead: readonly Bucket[], { buckets }: Facts, input: Input): ExpectedSignals {
  const { states } = input.rows;
  const switchedOff = (states.ok ? states.rows : [])
    .filter(stopsTrading)
    .some((state) => dead.some(({ to }) => ms(state.since ?? state.at) < to));
  const live = buckets.filter((bucket) => !dead.includes(bucket));
  const opened = live.flatMap((bucket) => (isKnown(bucket.opened) ? [bucket.opened.value] : []));
  const [first] = dead;
  if (first === undefined || live.length === 0 || opened.length < live.length) {
    return { openings: null, switchedOff, expected: false };
  }
  const liveMs = live.reduce((all, { from, to }) => all + (to - from), 0);
  const openings = (opened.reduce((all, n) => all + n, 0) * (first.to - first.from)) / liveMs;
  const none = dead.every((bucket) => isKnown(bucket.opened) && bucket.opened.value === 0);
  return {
    openings,
    switchedOff,
    expected: none && !switchedOff && openings >= input.settings.expectedOpenings,
  };
}
