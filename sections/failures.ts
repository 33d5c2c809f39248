import { defineSection } from '../audit/define-section.ts';
import { factsOf } from './failures/facts.ts';
import { queries, settings, uses } from './failures/input.ts';
import { defineTables, statistics } from './failures/statistics.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, reasonOf, unseenNote, unseenPart } from './shared/vocabulary/unseen.ts';

/** Seed 004's failure analysis: why decisions failed, where, and what always fails. */
export const failures = defineSection({
  id: 'failures',
  number: null,
  title: 'Failure analysis',
  subject: { entity: 'decision', without: 'what failed' },
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    if (facts.unseen === null) defineTables(facts, input, out);
  },
  checks: [],
  rules: [],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    if (facts.unseen !== null)
      return [unseenPart('Failures by reason', 'failed decisions', facts.unseen, input.bot)];
    const none = 'No decision failed.';
    const unread = reasonOf(input.rows.orders);
    return [
      {
        title: 'Failures by reason',
        blocks: [
          statistics(facts, input).block(out),
          ...(unread === null ? [] : [unseenNote('What the exchanges said of the orders', unread)]),
          tableBlock('failures.reasons', 12, none),
          tableBlock('failures.pairs', 10, none, 'Reasons and symbols'),
        ],
      },
      {
        title: 'Where they failed',
        blocks: [
          tableBlock('failures.symbols', 12, none, 'By symbol'),
          tableBlock('failures.strategies', 12, none, 'By strategy'),
          tableBlock('failures.hours', 24, none, 'By hour of the day, UTC'),
        ],
      },
      {
        title: 'What entries would have earned (hypothetical)',
        blocks: [
          {
            type: 'paragraph',
            text: [
              'Hypothetical: the move of the price from the decision to the end of the window in its direction, without fees, funding and slippage. It is in no total of this report.',
            ],
          },
          facts.missed.ok
            ? tableBlock('failures.missed', 10, 'No failed entry has a price at both times.')
            : unseenNote('What failed entries would have earned', facts.missed),
        ],
      },
      ...(rules.judged + rules.unjudged.length === 0 ? [] : [findingsPart(findings, rules)]),
    ];
  },
});
