import { defineSection } from '../audit/define-section.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';
import { factsOf } from './signals/facts.ts';
import { queries, settings } from './signals/input.ts';
import { noOrders } from './signals/rule-no-orders.ts';
import { defineTables, statistics } from './signals/statistics.ts';

/** Seed 000's question: why a signal led to no alert and no trade, stage by stage. */
export const signals = defineSection({
  id: 'signals',
  number: null,
  title: 'From the signal to the order',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    if (facts.unseen === null) defineTables(facts, input, out);
  },
  checks: [],
  rules: [noOrders],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    if (facts.unseen !== null)
      return [unseenPart('Signals', 'signals', facts.unseen, input.bot), findingsPart(findings, rules)];
    return [
      {
        title: 'Signals',
        blocks: [
          statistics(facts, input).block(out, { reasons: true }),
          tableBlock(
            'signals.symbols',
            30,
            'No symbol is watched, and none had a signal.',
            'By symbol, the watch list as it stood when it was read',
          ),
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
