import { defineSection } from '../audit/define-section.ts';
import { failureRate } from './decisions/checks.ts';
import { factsOf } from './decisions/facts.ts';
import { queries, settings } from './decisions/input.ts';
import { highFailureRate } from './decisions/rule-failure-rate.ts';
import { defineTables, statistics } from './decisions/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';

/** Seed 004's daily summary: what was decided, what came of it, and what still waits. */
export const decisions = defineSection({
  id: 'decisions',
  number: null,
  title: 'Decisions and executions',
  subject: { entity: 'decision', without: 'what was decided and what came of it' },
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    if (facts.unseen === null) defineTables(facts, input, out);
  },
  checks: [failureRate],
  rules: [highFailureRate],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    if (facts.unseen !== null)
      return [unseenPart('Outcomes', 'decisions', facts.unseen, input.bot), findingsPart(findings, rules)];
    return [
      {
        title: 'Outcomes',
        blocks: [
          statistics(facts, input).block(out, { reasons: true }),
          tableBlock(
            'decisions.days',
            31,
            'Nothing was decided in the window.',
            'By day of the decision, UTC',
          ),
          tableBlock('decisions.reasons', 10, 'No decision failed.', 'Failures by reason'),
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
