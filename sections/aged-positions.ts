import { defineSection } from '../audit/define-section.ts';
import type { Part } from '../audit/block.ts';
import type { Finding } from '../audit/finding.ts';
import type { Output } from '../audit/section.ts';
import { fig, text } from '../audit/text.ts';
import { factsOf, type Facts } from './aged-positions/facts.ts';
import { queries, uses, type Input } from './aged-positions/input.ts';
import { oldestFirst, positionQueries, positionTable } from './aged-positions/position-table.ts';
import { agedPosition } from './aged-positions/rule-aged.ts';
import { fundingDrag } from './aged-positions/rule-funding-drag.ts';
import { settings } from './aged-positions/settings.ts';
import { ageLimit, statistics } from './aged-positions/statistics.ts';
import { check, score, unknown } from './shared/vocabulary/check.ts';
import { findingsPart } from './shared/vocabulary/findings-part.ts';
import { unseenPart } from './shared/vocabulary/unseen.ts';

/** 1 without an aged position; half when policy alone says aged; 0 when a limit that somebody set is passed. */
const aged = check<Facts, Input>({
  id: 'AG1',
  title: 'Aged positions',
  dimension: 'risk',
  weight: 5,
  source: 'database',
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge: ({ source, aged, limitBy }) =>
    source.ok
      ? score(
          aged.length === 0 ? 1 : limitBy === 'policy' ? 0.5 : 0,
          text`${fig('aged_positions')} of ${fig('open_at_end')} open positions are older than ${fig('age_limit')}.`,
        )
      : unknown(source.reason, ['Positions cannot be read, so their age is not known.']),
});

/** Section 7: how long the open positions have been open, and what that costs. */
export const agedPositions = defineSection({
  id: 'aged-positions',
  number: '7',
  title: 'Aged positions analysis',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    ageLimit(facts, input).define(out);
    statistics(facts, input).define(out);
    out.dataset(
      positionTable(input).of(
        { id: 'aged-positions.open', title: 'Open positions by age', queries: positionQueries(facts) },
        oldestFirst(facts.open),
        input.bot.quoteCurrency,
      ),
    );
  },
  checks: [aged],
  rules: [agedPosition, fundingDrag],
  parts: partsOf,
});

function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  if (!facts.source.ok) return [unseenPart('Statistics', 'positions and their age', facts.source, input.bot)];
  return [
    { title: 'Statistics', blocks: [statistics(facts, input).block(out)] },
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
