import { text } from '../../audit/text.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';

/** The row has one side, and its fills opened the other, per exchange (catalogue DI-03). */
export const sidesContradicted = rule<Facts, Input>()({
  id: 'PM-06',
  title: 'Position row contradicts its fills',
  dimension: 'integrity',
  condition: 'the fills of a position opened the other side (CRITICAL)',
  effort: 'medium',
  find: ({ otherSides }) =>
    groupsByVenue(
      otherSides,
      ({ venue }) => venue,
      () => ({ kind: 'side' }),
    ).map((group) => ({ ...group, kind: 'side' })),
  from: { basis: 'fills against position rows', queries: [positionsQuery.id, fillsQuery.id] },
  numbers: ({ found }) => ({
    other_sides: num.count('Positions whose fills opened the other side', found.length, {
      formula: 'positions whose first fill has the other side than the row',
    }),
  }),
  severity: () => 'CRITICAL',
  causes: () => [],
  otherwise: 'The side was written wrongly, or was overwritten after the position had turned.',
  occurrence: ({ symbol, openedAt }) => ({ subject: symbol, at: openedAt }),
  evidence: {
    id: 'position-management.other-sides',
    title: 'Positions whose fills opened the other side',
    table: table<PositionFact>({
      position: col.text('Position', ({ id }) => id),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      opened: col.time('Opened', ({ openedAt }) => openedAt),
      row: col.text('The row says', ({ side }) => side),
      fills: col.text('The fills say', ({ side }) => (side === 'long' ? 'short' : 'long')),
    }),
  },
  see: ({ found }) => seeFillsOf(found.map(({ id }) => id)),
  words: (n, { found, place }) => ({
    title: text`${n.other_sides} ${noun(found.length, 'position has', 'positions have')} the other side than ${noun(found.length, 'its', 'their')} fills at ${place}`,
    description: text`The rows of ${names(found.map(({ symbol }) => symbol))} have one side, and their own fills opened the other.`,
    financial: 'Whatever the bot computes from these rows has the wrong sign.',
    operational: 'The rows cannot be used to check the exchange.',
    risk: 'A stop or an exit by the row enlarges the position instead of closing it.',
    detection: 'No alert is expected for this; the report is where it is seen.',
    recommendation: `Compare side and stops of ${names(found.map(({ symbol }) => symbol))} with ${place} now, and write the side from the fills.`,
    verification: 'No position of the next window has another side than its fills.',
  }),
});
