import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Move, Trail } from './facts.ts';
import { asked, type Input } from './input.ts';
import { seeUpdates } from './see-updates.ts';

const ENLARGED_WITHIN_MS = 60_000;

/** A trailing stop that was moved against its position, per exchange. */
export const loosenedStop = rule<Facts, Input>()({
  id: 'TS-02',
  title: 'Loosened stop',
  dimension: 'risk',
  condition: 'a trailing stop was moved against its position',
  effort: 'low',
  find: ({ moves }) =>
    groupsByVenue(
      moves.filter(({ gain }) => gain?.isNegative() === true && !gain.isZero()),
      ({ fact }) => fact.venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'updates of trailing stops', queries: asked('updates') },
  numbers: ({ found }) => ({
    loosened: num.count(
      'Moves against the position',
      found.length,
      'updates whose new stop is worse for the position than the old one',
    ),
    loosened_most: num.bps(
      'Farthest of them',
      Math.max(
        ...found.map(({ gain, from }) =>
          gain === null || from === null ? 0 : gain.abs().div(from).times(10_000).toNumber(),
        ),
      ),
      'max of |new stop - old stop| / old stop',
    ),
  }),
  severity: () => 'CRITICAL',
  causes: ({ found, facts }) => [
    hypothesis(
      'scaled-in',
      'The stop was computed anew from an entry that had moved: the position was enlarged.',
      ['each position was enlarged within a minute before', found.every((move) => isEnlarged(move))],
    ),
    hypothesis('restarted-from-entry', 'The stop was computed anew from the entry, as after a restart.', [
      'each new stop is where the stop stood before it was first moved, or behind it',
      found.every((move) => isBack(move, trailOf(facts, move))),
    ]),
    hypothesis('one-side', 'The direction is wrong for one side.', [
      'all are of one side, and the stops of the other side were only tightened',
      isOneSided(found, facts.moves),
    ]),
  ],
  otherwise: 'Whether the bot or a person moved it is not recorded.',
  occurrence: ({ fact, at }) => ({ subject: fact.symbol, at }),
  evidence: {
    id: 'trailing-stop.loosened',
    title: 'Stops that were loosened',
    table: table<Move>({
      position: col.text('Position', ({ fact }) => fact.id),
      symbol: col.text('Symbol', ({ fact }) => fact.symbol),
      side: col.text('Side', ({ fact }) => fact.side),
      at: col.time('When', ({ at }) => at),
      from: col.price('Old stop', ({ from }) => from),
      to: col.price('New stop', ({ to }) => to),
    }),
  },
  see: ({ found }) => seeUpdates(found),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.loosened} trailing ${noun(found.length, 'stop was', 'stops were')} moved against the position on ${place}`,
    description: text`${names(found.map(({ fact }) => fact.symbol))}: the new stop allowed a larger loss than the old one, by up to ${n.loosened_most}. A trailing stop may only be tightened.`,
    financial: 'What the stop had secured was at risk again.',
    operational:
      'The plan of the position no longer holds: its worst case is another than the one that was recorded.',
    risk: 'A stop that gives way protects nothing in a fast market.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Compare every new stop with the one at the exchange in one place, and refuse what is worse for the position.',
    verification: 'No trailing stop is moved against its position in the next window.',
  }),
});

const trailOf = ({ active }: Facts, { fact }: Move): Trail | undefined =>
  active.find((trail) => trail.fact.id === fact.id);

function isEnlarged({ fact, at }: Move): boolean {
  return fact.steps.some(
    (step, index) =>
      index > 0 &&
      step.at <= at &&
      at - step.at <= ENLARGED_WITHIN_MS &&
      step.quantity.greaterThan(fact.steps[index - 1]?.quantity ?? step.quantity),
  );
}

function isBack({ fact, to }: Move, trail: Trail | undefined): boolean {
  const first = trail?.firstStop ?? null;
  if (to === null || first === null) return false;
  return fact.side === 'long' ? to.lessThanOrEqualTo(first) : to.greaterThanOrEqualTo(first);
}

/** Null where only one side was moved at all, or a single move tells nothing. */
function isOneSided(found: readonly Move[], moves: readonly Move[]): boolean | null {
  const sides = new Set(found.map(({ fact }) => fact.side));
  if (sides.size > 1) return false;
  const isOther = ({ fact }: Move): boolean => !sides.has(fact.side);
  return found.length < 2 || !moves.some(isOther) ? null : true;
}
