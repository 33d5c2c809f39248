import { defineSection } from '../audit/define-section.ts';
import { settings, statistics, queries } from './audit-trail/statistics.ts';
import { reasonOf, unseenPart } from './shared/vocabulary/unseen.ts';

/** Seed 004's quarterly audit: whether everything that was done can be followed back, strictly, over the whole period. */
export const auditTrail = defineSection({
  id: 'audit-trail',
  number: null,
  title: 'Completeness of the audit trail',
  settings,
  queries,
  facts: (input) => statistics(input),
  figures(facts, _input, out) {
    facts.define(out);
  },
  checks: [],
  rules: [],
  parts(facts, { rows, bot }, out) {
    const unseen = reasonOf(rows.trail);
    return [
      unseen === null
        ? {
            title: 'Rationale, payloads and lineage',
            blocks: [
              facts.block(out, { reasons: true }),
              {
                type: 'paragraph',
                text: [
                  'Each of these counts is expected to be 0. Gaps that stand out beside whole rows are findings of the section on race conditions (OP-07).',
                ],
              },
            ],
          }
        : unseenPart('Rationale, payloads and lineage', 'decisions and executions', unseen, bot),
    ];
  },
});
