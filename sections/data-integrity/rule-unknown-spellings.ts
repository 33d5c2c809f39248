import { text } from '../../audit/text.ts';
import { seeSql } from '../shared/vocabulary/finding-query.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import {
  countedRows,
  FOUND_BY_PREFLIGHT,
  PREFLIGHT,
  preflightCount,
  storedRows,
  throughout,
} from './preflight.ts';

/** Spellings that no normal form knows; their rows are read as `unknown`. */
export const unknownSpelling = rule<Facts, Input>()({
  ...PREFLIGHT,
  id: 'DQ-01',
  title: 'Unknown spelling',
  condition: 'a value of the window that no normal form knows',
  find: (_facts, { entities }) =>
    countedRows(
      entities.flatMap(({ entity, unknownSpellings }) =>
        unknownSpellings.map((spelling) => ({ entity, ...spelling })),
      ),
    ),
  numbers: ({ found, of }) => ({
    unknown_spelling_rows: preflightCount('Rows with an unknown spelling', of.rows),
    unknown_spellings: preflightCount('Unknown spellings', found.length),
  }),
  severity: () => 'MEDIUM',
  causes: () => [
    {
      ...hypothesis('unknown-spelling', 'The bot writes a value that the mapping does not translate.', [
        'the value is in the mapped column and in no normal form',
        true,
      ]),
      direct: true,
    },
  ],
  otherwise: '',
  occurrence: ({ entity, column, value }, { input }) => throughout(`${entity}.${column}: ${value}`, input),
  frequency: ({ of }) => of.rows,
  evidence: 'monitoring-coverage.unusable',
  see: ({ of: { most }, input }) =>
    seeSql(
      `select m."${most.column}", count(*)\n${storedRows(most.entity, input)}\ngroup by 1\norder by 2 desc`,
    ),
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
