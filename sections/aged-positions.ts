import { defineSection } from '../audit/define-section.ts';
import { fig, text } from '../audit/text.ts';
import { factsOf, type Facts } from './aged-positions/facts.ts';
import { queries, settings, uses, type Input } from './aged-positions/input.ts';
import {
  ageLimit,
  oldestFirst,
  positionQueries,
  positionTable,
  statistics,
} from './aged-positions/statistics.ts';
import { agedPosition } from './aged-positions/rule-aged.ts';
import { closedLate } from './aged-positions/rule-closed-late.ts';
import { fundingDrag } from './aged-positions/rule-funding-drag.ts';
import { check, score, unknown } from './shared/vocabulary/check.ts';
import { findingsPart, unseenPart, reasonOf } from './shared/vocabulary/unseen.ts';
import { joined } from './shared/vocabulary/rule.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { noun } from './shared/vocabulary/words.ts';

/** 1 without an aged position; half when policy alone says aged; 0 when a limit that somebody set is passed. */
const aged = check<Facts, Input>({
  id: 'AG1',
  title: 'Age of positions',
  dimension: 'risk',
  weight: 5,
  source: 'database',
  rung: ({ source }) => (source.ok ? source.rung : 'bot'),
  judge({ source, open, aged, unknownAge, limitBy, limitH, unreadLimits }) {
    if (!source.ok) return unknown(source.reason, ['Positions cannot be read, so their age is not known.']);
    if (unreadLimits && aged.length === 0) return unreadLimits;
    if (aged.length === 0 && unknownAge > 0)
      return unknown('inadequate_basis', [
        `${String(unknownAge)} open ${noun(unknownAge, 'row has', 'rows have')} no usable opening time, so nobody knows how old they are.`,
      ]);
    const set = limitBy !== 'policy' || aged.some((position) => position.limitH !== limitH);
    return score(
      aged.length === 0 ? 1 : set ? 0 : 0.5,
      text`${fig('aged_positions')} of ${fig('open_at_end')} open positions are older than ${fig('age_limit')}${aged.some((position) => position.limitH !== limitH) ? ' or their own limit' : ''}.`,
      open.length === 0,
    );
  },
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
    for (const group of [ageLimit, statistics]) group(facts, input).define(out);
    const head = {
      id: 'aged-positions.open',
      title: 'Open positions by age',
      queries: positionQueries(facts),
    };
    out.dataset(positionTable(input).of(head, oldestFirst(facts.open), input.bot.quoteCurrency));
  },
  checks: [aged],
  rules: [joined(agedPosition, closedLate), fundingDrag],
  unseen: ({ source }) => reasonOf(source),
  parts(facts, input, out, findings, rules) {
    if (!facts.source.ok)
      return [unseenPart('Statistics', 'positions and their age', facts.source, input.bot)];
    const none = 'No position was open at the end of the window.';
    return [
      { title: 'Statistics', blocks: [statistics(facts, input).block(out)] },
      { title: 'Aged positions detail', blocks: [tableBlock('aged-positions.open', 12, none)] },
      findingsPart(findings, rules),
    ];
  },
});
