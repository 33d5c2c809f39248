import type { Block } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { fig, text } from '../audit/text.ts';
import { executedOnce, lineage } from './race-conditions/checks.ts';
import { factsOf } from './race-conditions/facts.ts';
import { queries, settings, uses } from './race-conditions/input.ts';
import { conflictingWrites } from './race-conditions/rule-conflicts.ts';
import { doubleExecution } from './race-conditions/rule-double-execution.ts';
import { brokenLineage } from './race-conditions/rule-lineage.ts';
import { stuckDecisions } from './race-conditions/rule-stuck.ts';
import { defineTables, statistics } from './race-conditions/statistics.ts';
import { findingsPart, reasonOf, unseenNote, withoutDatabase } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';

/** Section 12: two hands on one thing, as far as rows name hands. */
export const raceConditions = defineSection({
  id: 'race-conditions',
  number: '12',
  title: 'Race conditions',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [executedOnce, lineage],
  rules: [conflictingWrites, doubleExecution, stuckDecisions, brokenLineage],
  parts(facts, input, out, findings, rules) {
    const outside = withoutDatabase('Concurrent operations', 'what the bot did to its positions', input.bot);
    if (outside !== null) return outside;
    const { blind, several, instances, conflicts } = facts;
    const none = 'No two rows on one position conflict.';
    const operations: readonly Block[] =
      blind === null || conflicts.length > 0
        ? [tableBlock('race-conditions.conflicts', 12, none)]
        : [unseenNote('Who did what to a position', blind)];
    const unsent = reasonOf(input.rows.several);
    const executions: readonly Block[] =
      unsent !== null
        ? [unseenNote('Executions of decisions', unsent)]
        : several.length === 0
          ? []
          : [
              tableBlock(
                'race-conditions.executions',
                8,
                'No decision has several orders.',
                'Decisions with several orders',
              ),
            ];
    const schedulers: readonly Block[] =
      instances.length === 0
        ? []
        : [
            {
              type: 'paragraph',
              text: text`${fig('services_with_instances')} of the services name several instances; whether two of one service beat at once is judged by NA-05 in the coverage of monitoring.`,
            },
          ];
    return [
      { title: 'Concurrent operations', blocks: operations },
      { title: 'Analysis', blocks: [statistics(facts, input).block(out), ...executions, ...schedulers] },
      findingsPart(findings, rules),
    ];
  },
});
