import { text } from '../../audit/text.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy, largestFirst } from '../shared/facts/row-values.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { nothingReads } from '../shared/vocabulary/unread-words.ts';
import { unexplainedTable, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

/** Too many closes whose reason nobody knows, per exchange. */
export const exitReasonUnknown = rule<Facts, Input>()({
  id: 'PM-05',
  title: 'Exit reason unknown',
  dimension: 'integrity',
  condition: ({ unknownExitPct, unknownExitMinN }) =>
    `more than ${String(unknownExitPct)} % of at least ${String(unknownExitMinN)} closes have no known reason`,
  effort: 'low',
  find: ({ venues, of }, { settings: { unknownExitMinN, unknownExitPct } }) =>
    venues.flatMap((venue) => {
      const { closed, unexplained } = of(venue);
      const isFew = closed.length < unknownExitMinN;
      return isFew || (100 * unexplained.length) / closed.length <= unknownExitPct
        ? []
        : [{ venue, found: unexplained }];
    }),
  unseen: ({ source }) => reasonOf(source),
  from: ({ from }) => from,
  numbers: ({ found, venue, facts, policy }) => ({
    unknown_share: num.percent(
      'Share of closes without a known reason',
      (100 * found.length) / facts.of(venue).closed.length,
      '100 x unknown / closed',
    ),
    unknown: num.count('Closes without a known reason', found.length, {
      formula: 'reason empty or not read, or only that the position was found gone',
    }),
    closed: num.count('Positions closed', facts.of(venue).closed.length, 'positions closed in the window'),
    limit: policy('unknownExitPct', 'Limit of unknown reasons'),
  }),
  severity: () => 'MEDIUM',
  causes({ found, venue, facts: { of, reasonByOrder }, input }) {
    const unread = unreadReasons(found);
    const most = (some: readonly unknown[]): boolean => some.length * 2 > found.length;
    return [
      hypothesis(
        'found-gone',
        'The bot only noticed that these positions were gone; it did not see how they were closed.',
        [
          'most of these rows say that the position was cleaned up or found gone',
          most(found.filter(({ row }) => row.exit_kind === 'cleanup')),
        ],
      ),
      hypothesis(
        'reason-not-read',
        `The rows give reasons whose meaning nobody says: ${nothingReads(unread, input) ?? 'none'}.`,
        [
          'most of these rows have a reason that neither the mapping nor a spelling reads',
          most(found.filter(isUnread)),
        ],
      ),
      hypothesis(
        'venue-exit-not-linked',
        'Stops and targets that the exchange executed are not linked to their positions.',
        [
          'most of these positions were closed by a stop or target order',
          input.rows.orders.ok ? most(found.filter((fact) => reasonByOrder(fact) !== 'unknown')) : null,
        ],
      ),
      hypothesis('reason-not-written', 'The code that closes positions does not write the reason.', [
        'the reason is empty in every closed row',
        of(venue).closed.every(({ exitReason }) => exitReason === null),
      ]),
    ];
  },
  otherwise: 'The rows do not say which kind of exit is missing.',
  occurrence: ({ symbol, closedAt, openedAt }) => ({ subject: symbol, at: closedAt ?? openedAt }),
  evidence: {
    id: 'position-management.unknown-exits',
    title: 'Closes without a known reason',
    table: ({ facts }) => unexplainedTable(facts),
  },
  see: ({ found }) =>
    seePositions('exchange, symbol, closed_at, exit_reason, exit_order_id', found, 'closed_at'),
  words: (n, { place }) => ({
    title: text`${n.unknown_share} of closes at ${place} have no known reason`,
    description: text`${n.unknown} of ${n.closed} closes, which is ${n.unknown_share}, carry no reason or only that the position was found gone. The limit is ${n.limit}.`,
    financial: 'The result of these closes cannot be set against what the strategy intended.',
    operational: 'Statistics by exit reason leave these closes out.',
    risk: 'A liquidation or a manual close among them would not be noticed.',
    detection: 'No alert is expected for this; the report is where it is seen.',
    recommendation:
      "Write the reason with every close: map the exchange's execution types (stop, target, liquidation, ADL), and look up the closing order when a position is found gone.",
    verification: text`At most ${n.limit} of the closes have no known reason in the next windows.`,
  }),
});

/** A reason is written, and neither the mapping nor a spelling says what it means. */
function isUnread({ exitReason, row }: PositionFact): boolean {
  return (exitReason ?? '').trim() !== '' && (row.exit_kind === null || row.exit_kind === 'unknown');
}

function unreadReasons(found: readonly PositionFact[]): readonly { word: string; rows: number }[] {
  const groups = largestFirst(groupBy(found.filter(isUnread), ({ exitReason }) => exitReason ?? ''));
  return groups.map(([word, facts]) => ({ word, rows: facts.length }));
}
