import { defineSection } from '../audit/define-section.ts';
import { factsOf } from './strategies/facts.ts';
import { queries, settings, uses } from './strategies/input.ts';
import { lowSuccess } from './strategies/rule-low-success.ts';
import { defineTables, statistics } from './strategies/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenNote, unseenPart } from './shared/vocabulary/unseen.ts';
import { reasonOf } from './shared/vocabulary/unseen.ts';

/** Seed 004's strategy performance: what each strategy's decisions came to, and what its positions earned. */
export const strategies = defineSection({
  id: 'strategies',
  number: null,
  title: 'Strategies',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [],
  rules: [lowSuccess],
  parts(facts, input, out, findings, rules) {
    const undecided = reasonOf(input.rows.outcomes);
    const untraded = reasonOf(input.shared.positions);
    return [
      undecided !== null
        ? unseenPart('Execution success', 'decisions of strategies', undecided, input.bot)
        : {
            title: 'Execution success',
            blocks: [
              statistics(facts, input).block(out),
              tableBlock('strategies.success', 20, 'Nothing was decided in the window.'),
            ],
          },
      {
        title: 'Trading results',
        blocks:
          untraded === null
            ? [
                tableBlock('strategies.results', 20, 'No position was closed in the window.'),
                tableBlock('strategies.held', 20, 'No position was held in the window.'),
              ]
            : [unseenNote('Results of strategies', untraded)],
      },
      findingsPart(findings, rules),
    ];
  },
});
