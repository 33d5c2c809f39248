import { text } from '../../audit/text.ts';
import { fillsQuery, ordersQuery, positionsQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { BETWEEN_WORDS } from './between-rows-words.ts';
import type { Facts, Input } from './facts.ts';
import type { BetweenRows } from './linked-rows.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';

const COLUMNS: Readonly<Record<BetweenRows['entity'], string>> = {
  order:
    'id, symbol, side, type, role, position_id, parent_id, price, trigger_price, reduce_only, close_on_trigger, created_at',
  position:
    'id, symbol, side, entry_price, exit_price, exit_reason, exit_order_id, current_price, stop_loss_price, take_profit_price, opened_at, closed_at',
  fill: 'id, order_id, position_id, strategy, side, price, is_maker, at',
  price: 'exchange, symbol, at, price, kind',
  stop_change: 'position_id, at, kind, order_id, old_price, new_price',
};

const KEYS: Partial<Readonly<Record<BetweenRows['entity'], string>>> = {
  stop_change: 'position_id',
  price: 'symbol',
};

const USUAL = ['row contradicts another', 'rows contradict others'] as const;

/** One finding of all rows of a kind that rows which they name exclude. */
export const rowsContradictEachOther = rule<Facts, Input>()({
  id: 'DQ-06',
  title: 'Rows that contradict each other',
  dimension: 'integrity',
  condition: ({ rowPriceFarPct, limitFarTimes, priceFarTimes }) =>
    `a limit that its fills are worse than by ${String(rowPriceFarPct)} % or ${String(limitFarTimes)} times away from; a reducing order that opened; an exit reason, maker, strategy, side or instrument that the orders and fills exclude; a replaced or changed order that is gone, or a target without one; a price ${String(priceFarTimes)} times off its instrument; prices off what most fills traded, or that stood still; a fill many times off its market, or with many times the usual fee; an order that closes and leaves open whether it reduces, as no other does (MEDIUM; LOW where no stop says whether it reduces)`,
  effort: 'low',
  find: ({ betweenRows }) =>
    [...new Set(betweenRows.map(({ what }) => what))].map((what) => ({
      venue: null,
      found: betweenRows.filter((one) => one.what === what),
      labels: { kind: what },
      kind: what,
      of: BETWEEN_WORDS[what],
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
  severity: ({ of }) => of.severity ?? 'MEDIUM',
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
    const key = KEYS[entity] ?? 'id';
    return seeRows(entity, COLUMNS[entity], key, ids, key);
  },
  words: (n, { found, of }) => {
    const [first] = found;
    return {
      title: text`${n.contradicting_pairs} ${noun(found.length, ...(of.verb ?? USUAL))}: ${of.what}`,
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
