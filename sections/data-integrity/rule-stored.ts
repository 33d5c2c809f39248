import { amount, sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Percent of the compared rows: below it the check loses points, and from it on somebody is told. */
const SHARE = 1;
const DATASET = 'pnl.disagreements';

/** DQ-04: what the closed rows store as their result is not what their fills and prices give. */
export function storedResultsDisagree(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { accounting, source, closed } = facts;
  const { compared, disagreements, closedRows, storedZero } = accounting.realized;
  const onlyZero = storedZero > 0 && storedZero === closedRows;
  // Without a computed result beside them, only many rows of 0 are no chance.
  const isTold =
    compared > 0
      ? 100 * disagreements.length > SHARE * compared
      : onlyZero && closedRows >= input.settings.minTrades;
  if (!source.ok || !isTold) return [];
  const facing = new Map(closed.results.map((result) => [result.fact.id, result]));
  const gross = disagreements.filter(({ id, stored }) => {
    const own = facing.get(id)?.gross;
    return own != null && own.minus(stored).abs().lessThanOrEqualTo(input.settings.agreementMoney);
  });
  const cause = rootCause(
    [
      {
        id: 'stored-zero',
        text: ['Nothing writes the result: its 0 is the default of the column.'],
        predicates: [{ text: 'every closed row of the window stores 0', held: onlyZero }],
      },
      {
        id: 'stored-gross',
        text: ['The stored result is gross: fees and funding are not in it.'],
        predicates: [
          {
            text: 'every stored result that is off is the gross result',
            held: disagreements.length > 0 && gross.length === disagreements.length,
          },
        ],
      },
    ],
    ['The rows do not say where their results come from.'],
  );
  const figure = ruleFigures(out, {
    rule: 'DQ-04',
    exchange: null,
    cause: cause.id,
    basis: 'position rows',
    queries: source.queries,
    currency: input.bot.quoteCurrency,
  });
  const n = figure(
    'stored_off',
    compared > 0 ? disagreements.length : storedZero,
    'count',
    'Stored results that are wrong',
    compared > 0
      ? 'closed positions whose realized_pnl is off gross - fees + funding by more than 0.01 and 1 %'
      : 'closed positions whose realized_pnl is 0',
  );
  const of = figure(
    'stored_rows',
    compared > 0 ? compared : closedRows,
    'count',
    'Closed rows compared',
    'closed rows with a stored result',
  );
  const off = sum(disagreements.map(({ stored, computed }) => stored.minus(computed).abs()));
  const total =
    compared > 0
      ? figure(
          'stored_difference',
          amount(off),
          'money',
          'Differences added up',
          'sum of |stored - computed|',
        )
      : null;
  const rows =
    disagreements.length > 0
      ? disagreements.map(({ id }) => id)
      : source.positions.filter(({ closedAt }) => closedAt !== null).map(({ id }) => id);
  const told = new Set(rows);
  const hit = source.positions.filter(({ id }) => told.has(id));
  return [
    {
      venue: null,
      cause,
      severity: onlyZero ? 'HIGH' : 'MEDIUM',
      title: onlyZero
        ? text`All ${n} closed rows store a result of 0`
        : text`${n} of ${of} stored results are not what fills and prices give`,
      description: text`${n} of ${of} closed rows hold a result that ${onlyZero ? 'is 0' : 'differs from gross - fees + funding'}${total === null ? '' : text`; the differences add up to ${total}`}. This report does not use the stored results where it can compute them.`,
      occurrences: hit.map(({ symbol, closedAt, openedAt }) => ({
        subject: symbol,
        at: iso(closedAt ?? openedAt),
      })),
      frequency: hit.length,
      evidence: DATASET,
      impact: {
        financial: ['What the bot shows as its result is not what it earned.'],
        operational: ['Statistics that add up realized_pnl are wrong.'],
        risk: ['A loss limit that is kept on the stored result does not see the losses.'],
      },
      detection: ['No alert is expected for this; the report is where it is seen.'],
      recommendation: [
        'Write the result when a position closes: gross from its fills, less fees, with funding; and correct the rows that are wrong.',
      ],
      verification: ['No stored result disagrees with the computed one in the next window.'],
      see: {
        language: 'sql',
        text: `select id, symbol, closed_at, entry_price, exit_price, quantity, fees, realized_pnl\nfrom position\nwhere closed_at >= '${input.window.from}' and closed_at < '${input.window.to}'\norder by closed_at, id;`,
      },
      effort: 'low',
    },
  ];
}
