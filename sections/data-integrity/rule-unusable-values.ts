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
  type Counted,
} from './preflight.ts';

/** NaN, infinite or impossible values; they are read as missing. */
export const unusableValues = rule<Facts, Input>()({
  ...PREFLIGHT,
  id: 'DQ-02',
  title: 'Unusable values',
  condition: 'NaN, infinite or out-of-range values in the window',
  find: (_facts, { entities }) =>
    countedRows(
      entities
        .flatMap(({ entity, unusable }) => unusable.map((column) => ({ entity, ...column })))
        .filter(({ rows }) => rows > 0),
    ),
  numbers: ({ of }) => ({ unusable_values: preflightCount('Unusable values', of.rows) }),
  severity: () => 'MEDIUM',
  causes: () => [
    {
      ...hypothesis('unusable-value', 'The bot stores a value that is not a number or not a time.', [
        'the stored value is NaN, infinite or out of range',
        true,
      ]),
      direct: true,
    },
  ],
  otherwise: '',
  occurrence: ({ entity, column }, { input }) => throughout(`${entity}.${column}`, input),
  frequency: ({ of }) => of.rows,
  evidence: 'monitoring-coverage.unusable',
  see: ({ of: { most }, input }) =>
    seeSql(
      `select *\n${storedRows(most.entity, input)}\nwhere m."${most.column}" is not null\n  and ${isUnusable(most, input)}`,
    ),
  words: (n, { of: { most, rows } }) => {
    const column = `${most.entity}.${most.column}`;
    return {
      title: text`${n.unusable_values} ${noun(rows, 'value is not a usable number or time', 'values are not usable numbers or times')}`,
      description: text`They are read as missing, never as 0; most are in ${column}.`,
      financial: 'Sums over these columns do not contain these rows.',
      operational: 'Numbers that need them are incomplete or missing.',
      risk: 'A NaN in the bot’s own arithmetic spreads to everything computed from it.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find where ${column} is computed, refuse the value there, and repair the stored rows.`,
      verification: 'The preflight counts no unusable value in the next window.',
    };
  },
});

/** A stored value that has no normal form. */
function isUnusable({ entity, column }: Counted, { entities }: Input): string {
  const expression = entities.find((state) => state.entity === entity)?.expressions?.[column];
  return expression === undefined
    ? `m."${column}"::text in ('NaN', 'Infinity', '-Infinity')`
    : `(${expression}) is null`;
}
