import { text } from '../../audit/text.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { countedRule, preflightCount, FOUND_BY_PREFLIGHT } from './preflight.ts';

export const unknownSpelling = countedRule({
  id: 'DQ-01',
  title: 'Unknown spelling',
  condition: 'a value of the window that no normal form knows; HIGH for the status of positions',
  cases: (entities) =>
    entities.flatMap(({ entity, unknownSpellings }) => unknownSpellings.map((one) => ({ entity, ...one }))),
  suffix: ({ value }) => `: ${value}`,
  numbers: ({ found, of }) => ({
    unknown_spelling_rows: preflightCount('Rows with an unknown spelling', of.rows),
    unknown_spellings: preflightCount('Unknown spellings', found.length),
  }),
  // Nobody knows whether such a position is open.
  severity: ({ found }) =>
    found.some(({ entity, column }) => entity === 'position' && column === 'status') ? 'HIGH' : 'MEDIUM',
  why: [
    'unknown-spelling',
    'The bot writes a value that the mapping does not translate.',
    'the value is in the mapped column and in no normal form',
  ],
  direct: true,
  sql: (stored, { of: { most } }) =>
    `select m."${most.column}", count(*)\n${stored}\ngroup by 1\norder by 2 desc`,
  words: (n, { found, of: { most, rows } }) => ({
    title: text`${n.unknown_spelling_rows} ${noun(rows, 'row has', 'rows have')} a value that no normal form knows`,
    description: text`${n.unknown_spellings} ${noun(found.length, 'spelling is', 'spellings are')} read as unknown, most often ${most.value.slice(0, 60)} in ${most.entity}.${most.column}.`,
    financial: 'None by itself.',
    operational: 'These rows are missing from counts by status, side, type or severity.',
    risk: 'A position or order in an unknown state is not judged.',
    detection: FOUND_BY_PREFLIGHT,
    recommendation: `Translate the value in the mapping of ${most.entity}, or correct it where the bot writes it.`,
    verification: 'The preflight lists no unknown spelling in the next window.',
  }),
});
