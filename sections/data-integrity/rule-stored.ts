import { sum } from '../../audit/decimal.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { during, seeSql } from '../shared/vocabulary/finding-query.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule, type Group } from '../shared/vocabulary/rule.ts';
import { agreement } from './accounting.ts';
import type { Facts, Input } from './facts.ts';

const OTHERWISE = 'The rows do not say where their results come from.';

/** What the closed rows store as their result is not what their fills and prices give. */
export const storedResults = rule<Facts, Input>()({
  id: 'DQ-04',
  title: 'Own totals disagree with rows',
  dimension: 'integrity',
  condition: ({ storedOffPercent }) =>
    `over ${String(storedOffPercent)} % of the stored results of closed rows differ from the computed ones`,
  effort: 'low',
  find: wrongResults,
  from: ({ source }) => ({ basis: 'position rows', queries: source.ok ? source.queries : [] }),
  numbers: ({ facts: { accounting }, input: { settings } }) => {
    const { compared, disagreements, closedRows, storedZero } = accounting.realized;
    const isCompared = compared > 0;
    return {
      stored_off: num.count(
        'Stored results that are wrong',
        isCompared
          ? `closed positions whose realized_pnl is off gross - fees + funding by more than ${agreement(settings)}`
          : 'closed positions whose realized_pnl is 0',
        isCompared ? disagreements.length : storedZero,
      ),
      stored_rows: num.count(
        'Closed rows compared',
        'closed rows with a stored result',
        isCompared ? compared : closedRows,
      ),
      stored_difference: isCompared
        ? num.money(
            'Differences added up',
            'sum of |stored - computed|',
            sum(disagreements.map(({ stored, computed }) => stored.minus(computed).abs())),
          )
        : null,
    };
  },
  severity: ({ facts }) => (isOnlyZero(facts) ? 'HIGH' : 'MEDIUM'),
  causes: ({ facts, input }) => hypotheses(facts, input),
  otherwise: OTHERWISE,
  occurrence: ({ symbol, closedAt, openedAt }) => ({ subject: symbol, at: iso(closedAt ?? openedAt) }),
  evidence: 'pnl.disagreements',
  see: ({ input }) =>
    seeSql(
      `select id, symbol, closed_at, entry_price, exit_price, quantity, fees, realized_pnl\nfrom position\nwhere ${during(input, 'closed_at')}\norder by closed_at, id;`,
    ),
  words: (n, { facts }) => {
    const onlyZero = isOnlyZero(facts);
    const difference =
      facts.accounting.realized.compared > 0 ? text`; the differences add up to ${n.stored_difference}` : '';
    return {
      title: onlyZero
        ? text`All ${n.stored_off} closed rows store a result of 0`
        : text`${n.stored_off} of ${n.stored_rows} stored results are not what fills and prices give`,
      description: text`${n.stored_off} of ${n.stored_rows} closed rows hold a result that ${onlyZero ? 'is 0' : 'differs from gross - fees + funding'}${difference}. This report does not use the stored results where it can compute them.`,
      financial: 'What the bot shows as its result is not what it earned.',
      operational: 'Statistics that add up realized_pnl are wrong.',
      risk: 'A loss limit that is kept on the stored result does not see the losses.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation:
        'Write the result when a position closes: gross from its fills, less fees, with funding; and correct the rows that are wrong.',
      verification: 'No stored result disagrees with the computed one in the next window.',
    };
  },
});

/** Without a computed result beside them, only many rows of 0 are no chance. */
function wrongResults(facts: Facts, input: Input): readonly Group<PositionFact>[] {
  const { source, accounting } = facts;
  const { compared, disagreements, closedRows } = accounting.realized;
  const isTold =
    compared > 0
      ? 100 * disagreements.length > input.settings.storedOffPercent * compared
      : isOnlyZero(facts) && closedRows >= input.settings.minTrades;
  if (!source.ok || !isTold) return [];
  const off = new Set(disagreements.map(({ id }) => id));
  const found = source.positions.filter(({ id, closedAt }) =>
    off.size > 0 ? off.has(id) : closedAt !== null,
  );
  const { id } = rootCause(hypotheses(facts, input), [OTHERWISE]);
  return [{ venue: null, found, labels: { cause: id } }];
}

function isOnlyZero({ accounting }: Facts): boolean {
  const { closedRows, storedZero } = accounting.realized;
  return storedZero > 0 && storedZero === closedRows;
}

function hypotheses(facts: Facts, { settings }: Input): readonly Hypothesis[] {
  const { disagreements } = facts.accounting.realized;
  const gross = new Map(facts.closed.results.map((result) => [result.fact.id, result.gross]));
  const isGross = disagreements.every(({ id, stored }) => {
    const own = gross.get(id);
    return own != null && own.minus(stored).abs().lessThanOrEqualTo(settings.agreementMoney);
  });
  return [
    hypothesis('stored-zero', 'Nothing writes the result: its 0 is the default of the column.', [
      'every closed row of the window stores 0',
      isOnlyZero(facts),
    ]),
    hypothesis('stored-gross', 'The stored result is gross: fees and funding are not in it.', [
      'every stored result that is off is the gross result',
      disagreements.length > 0 && isGross,
    ]),
  ];
}
