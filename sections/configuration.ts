import type { Block } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { noDrift } from './configuration/checks.ts';
import { factsOf } from './configuration/facts.ts';
import { queries, settings, uses } from './configuration/input.ts';
import { drift } from './configuration/rule-drift.ts';
import { staleFilters } from './configuration/rule-stale-cache.ts';
import { unsafeConfiguration } from './configuration/rule-unsafe.ts';
import { defineTables, statistics } from './configuration/statistics.ts';
import { findingsPart, unseenNote } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';

/** Section 11: what limits, switches and recorded changes say of the settings. */
export const configuration = defineSection({
  id: 'configuration',
  number: '11',
  title: 'Configuration recommendations',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [noDrift],
  rules: [unsafeConfiguration, drift, staleFilters],
  parts(facts, input, out, findings, rules) {
    const { issues, limits, changes, blind } = facts;
    const rows =
      issues.length === 0 ? [] : [tableBlock('configuration.issues', 12, 'No setting has an issue.')];
    const unread: readonly Block[] = blind === null ? [] : [unseenNote('Whether a limit is missing', blind)];
    return [
      {
        title: 'Current configuration issues',
        blocks: [
          statistics(facts, input).block(out),
          ...rows,
          ...unread,
          {
            type: 'note',
            tone: 'neutral',
            text: [
              'Limits, switches and recorded changes are read from the database; configuration files are not read, and would say more.',
            ],
          },
        ],
      },
      ...(limits.length === 0
        ? []
        : [
            {
              title: 'Limits in force',
              blocks: [tableBlock('configuration.limits', 12, 'No limit is set.')],
            },
          ]),
      ...(changes.length === 0
        ? []
        : [
            {
              title: 'Changes of settings',
              blocks: [tableBlock('configuration.changes', 12, 'No setting was changed.')],
            },
          ]),
      findingsPart(findings, rules),
    ];
  },
});
