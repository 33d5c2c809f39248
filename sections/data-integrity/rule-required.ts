import { ownColumn } from '../../audit/own-statement.ts';
import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import {
  equityQuery,
  fillsQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
} from '../shared/queries/trading.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import type { Unset } from './required-values.ts';
import { isMostly, isUnordered, lackOf, openOf, seeUnset } from './unset-words.ts';

/** Cells that are empty, 0 or negative where a row means nothing without them, per exchange. */
export const requiredValues = rule<Facts, Input>()({
  id: 'DQ-02',
  title: 'Unusable values',
  dimension: 'integrity',
  condition:
    'an open or closed position, an order, a fill, a balance or a price without a value that it must have: empty, 0 or negative (HIGH of an open position, a fill without its order or most rows of a kind, else MEDIUM)',
  effort: 'low',
  find: ({ unset }) =>
    groupsByVenue(
      unset,
      ({ venue }) => venue,
      () => ({ kind: 'required' }),
    ).map((group) => ({ ...group, kind: 'required' })),
  from: {
    basis: 'rows of the window',
    queries: [positionsQuery.id, ordersQuery.id, fillsQuery.id, equityQuery.id, pricesQuery.id],
  },
  numbers: ({ found }) => ({
    unset_values: num.count('Values that are empty, 0 or negative', found.length, {
      formula: 'cells that a row of its kind must have',
    }),
    unset_open: num.count('Open positions without such a value', openOf(found).length, {
      formula: 'distinct rows with status open',
    }),
  }),
  severity: ({ found, facts, input }) =>
    openOf(found).length > 0 || found.some(isUnordered) || isMostly(facts.unset, input) ? 'HIGH' : 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('zero-placeholder', 'The row is written with 0 before the number is known, and not again.', [
      'every value is 0',
      found.every(({ value }) => Number(value) === 0),
    ]),
    hypothesis('never-written', 'The value is not written when the row is.', [
      'every value is empty',
      found.every(({ value }) => value === 'NULL' || value === 'empty'),
    ]),
    hypothesis('sign-for-side', 'The bot writes the side as the sign of the number.', [
      'every value is negative',
      found.every(({ value }) => Number(value) < 0),
    ]),
  ],
  otherwise: 'What is stored does not show why.',
  // A row of a position lacks it until it is repaired.
  occurrence: ({ entity, id, column, at }, { input: { window } }) => ({
    subject: `${entity} ${id} ${column}`,
    at: Math.max(at, ms(window.from)),
    ...(entity === 'position' && { until: window.to }),
  }),
  evidence: {
    id: 'data-integrity.unset',
    title: 'Values that are empty, 0 or negative',
    table: ({ input: { entities } }) =>
      table<Unset>({
        entity: col.text('Entity', ({ entity }) => entity),
        id: col.text('Id', ({ id }) => id),
        symbol: col.text('Symbol', ({ symbol }) => symbol),
        at: col.time('Since', ({ at }) => (at === 0 ? null : at)),
        column: col.text('Column', ({ entity, column }) => ownColumn(entity, column, entities)),
        value: col.text('Value', ({ value }) => value),
      }),
    rows: ({ found }) => [...found].sort((a, b) => Number(b.isOpen) - Number(a.isOpen)),
  },
  see: ({ found }) => seeUnset(found),
  words: (n, { found, place, input: { entities } }) => {
    const own = found.map(({ entity, column }) => `${entity}.${ownColumn(entity, column, entities)}`);
    const columns = [...new Set(own)].join(', ');
    const open = openOf(found);
    return {
      title: text`${n.unset_values} ${noun(found.length, 'value is', 'values are')} ${lackOf(found)} at ${place}`,
      description: [
        ...text`Such a row must have a value in: ${columns}.`,
        ...(open.length === 0
          ? []
          : text` ${n.unset_open} open ${noun(open.length, 'position', 'positions')} (${names(open)}) cannot be told to be protected: nobody can say what ${noun(open.length, 'it holds', 'they hold')}.`),
      ],
      financial: 'What is added up or dated by these columns leaves these rows out.',
      operational: 'Numbers that need them are incomplete or missing.',
      risk:
        open.length === 0
          ? 'A bot that reads these rows back acts on a number that is none.'
          : 'A stop that is sized by the row closes nothing, or the wrong part; an exit as well.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `${open.length === 0 ? '' : 'Compare the open positions with the exchange now. '}Find where ${columns} is written, refuse the row without it, and repair what is stored.`,
      verification: 'No row of the next window lacks a value that it must have.',
    };
  },
});
