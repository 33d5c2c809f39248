import { columnsOf, type EntityName } from '../../audit/contract.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Input } from './input.ts';
import { countedRule, FOUND_BY_PREFLIGHT, preflightCount } from './preflight.ts';

export const unusableValues = countedRule({
  id: 'DQ-02',
  title: 'Unusable values',
  condition:
    'NaN, infinite or out-of-range values in the window, or durations and used limits of which all are 0; a required value that is empty; a time before 2010 or after today and the window cannot be; empty, 0 or negative where a row must have a number (HIGH of an open position, a fill without its order or most rows of a kind, else MEDIUM)',
  cases: (entities) =>
    entities.flatMap(({ entity, unusable, expressions }) =>
      unusable.map((one) => ({ entity, ...one, expression: expressions?.[one.column] })),
    ),
  numbers: ({ of }) => ({ unusable_values: preflightCount('Unusable values', of.rows) }),
  severity: ({ found, input }) => (found.some((one) => isMostly(one, input)) ? 'HIGH' : 'MEDIUM'),
  otherwise: 'What is stored does not show why.',
  why: [
    'unusable-value',
    'The bot stores a value that is not a number or not a time.',
    'the stored value is NaN, infinite, out of range, or 0 in every row',
  ],
  direct: true,
  causes: ({ found, of: { most } }) => (isTime(most) ? timeCauses(found.filter(isTime)) : null),
  sql(stored, { of: { most } }) {
    const column = `m."${most.column}"`;
    const hasNoNormalForm =
      most.expression !== undefined
        ? `(${most.expression}) is null`
        : `${column}::text in ('NaN', 'Infinity', '-Infinity')`;
    return `select *\n${stored}\nwhere ${column} is not null\n  and ${hasNoNormalForm}`;
  },
  words: (n, { found, input, of: { most, rows } }) => ({
    title: text`${n.unusable_values} ${noun(rows, 'value is not a usable number or time', 'values are not usable numbers or times')}`,
    description: text`They are read as missing, never as 0; most are in ${most.entity}.${most.column}.${found.map((one) => shown(one, input.window.from)).join('')}`,
    financial: 'Sums over these columns do not contain these rows.',
    operational: 'Numbers that need them are incomplete or missing.',
    risk: isTime(most)
      ? 'What the bot itself computes from these times, such as ages, limits of a day and orders of events, is wrong.'
      : 'A NaN in the bot’s own arithmetic spreads to everything computed from it.',
    detection: FOUND_BY_PREFLIGHT,
    recommendation: `Find where ${most.entity}.${most.column} is computed, refuse the value there, and repair the stored rows.`,
    verification: 'The preflight counts no unusable value in the next window.',
  }),
});

/** Half of the rows of the window have no such value: whatever rests on it rests on nothing. */
function isMostly({ entity, column, rows }: Unusable, input: Input): boolean {
  const all = { position: input.rows.positions, order: input.rows.orders, fill: input.rows.fills };
  const read = entity in all ? all[entity as keyof typeof all] : null;
  const isRequired = columnsOf(entity).some(({ name, required }) => name === column && required);
  return isRequired && read?.ok === true && rows >= 10 && 2 * rows >= read.rows.length;
}

interface Unusable {
  readonly entity: EntityName;
  readonly column: string;
  readonly rows: number;
  readonly value?: string;
}

function isTime({ entity, column }: Unusable): boolean {
  return columnsOf(entity).some(({ name, type }) => name === column && type === 'time');
}

/** What is stored, and how far it lies from the window. */
function shown(one: Unusable, from: string): string {
  const { entity, column, rows, value } = one;
  const what = ` ${entity}.${column}: ${String(rows)} ${noun(rows, 'row')}`;
  if (value === undefined) return '';
  return `${what}, such as ${value}${isTime(one) ? distanceOf(value, from) : ''}.`;
}

const DAY_MS = 86_400_000;
/** Up to here days say more than years. */
const MOST_DAYS = 730;

function distanceOf(value: string, from: string): string {
  const year = Number(/^\d{4,}/.exec(value)?.[0]);
  const days = Math.round((Date.parse(value.slice(0, 10)) - ms(from)) / DAY_MS);
  const years = Number.isFinite(year) ? year - Number(from.slice(0, 4)) : 0;
  const isNear = Math.abs(days) <= MOST_DAYS;
  const [count, unit] = isNear ? [days, 'day'] : [years, 'year'];
  if (count === 0) return '';
  const size = Math.abs(count);
  return `, ${String(size)} ${noun(size, unit)} ${count < 0 ? 'before' : 'after'} the window`;
}

/** What a time that cannot be looks like when a unit went wrong. */
function timeCauses(found: readonly Unusable[]): readonly Hypothesis[] {
  const years = found.map(({ value }) => value?.slice(0, 7) ?? '');
  const every = (test: (value: string) => boolean): boolean => found.every(({ value }) => test(value ?? ''));
  return [
    hypothesis('zero-time', 'A time that was never set is written as the epoch.', [
      'the least value of each column is 1970-01-01 00:00:00 to the second',
      every((value) => value.startsWith('1970-01-01 00:00:00')),
    ]),
    hypothesis(
      'time-divided',
      'Seconds are read as milliseconds: the time was divided by 1,000 once too often.',
      [
        'the least value of each column lies in January 1970, and not at its first second',
        years.every((month) => month === '1970-01') &&
          every((value) => !value.startsWith('1970-01-01 00:00:00')),
      ],
    ),
    hypothesis('time-multiplied', 'Milliseconds are read as seconds: the time was multiplied by 1,000.', [
      'the least value of each column lies beyond the year 10000',
      every((value) => /^\d{5,}/.test(value)),
    ]),
  ];
}
