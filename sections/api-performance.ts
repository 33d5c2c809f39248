import type { Block } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { checks } from './api-performance/checks.ts';
import { factsOf } from './api-performance/facts.ts';
import { queries, settings, uses } from './api-performance/input.ts';
import { defineTables, operationLines } from './api-performance/operations.ts';
import { chartByBucket, defineBuckets } from './api-performance/by-hour.ts';
import { clockDrift } from './api-performance/rule-clock.ts';
import { errorBurst } from './api-performance/rule-burst.ts';
import { latencyMissed } from './api-performance/rule-latency.ts';
import { rateLimit } from './api-performance/rule-rate-limit.ts';
import { unclearOutcome } from './api-performance/rule-unclear.ts';
import { statistics, unreadNotes } from './api-performance/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';

/** Section 5: what the exchanges answered, how fast, and how near their limits the bot is. */
export const apiPerformance = defineSection({
  id: 'api-performance',
  number: '5',
  title: 'API errors and performance',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [statistics(facts, input), operationLines(facts, input)]) group.define(out);
    if (facts.unseen !== null) return;
    defineTables(facts, input, out);
    defineBuckets(facts, input, out);
  },
  checks,
  rules: [errorBurst, rateLimit, latencyMissed, unclearOutcome, clockDrift],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    if (facts.unseen !== null)
      return [
        unseenPart('Error distribution', 'calls to the exchanges', facts.unseen, input.bot),
        findingsPart(findings, rules),
      ];
    return [
      {
        title: 'Error distribution',
        blocks: [
          tableBlock('api-performance.errors', 12, 'No call failed.'),
          ...unreadNotes(facts).map((text): Block => ({ type: 'note', tone: 'warning', text })),
        ],
      },
      {
        title: 'Performance metrics',
        blocks: [
          tableBlock('api-performance.operations', 12, 'No call was made.'),
          statistics(facts, input).block(out),
          chartByBucket(facts, input),
          tableBlock('api-performance.calls', 12, 'No call was made.', 'Calls by exchange and operation'),
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
