import { text } from '../../audit/text.ts';
import { fundingQuery, ordersQuery } from '../shared/queries/trading.ts';
import { seeFillsOf, seeFundingOf, seePositions, seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { areFewOff, isFarOff } from './accounting.ts';
import type { Facts, Input } from './facts.ts';
import { OWN_TOTALS } from './own-totals.ts';
import type { StoredColumnFact, StoredPair } from './stored-columns.ts';

type Column = StoredColumnFact['column'];

const WORDS: Readonly<Record<Column, readonly [stored: string, recorded: string]>> = {
  fees: ['fees of closed rows', 'their fills paid'],
  funding: ['funding of closed rows', 'the payments add up to'],
  'fill-results': ['results of the fills of a position', 'their prices and quantities give'],
  'stop-price': ['stop prices of rows', 'any stop of the position had as its trigger'],
  'change-price': ['prices of stop changes', 'the orders that they changed have as their triggers'],
  'target-price': ['target prices of rows', 'any target order of the position had as its price'],
};

const isPrice = (column: Column): boolean => column.endsWith('-price');
const nounOf = (column: Column): string => (column === 'change-price' ? 'prices' : 'positions');

const isFar = ({ stored, recorded }: StoredPair): boolean => isFarOff({ stored, computed: recorded });
const areFew = ({ compared, off }: StoredColumnFact, { settings }: Input): boolean =>
  areFewOff(off.length, compared, settings);

/** Half of what was compared is off by half of what it is: another unit, sign or column, and no rounding; a stop that is off at all is far, and nothing hangs on a target or a change beside its order. */
function isMostlyFar({ column, compared, off }: StoredColumnFact, { settings }: Input): boolean {
  const far = off.filter((pair) => column === 'stop-price' || isFar(pair));
  return (
    column !== 'target-price' &&
    column !== 'change-price' &&
    compared >= settings.minTrades &&
    2 * far.length >= compared
  );
}

/** What the bot keeps beside the records one by one, a finding a column. */
export const storedColumnsOff = rule<Facts, Input>()({
  ...OWN_TOTALS,
  effort: 'low',
  find: ({ storedColumns }, input) =>
    storedColumns
      .map((of) => ({ of, found: areFew(of, input) ? of.off.filter(isFar) : of.off }))
      .filter(({ found }) => found.length > 0)
      .map(({ of, found }) => ({ venue: null, found, labels: { column: of.column }, kind: of.column, of })),
  from: ({ queries }) => ({
    basis: 'position rows against fills, funding and orders',
    queries: [...queries, fundingQuery.id, ordersQuery.id],
  }),
  numbers: ({ of: { column, compared }, found }) => ({
    column_off: num.count(
      'Stored numbers that are wrong',
      found.length,
      `${WORDS[column][0]} that are not what ${WORDS[column][1]}`,
    ),
    column_compared: num.count(
      `${capitalised(nounOf(column))} compared`,
      compared,
      `${nounOf(column)} with the records beside them`,
    ),
  }),
  severity: ({ of, input }) => (isMostlyFar(of, input) ? 'HIGH' : areFew(of, input) ? 'LOW' : 'MEDIUM'),
  causes: ({ found }) => [
    hypothesis('stored-zero', 'Nothing writes the number: its 0 is the default of the column.', [
      'every one of them is 0',
      found.every(({ stored }) => stored.isZero()),
    ]),
    hypothesis('other-sign', 'It is written with the other sign.', [
      'every one of them is right with the other sign',
      found.every(({ stored, recorded }) => stored.neg().equals(recorded)),
    ]),
  ],
  otherwise: 'The rows do not say where this number comes from.',
  occurrence: ({ fact }) => ({ subject: fact.symbol, at: fact.closedAt ?? fact.openedAt }),
  evidence: {
    id: 'data-integrity.stored-columns',
    suffix: ({ of }) => of.column,
    title: 'Stored numbers that are not what was recorded',
    table: table<StoredPair>({
      position: col.text('Position', ({ fact }) => fact.id),
      symbol: col.text('Symbol', ({ fact }) => fact.symbol),
      opened: col.time('Opened', ({ fact }) => fact.openedAt),
      stored: col.ratio('Stored', ({ stored }) => stored),
      recorded: col.ratio('Recorded', ({ recorded }) => recorded),
    }),
  },
  see: ({ of: { column }, found }) => {
    const ids = found.map(({ fact }) => fact.id);
    if (column === 'fill-results') return seeFillsOf(ids);
    if (column === 'funding') return seeFundingOf(ids);
    return column === 'fees'
      ? seePositions('symbol, fees, closed_at', found, 'id')
      : seeRows(
          'order',
          'position_id, role, status, trigger_price, created_at',
          'position_id',
          ids,
          'position_id',
        );
  },
  words: (n, { of: { column } }) => {
    const [stored, recorded] = WORDS[column];
    return {
      title: text`The ${stored} are wrong in ${n.column_off} of ${n.column_compared} ${nounOf(column)}`,
      description: text`In ${n.column_off} of ${n.column_compared} ${nounOf(column)} the ${stored} ${isPrice(column) ? 'are not what' : 'differ from what'} ${recorded}. This report computes from the records, and uses the stored number nowhere beside them.`,
      financial: isPrice(column)
        ? 'The planned loss or gain that the bot shows is not the one in force.'
        : 'What the bot shows of its costs and results is wrong by the difference.',
      operational: 'Whoever reads the column is told something else than what happened.',
      risk: isPrice(column)
        ? 'A bot that reads its stop or target back from the row acts on a price that no order has.'
        : 'A limit or a size that is kept on the stored number rests on a wrong one.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation:
        'Write the column from the records when they change, and correct the rows that are wrong.',
      verification: 'No stored number differs from the records in the next window.',
    };
  },
});
