import { defineSection } from '../audit/define-section.ts';
import { checks } from './storage/checks.ts';
import { factsOf } from './storage/facts.ts';
import { queries, settings } from './storage/input.ts';
import { storageGrowth } from './storage/rule-storage.ts';
import { defineTables, statistics } from './storage/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenNote } from './shared/vocabulary/unseen.ts';

/** Seed 004's storage report: how large the tables are when it is made, how they grow, and what should be gone. */
export const storage = defineSection({
  id: 'storage',
  number: null,
  title: 'Storage',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks,
  rules: [storageGrowth],
  unseen: ({ unseen }) => unseen,
  parts: (facts, input, out, findings, rules) => [
    {
      title: 'Tables',
      blocks: [
        statistics(facts, input).block(out, { reasons: true }),
        facts.unseen === null
          ? tableBlock('storage.tables', 20, 'The database has no table that the role may see.')
          : unseenNote('Sizes of tables', facts.unseen),
      ],
    },
    {
      title: 'Retention',
      blocks: [
        tableBlock('storage.oldest', 10, 'No table of decisions, executions, calls or events is mapped.'),
      ],
    },
    findingsPart(findings, rules),
  ],
});
