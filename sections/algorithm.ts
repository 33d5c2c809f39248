import { defineSection } from '../audit/define-section.ts';
import { factsOf } from './algorithm/facts.ts';
import { queries, settings, uses } from './algorithm/input.ts';
import { defineTables, statistics } from './algorithm/statistics.ts';
import { SIMULATED, stopBlocks, trailingBlocks } from './algorithm/words.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { unseenPart } from './shared/vocabulary/unseen.ts';

/** Section 13: what the exits made of the prices that there were. Facts and what could be tried; no code is invented. */
export const algorithm = defineSection({
  id: 'algorithm',
  number: '13',
  title: 'Algorithm improvements',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [],
  rules: [],
  parts(facts, input, out) {
    if (facts.unread)
      return [unseenPart('Measured facts', 'what the exits made of the prices', facts.unread, input.bot)];
    const none = 'No position was opened and closed in the window with known prices.';
    return [
      {
        title: 'Measured facts',
        blocks: [statistics(facts, input).block(out), tableBlock('algorithm.exits', 10, none)],
      },
      { title: 'Trailing stop update logic', blocks: trailingBlocks(facts, input) },
      { title: 'Distance of the first stop', blocks: stopBlocks(facts, input) },
      ...(facts.simulation.length === 0
        ? []
        : [
            {
              title: 'Simulation of another distance',
              blocks: [
                tableBlock('algorithm.simulation', 5, none),
                { type: 'note' as const, tone: 'neutral' as const, text: SIMULATED },
              ],
            },
          ]),
    ];
  },
});
