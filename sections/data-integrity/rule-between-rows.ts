import { text } from '../../audit/text.ts';
import { fillsQuery, ordersQuery, positionsQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import type { BetweenRows } from './order-links.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';

interface Words {
  readonly what: string;
  readonly risk: string;
}

const WORDS: Readonly<Record<BetweenRows['what'], Words>> = {
  'limit-price': {
    what: 'an order was filled at a price that its limit excludes',
    risk: 'A bot that compares its limit with the market decides by a price that nobody sent.',
  },
  'opened-by-reducing': {
    what: 'an order that may only reduce opened a position',
    risk: 'If the column is right, the bot took the close of one position for the opening of another.',
  },
  'exit-reason': {
    what: 'a position was closed by another order than its reason says',
    risk: 'Who tunes stops and targets by these reasons tunes them by the wrong positions.',
  },
  maker: {
    what: 'a fill of a market order is stored as a maker’s',
    risk: 'Fees that are planned by the share of makers are too low.',
  },
  strategy: {
    what: 'a fill names another strategy than its position',
    risk: 'A strategy is judged, and its limits are kept, by trades of another one.',
  },
  instrument: {
    what: 'an order names a position of another instrument',
    risk: 'A stop of another instrument protects nothing of the position that it names.',
  },
  parent: {
    what: 'an order replaces one that is not stored',
    risk: 'What the order that is gone did, and how long it stood, is in no number.',
  },
  side: {
    what: 'an order is on another side than its role and position say',
    risk: 'A stop or exit on the position’s own side adds to it.',
  },
  unsaid: {
    what: 'a stop does not say that it may only reduce, as others do',
    risk: 'A stop that is not reduce-only can open a position when it triggers after the close.',
  },
};

const COLUMNS: Readonly<Record<BetweenRows['entity'], string>> = {
  order: 'id, symbol, side, type, role, position_id, parent_id, price, reduce_only, close_on_trigger',
  position: 'id, symbol, side, entry_price, exit_price, exit_reason, exit_order_id, closed_at',
  fill: 'id, order_id, position_id, strategy, side, price, is_maker, at',
};

/** One finding of all rows of a kind that rows which they name exclude. */
export const rowsContradictEachOther = rule<Facts, Input>()({
  id: 'DQ-06',
  title: 'Rows that contradict each other',
  dimension: 'integrity',
  condition: ({ rowPriceFarPct, limitFarTimes }) =>
    `a limit that its fills are worse than by ${String(rowPriceFarPct)} % or ${String(limitFarTimes)} times away from; a reducing order that opened; an exit reason, maker, strategy, side or instrument that the orders and fills exclude; a replaced order that is gone; a stop that leaves open whether it reduces, as no other does (MEDIUM)`,
  effort: 'low',
  find: ({ betweenRows }) =>
    [...new Set(betweenRows.map(({ what }) => what))].map((what) => ({
      venue: null,
      found: betweenRows.filter((one) => one.what === what),
      labels: { kind: what },
      kind: what,
      of: WORDS[what],
    })),
  from: {
    basis: 'orders, fills and position rows',
    queries: [positionsQuery.id, ordersQuery.id, fillsQuery.id],
  },
  numbers: ({ found }) => ({
    contradicting_pairs: num.count('Rows that contradict each other', found.length, {
      formula: 'rows that a row which they name, or that names them, excludes',
    }),
  }),
  severity: () => 'MEDIUM',
  causes: () => [],
  otherwise: 'One of the two rows is written by another part of the bot, or not written again.',
  occurrence: ({ symbol, at }) => ({ subject: symbol, at }),
  evidence: {
    id: 'data-integrity.between-rows',
    suffix: ({ kind }) => kind ?? '',
    title: 'Rows that contradict each other',
    table: table<BetweenRows>({
      entity: col.text('Entity', ({ entity }) => entity),
      id: col.text('Row', ({ id }) => id),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      one: col.text('It says', ({ one }) => one),
      other: col.text('And', ({ other }) => other),
      at: col.time('At', ({ at }) => at),
    }),
  },
  see: ({ found }) => {
    const { entity } = found[0] ?? { entity: 'order' };
    const ids = found.map(({ id }) => id);
    return seeRows(entity, COLUMNS[entity], 'id', ids, 'id');
  },
  words: (n, { found, of }) => {
    const [first] = found;
    return {
      title: text`${n.contradicting_pairs} ${noun(found.length, 'row contradicts another', 'rows contradict others')}: ${of.what}`,
      description: text`As of ${first?.id ?? ''}: ${first?.one ?? ''}, and ${first?.other ?? ''}.`,
      financial: 'None by itself: results are computed from prices and quantities of fills.',
      operational:
        'Whatever reads one of the two rows sees another course of events than what reads the other.',
      risk: of.risk,
      detection: FOUND_BY_PREFLIGHT,
      recommendation:
        'Compare these rows with the exchange, correct them, and write both from one answer of it.',
      verification: 'No row of the next window contradicts one that it belongs to.',
    };
  },
});
