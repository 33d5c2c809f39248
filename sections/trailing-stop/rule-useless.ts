import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts, SymbolTrails } from './facts.ts';
import { asked, type Input } from './input.ts';
import { seeUpdates } from './see-updates.ts';
import { symbolTable } from './statistics.ts';

const total = (found: readonly SymbolTrails[], of: (one: SymbolTrails) => number): number =>
  found.reduce((sum, one) => sum + of(one), 0);

/** Most updates of a symbol left the stop where it was, per exchange. */
export const uselessUpdates = rule<Facts, Input>()({
  id: 'TS-04',
  title: 'Useless updates',
  dimension: 'performance',
  condition: ({ usefulPercent, usefulUpdates }) =>
    `less than ${String(usefulPercent)} % of the updates of a symbol moved the stop by a price step, over at least ${String(usefulUpdates)} updates`,
  effort: 'low',
  find: ({ symbols }, { settings }) =>
    groupsByVenue(
      symbols.filter(
        ({ judged, usefulPercent }) =>
          judged >= settings.usefulUpdates && (usefulPercent ?? 100) < settings.usefulPercent,
      ),
      ({ venue }) => venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'updates of trailing stops', queries: asked('updates', 'instruments') },
  numbers: ({ found, policy }) => ({
    useless: num.count(
      'Updates that did not move the stop',
      total(found, ({ judged, useful }) => judged - useful),
      'updates of these symbols that moved the stop by less than a price step',
    ),
    updates: num.count(
      'Updates of these symbols',
      total(found, ({ judged }) => judged),
      'updates whose old and new stop are known',
    ),
    useful_limit: policy('usefulPercent', 'Least share of updates that move the stop'),
  }),
  severity: () => 'LOW',
  causes: ({ found }) => [
    hypothesis(
      'rounded-away',
      'The step is smaller than a price step of the market, and rounding takes it away.',
      [
        'the useless updates left the stop exactly where it was',
        found.every(({ moves }) =>
          moves.every(({ isUseful, gain }) => isUseful !== false || gain?.isZero() === true),
        ),
      ],
    ),
  ],
  otherwise: 'The stop is moved by less than a price step of the market.',
  occurrence: ({ symbol, moves }, { input }) => {
    const times = moves.filter(({ isUseful }) => isUseful === false).map(({ at }) => at);
    const start = Date.parse(input.window.from);
    return {
      subject: symbol,
      at: times.length === 0 ? start : Math.min(...times),
      until: times.length === 0 ? start : Math.max(...times),
    };
  },
  frequency: ({ found }) => total(found, ({ judged, useful }) => judged - useful),
  evidence: {
    id: 'trailing-stop.useless',
    title: 'Useless updates by symbol',
    table: ({ input }) => symbolTable(input),
  },
  see: ({ found }) => seeUpdates(found.flatMap(({ trails }) => trails)),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.useless} of ${n.updates} updates of trailing stops on ${place} moved nothing`,
    description: text`${names(found.map(({ symbol }) => symbol))}: less than ${n.useful_limit} of the updates moved the stop by a price step of the market.`,
    financial: 'None.',
    operational: 'Requests are spent, and the stop is replaced for nothing.',
    risk: 'Each replacement is a moment in which something can go wrong.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Round the new stop to the price step first, and send it only when it differs from the one at the exchange.',
    verification: text`At least ${n.useful_limit} of the updates of every symbol move the stop in the next window.`,
  }),
});
