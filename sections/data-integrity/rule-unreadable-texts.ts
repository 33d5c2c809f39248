import { text } from '../../audit/text.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { countedRule, FOUND_BY_PREFLIGHT, preflightCount, UNREADABLE } from './preflight.ts';
import { unusableValues } from './rule-unusable-values.ts';

/** Cells with bytes that are no character of the database's encoding, or one that UTF-8 does not have. */
export const unreadableTexts = countedRule({
  id: 'DQ-02',
  title: unusableValues.title,
  condition: unusableValues.condition,
  cases: (entities) =>
    entities.flatMap(({ entity, notUtf8 = [] }) => notUtf8.map((one) => ({ entity, ...one }))),
  suffix: () => ' bytes',
  numbers: ({ of }) => ({ unreadable_texts: preflightCount('Texts that cannot be read', of.rows) }),
  severity: () => 'LOW',
  why: [
    'unreadable-text',
    'Bytes were stored that are no text in the encoding of the database.',
    'the text cannot be read as UTF-8',
  ],
  direct: true,
  sql: (stored, { of: { most } }) =>
    `select convert_to(m."${most.column}"::text, getdatabaseencoding()) as bytes\n${stored}\nwhere m."${most.column}"::text ~ '[^\\x01-\\x7f]'\nlimit 20`,
  words: (n, { found, of: { most, rows } }) => ({
    title: text`${n.unreadable_texts} ${noun(rows, 'text')} cannot be read`,
    description: text`Each is shown with ${UNREADABLE.mark} for what cannot be read, and everything else of its row is used.${found
      .map((one) => {
        const which = one.row === undefined ? '' : ` in row ${one.row}`;
        return ` ${one.entity}.${one.column}: ${String(one.rows)} ${noun(one.rows, 'row')}, such as ${one.value}${which}.`;
      })
      .join('')}`,
    financial: 'None by itself.',
    operational: 'Two names that differ only in what cannot be read look alike.',
    risk: 'A program that reads the table in UTF-8 loses the whole answer for one such cell.',
    detection: FOUND_BY_PREFLIGHT,
    recommendation: `Find what writes ${most.entity}.${most.column}, convert its text before it is stored, and repair these rows.`,
    verification: 'The preflight lists no text that cannot be read in the next window.',
  }),
});
