import type { Block } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { factsOf } from './ingestion/facts.ts';
import { queries, settings } from './ingestion/input.ts';
import { emptyIngestion } from './ingestion/rule-empty.ts';
import { noIngestion } from './ingestion/rule-none.ts';
import { defineTables, quotaLines, statistics } from './ingestion/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';

/** Seed 004's daily summary: whether the data that strategies decide on came, and how much of a quota was used for it. */
export const ingestion = defineSection({
  id: 'ingestion',
  number: null,
  title: 'Data ingestion',
  subject: { entity: 'ingestion_run', without: 'whether data came in' },
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    quotaLines(facts, input).define(out);
    if (facts.unseen === null) defineTables(facts, input, out);
  },
  checks: [],
  rules: [noIngestion, emptyIngestion],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    const quota: readonly Block[] =
      facts.quotas.length === 0 ? [] : [quotaLines(facts, input).block(out, { title: 'Calls and quotas' })];
    if (facts.unseen !== null)
      return [
        unseenPart('Ingestion runs', 'ingestion runs', facts.unseen, input.bot),
        findingsPart(findings, rules),
      ];
    return [
      {
        title: 'Ingestion runs',
        blocks: [
          statistics(facts, input).block(out),
          tableBlock('ingestion.tasks', 20, 'No run was started in the window.', 'Runs by task and source'),
          ...quota,
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
