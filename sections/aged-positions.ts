import type { CheckOutcome } from '../audit/check.ts';
import { defineSection } from '../audit/define-section.ts';
import type { Part } from '../audit/block.ts';
import type { Labels } from '../audit/figure.ts';
import type { Finding } from '../audit/finding.ts';
import { fig, text } from '../audit/text.ts';
import { findingsPart } from './shared/vocabulary/findings-part.ts';
import { AGES, factsOf, queries, type Facts, type Input } from './aged-positions/facts.ts';
import { defineDatasets, defineFigures } from './aged-positions/figures.ts';
import { agedPosition, fundingDrag } from './aged-positions/rules.ts';
import { settings } from './aged-positions/settings.ts';
import { unseenPart } from './shared/vocabulary/unseen.ts';
import { venueKeys } from './shared/vocabulary/venue-keys.ts';
import { metricRow, venueColumns } from './shared/vocabulary/venue-figures.ts';

/** 1 without an aged position; half when policy alone says aged; 0 when a limit that somebody set is passed (AG1). */
function agedCheck(facts: Facts, input: Input): CheckOutcome {
  const { source, aged, limitBy } = facts;
  if (!source.ok)
    return {
      state: 'unknown',
      reason: source.reason,
      text: ['Positions cannot be read, so their age is not known.'],
    };
  const r = aged.length === 0 ? 1 : limitBy === 'policy' ? 0.5 : 0;
  return {
    state: 'known',
    r,
    credit: input.credit[source.rung],
    text: text`${fig('aged_positions')} of ${fig('open_at_end')} open positions are older than ${fig('age_limit')}.`,
  };
}

function partsOf(facts: Facts, input: Input, findings: readonly Finding[], rules: number): readonly Part[] {
  if (!facts.source.ok) return [unseenPart('Statistics', 'positions and their age', facts.source, input.bot)];
  const { basis } = facts.source;
  const keys = (name: string, labels: Labels = {}): readonly string[] =>
    venueKeys(name, facts.venues, labels);
  return [
    {
      title: 'Statistics',
      blocks: [
        {
          type: 'metrics',
          columns: venueColumns(facts.venues),
          rows: [
            ...AGES.map(({ id, title }) => metricRow(title, 'AG1', keys('open_by_age', { age: id }), basis)),
            metricRow(
              'Unknown age',
              'AG1',
              keys('open_by_age', { age: 'unknown' }),
              'rows without an opening time',
            ),
            metricRow('Open at the end', 'AG1', keys('open_at_end'), 'sum of the above'),
            metricRow(
              'Aged',
              'AG1',
              keys('aged_positions'),
              text`older than ${fig('age_limit')}, by ${facts.limitBy}`,
            ),
            metricRow('Notional of the aged', 'AG1', keys('aged_notional'), 'at entry price'),
            metricRow(
              'Unrealised result of the aged',
              'AG2',
              keys('aged_result'),
              'last price, costs so far',
            ),
            metricRow('Funding of the aged', 'AG4', keys('aged_funding'), 'since the opening'),
            ...[...facts.crossed.keys()].map((ageH) =>
              metricRow(
                `Became ${String(ageH)} hours old`,
                'AG1',
                keys('crossed_age', { age: `${String(ageH)}h` }),
                'in the window, closed later or not',
              ),
            ),
          ],
        },
      ],
    },
    {
      title: 'Aged positions detail',
      blocks: [
        {
          type: 'table',
          dataset: 'aged-positions.open',
          limit: 12,
          empty: ['No position was open at the end of the window.'],
        },
      ],
    },
    findingsPart(findings, rules),
  ];
}

/** Section 7: how long the open positions have been open, and what that costs. */
export const agedPositions = defineSection({
  id: 'aged-positions',
  number: '7',
  title: 'Aged positions analysis',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    defineFigures(facts, input, out);
    defineDatasets(facts, input, out);
  },
  checks: [
    {
      id: 'AG1',
      title: 'Aged positions',
      dimension: 'risk',
      weight: 5,
      source: 'database',
      evaluate: agedCheck,
    },
  ],
  rules: [
    {
      id: 'AG-01',
      dimension: 'risk',
      title: 'Aged position',
      condition: 'open at the end for over 12 h, or over the configured age',
      evaluate: agedPosition,
    },
    {
      id: 'AG-02',
      dimension: 'risk',
      title: 'Funding drag',
      condition: 'funding paid over 0.1 % of the notional, or over half of the gross result',
      evaluate: fundingDrag,
    },
  ],
  parts: (facts, input, _out, findings, rules) => partsOf(facts, input, findings, rules),
});
