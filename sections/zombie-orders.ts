import { defineSection } from '../audit/define-section.ts';
import { leftOverCheck, unsafeCheck } from './zombie-orders/checks.ts';
import { factsOf } from './zombie-orders/facts.ts';
import { queries, settings, uses } from './zombie-orders/input.ts';
import { cleanupFailing } from './zombie-orders/rule-cleanup.ts';
import { leftOverOrders } from './zombie-orders/rule-left-over.ts';
import { orphanedOrder } from './zombie-orders/rule-orphan.ts';
import {
  cleanupStatistics,
  doubtNote,
  oldestFirst,
  statistics,
  zombieTable,
} from './zombie-orders/statistics.ts';
import { findingsPart, unseenNote, unseenPart, withoutDatabase } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';

/** Section 8: orders that stand without a purpose, by the bot's own rows (catalogue 3.9). */
export const zombieOrders = defineSection({
  id: 'zombie-orders',
  number: '8',
  title: 'Zombie orders',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [statistics, cleanupStatistics]) group(facts, input).define(out);
    const head = { id: 'zombie-orders.orders', title: 'Zombie orders at the end', queries: facts.queries };
    out.dataset(zombieTable().of(head, oldestFirst(facts.atEnd), input.bot.quoteCurrency));
  },
  checks: [leftOverCheck, unsafeCheck],
  rules: [orphanedOrder, leftOverOrders, cleanupFailing],
  unseen: ({ why }) => why,
  parts(facts, input, out, findings, rules) {
    const outside = facts.why && withoutDatabase('Statistics', 'open orders and their purpose', input.bot);
    if (outside !== null) return outside;
    const { why, cleanup, atEnd } = facts;
    const standing =
      why === null
        ? [
            {
              title: 'Statistics',
              blocks: [
                statistics(facts, input).block(out),
                ...doubtNote(facts),
                ...(atEnd.length === 0 ? [] : [tableBlock('zombie-orders.orders', 12, '')]),
              ],
            },
          ]
        : [unseenPart('Statistics', 'open orders and their purpose', why, input.bot)];
    return [
      ...standing,
      {
        title: 'Cleanup by the bot',
        blocks: [
          cleanup.ok
            ? cleanupStatistics(facts, input).block(out, { reasons: true })
            : unseenNote('What the bot found and cancelled', cleanup),
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
