import { median } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { isRated, type Facts, type SymbolTrails } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { seeUpdates } from './see-updates.ts';
import { symbolTable } from './statistics.ts';

const rateOf = (found: readonly SymbolTrails[]): number => Math.max(...found.map(({ rate }) => rate ?? 0));
const timesOf = ({ moves }: SymbolTrails): readonly number[] =>
  moves.map(({ at }) => at).sort((a, b) => a - b);

/** A stop that is moved again and again, per exchange. */
export const updateStorm = rule<Facts, Input>()({
  id: 'TS-01',
  title: 'Update storm',
  dimension: 'performance',
  condition: ({ stormPerMin, stormMediumPerMin, stormHighPerMin, stormUpdates }) =>
    `the trailing stops of a symbol were moved at least ${stormPerMin === 1 ? 'once' : `${String(stormPerMin)} times`} a minute (MEDIUM from ${String(stormMediumPerMin)}, HIGH from ${String(stormHighPerMin)}), over at least ${String(stormUpdates)} updates`,
  effort: 'low',
  find: ({ symbols }, input) =>
    groupsByVenue(
      symbols.filter((one) => isRated(one, input) && (one.rate ?? 0) >= input.settings.stormPerMin),
      ({ venue }) => venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'updates of trailing stops', queries: asked('updates', 'activations') },
  numbers: ({ found, input }) => ({
    storm_rate: num.ratio(
      'Updates a minute of the worst symbol',
      rateOf(found),
      'updates / minutes in which its stops trailed',
    ),
    storm_updates: num.count(
      'Updates of these symbols',
      found.reduce((total, { moves }) => total + moves.length, 0),
      'moves of their trailing stops',
    ),
    storm_limit: num.ratio(
      'Updates a minute allowed',
      input.settings.stormPerMin,
      `policy ${SECTION}.stormPerMin`,
    ),
  }),
  severity: ({ found, input: { settings } }) =>
    rateOf(found) >= settings.stormHighPerMin
      ? 'HIGH'
      : rateOf(found) >= settings.stormMediumPerMin
        ? 'MEDIUM'
        : 'LOW',
  causes: ({ found, input }) => [
    hypothesis('tick-loop', 'The stop is moved on every price.', [
      `the median pause between two updates is below ${String(input.settings.tickLoopS)} s`,
      found.every((one) => (pauseMs(one) ?? Infinity) < input.settings.tickLoopS * 1000),
    ]),
    hypothesis('no-step', 'There is no smallest step: the stop follows every small move.', [
      'at least half of the updates moved the stop by less than a hundredth of a per cent',
      found.every(isSmall),
    ]),
  ],
  otherwise:
    'Why it is moved so often is not recorded; a smallest step and a smallest pause are missing or too small.',
  occurrence: (one, { input }) => ({
    subject: one.symbol,
    at: timesOf(one)[0] ?? Date.parse(input.window.from),
    until: timesOf(one).at(-1) ?? Date.parse(input.window.from),
  }),
  frequency: ({ found }) => found.reduce((total, { moves }) => total + moves.length, 0),
  evidence: { id: 'trailing-stop.storms', title: 'Update storms', table: ({ input }) => symbolTable(input) },
  see: ({ found }) => seeUpdates(found.flatMap(({ trails }) => trails)),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`Trailing ${noun(found.length, 'stop', 'stops')} of ${names(found.map(({ symbol }) => symbol))} on ${place} moved up to ${n.storm_rate} times a minute`,
    description: text`${n.storm_updates} updates; ${n.storm_limit} a minute are the limit.`,
    financial: 'None directly.',
    operational: 'Every update is a request to the exchange, and takes from the limit that orders need too.',
    risk: 'When the limit of requests is reached, the next stop is late or refused.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Move the stop only by a smallest step, at most once in a smallest pause, and send what came meanwhile as one update.',
    verification: text`No symbol reaches ${n.storm_limit} updates a minute in the next window.`,
  }),
});

function pauseMs({ trails }: SymbolTrails): number | null {
  return median(
    trails.flatMap(({ moves }) => moves.slice(1).map(({ at }, index) => at - (moves[index]?.at ?? at))),
  );
}

function isSmall({ moves }: SymbolTrails): boolean {
  const steps = moves.flatMap(({ gain, to }) =>
    gain === null || to === null ? [] : [gain.abs().div(to).toNumber()],
  );
  return steps.filter((share) => share < 0.0001).length * 2 >= steps.length && steps.length > 0;
}
