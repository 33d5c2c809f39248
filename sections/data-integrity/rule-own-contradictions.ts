import { text } from '../../audit/text.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { equityQuery, ordersQuery, positionsQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import type { OwnContradiction } from './own-contradiction.ts';
import { balanceSumsQuery } from './balance-sums.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';

const WORDS: Readonly<Record<OwnContradiction['what'], string>> = {
  'open-and-closed': 'a position that is open and has a closing time',
  'acknowledged-before': 'an alert that was acknowledged before it was sent',
  margin: 'margin in use above the total, with a negative rest',
  free: 'a free balance above all that is there',
  unrealized: 'an unrealised result that is not what price, entry and quantity of its row give',
  sums: 'a balance whose columns do not add up as in the day before',
  remaining: 'an order with more or less left than what it was for less what it filled',
  'trailing-flag': 'a position whose trailing stop was activated and that has none',
  'never-filled': 'an order that ended unfilled and has a time of filling',
  liquidation: 'an open position whose liquidation price its entry and its price have both passed',
  'exchange-id': 'an order that the exchange answered and that has no id of it, as others have',
};

const SEE: Readonly<Record<OwnContradiction['what'], string>> = {
  'open-and-closed': '',
  'acknowledged-before':
    'select at, severity, text, acknowledged_at\nfrom alert\nwhere acknowledged_at < at\norder by at;',
  margin:
    'select exchange, account, currency, at, total, free, used\nfrom balance\nwhere used > total and free < 0\norder by at;',
  free: 'select exchange, account, currency, at, total, free, equity\nfrom balance\nwhere free > total and free > coalesce(equity, total)\norder by at;',
  unrealized: '',
  sums: 'select exchange, account, currency, at, total, unrealized_pnl, equity, free, used\nfrom balance\nwhere abs(equity - total - unrealized_pnl) > 1 or abs(total - free - used) > 1\norder by at;',
  remaining: '',
  'exchange-id': '',
  'trailing-flag': '',
  liquidation: '',
  'never-filled': '',
};

const MEDIUM: ReadonlySet<string> = new Set(['unrealized', 'sums', 'trailing-flag']);

/** One finding of all rows whose own columns cannot both be, of one kind each. */
export const rowsContradictThemselves = rule<Facts, Input>()({
  id: 'DQ-06',
  title: 'Rows that contradict themselves',
  dimension: 'integrity',
  condition:
    'two columns of a row cannot both be (HIGH, MEDIUM of an order, a flag, an unrealised result or a balance that does not add up as before)',
  effort: 'low',
  find: ({ ownContradictions }) =>
    [...new Set(ownContradictions.map(({ what }) => what))].map((what) => ({
      venue: null,
      found: ownContradictions.filter((one) => one.what === what),
      labels: { kind: what },
      kind: what,
    })),
  from: {
    basis: 'rows of the window',
    queries: [positionsQuery.id, ordersQuery.id, alertsQuery.id, equityQuery.id, balanceSumsQuery.id],
  },
  numbers: ({ found }) => ({
    contradicting_rows: num.count('Rows that contradict themselves', found.length, {
      formula: 'rows of the window',
    }),
  }),
  severity: ({ kind, found }) => (MEDIUM.has(kind ?? '') || found[0]?.entity === 'order' ? 'MEDIUM' : 'HIGH'),
  causes: () => [],
  otherwise: 'One of the two columns is written by another part of the bot, or not written again.',
  occurrence: ({ id, at }) => ({ subject: id, at }),
  evidence: {
    id: 'data-integrity.own-contradictions',
    suffix: ({ kind }) => kind ?? '',
    title: 'Rows that contradict themselves',
    table: table<OwnContradiction>({
      entity: col.text('Entity', ({ entity }) => entity),
      id: col.text('Row', ({ id }) => id),
      one: col.text('It says', ({ one }) => one),
      other: col.text('And', ({ other }) => other),
      at: col.time('At', ({ at }) => at),
    }),
  },
  see: ({ found }) => {
    const [first] = found;
    if (first !== undefined && SEE[first.what] !== '') return SEE[first.what];
    const ids = found.map(({ id }) => id);
    if (first?.entity === 'order')
      return seeRows(
        'order',
        'id, exchange, status, quantity, filled, remaining, venue_at, filled_at, exchange_order_id',
        'id',
        ids,
        'id',
      );
    return seeRows(
      'position',
      'id, symbol, side, status, opened_at, closed_at, entry_price, current_price, liquidation_price, has_trailing_stop, trailing_activated, updated_at',
      'id',
      ids,
      'id',
    );
  },
  words: (n, { found }) => {
    const [first] = found;
    const what = first === undefined ? '' : WORDS[first.what];
    return {
      title: text`${n.contradicting_rows} ${noun(found.length, 'row contradicts itself', 'rows contradict themselves')}: ${what}`,
      description: text`As of ${first?.id ?? ''}: ${first?.one ?? ''}, and ${first?.other ?? ''}.`,
      financial:
        first?.what === 'margin'
          ? 'An account in this state is liquidated by the next move.'
          : 'None by itself.',
      operational: 'Whatever reads one of the two columns sees another state than what reads the other.',
      risk:
        first?.what === 'open-and-closed'
          ? 'A position that is taken for closed is watched by nobody. Here it counts as open until its fills close it.'
          : 'The bot decides by a number that cannot be.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Compare ${first?.entity ?? 'row'} ${names(found.map(({ id }) => id))} with the exchange, correct what is wrong, and write both columns in one statement.`,
      verification: 'No row of the next window contradicts itself.',
    };
  },
});
