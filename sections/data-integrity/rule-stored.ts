import { sum } from '../../audit/decimal.ts';
import { ownColumn } from '../../audit/own-statement.ts';
import { rootCause } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { agreement, areFewOff, isFarOff } from './accounting.ts';
import type { Facts, Input } from './facts.ts';
import { OWN_TOTALS } from './own-totals.ts';
import { OTHERWISE, storedCauses } from './stored-causes.ts';

export const storedResults = rule<Facts, Input>()({
  ...OWN_TOTALS,
  effort: 'low',
  find: wrongResults,
  from: ({ queries }) => ({ basis: 'position rows', queries }),
  numbers: ({ facts: { accounting }, input: { settings } }) => {
    const { compared, disagreements, closedRows, storedZero } = accounting.realized;
    const rows = (value: number) =>
      num.count('Closed rows compared', value, 'closed rows with a stored result');
    const wrong = (formula: string, value: number) =>
      num.count('Stored results that are wrong', value, formula);
    if (disagreements.length === 0)
      return {
        stored_off: wrong('closed positions whose realized_pnl is 0', storedZero),
        stored_rows: rows(closedRows),
        stored_difference: null,
      };
    const off = disagreements.map(({ stored, computed }) => stored.minus(computed).abs());
    return {
      stored_off: wrong(
        `closed positions whose realized_pnl is off gross - fees + funding by more than ${agreement(settings)}`,
        off.length,
      ),
      stored_rows: rows(compared),
      stored_difference: num.money('Differences added up', sum(off), 'sum of |stored - computed|'),
    };
  },
  severity: ({ facts, input }) =>
    facts.accounting.realized.isOnlyZero || isMostlyFar(facts, input)
      ? 'HIGH'
      : areFew(facts, input)
        ? 'LOW'
        : 'MEDIUM',
  causes: ({ facts, input }) => storedCauses(facts, input),
  otherwise: OTHERWISE,
  occurrence: ({ symbol, closedAt, openedAt }) => ({ subject: symbol, at: closedAt ?? openedAt }),
  evidence: {
    id: 'pnl.wrong-results',
    suffix: ({ labels }) => labels?.['cause'] ?? 'all',
    title: 'Closed rows whose stored result is wrong',
    table: ({ facts }) => {
      const computed = new Map(
        facts.accounting.realized.disagreements.map((one) => [one.id, one.computed] as const),
      );
      return table<Facts['positions'][number]>({
        id: col.text('Row', ({ id }) => id),
        symbol: col.text('Symbol', ({ symbol }) => symbol),
        exchange: col.text('Exchange', ({ venue }) => venue),
        closed: col.time('Closed', ({ closedAt }) => closedAt),
        stored: col.money('Stored', ({ row }) => row.realized_pnl),
        computed: col.money('Computed', ({ id }) => computed.get(id) ?? null),
      });
    },
  },
  see: ({ input }) =>
    `select id, symbol, closed_at, entry_price, exit_price, quantity, fees, realized_pnl\nfrom position\nwhere ${during(input, 'closed_at')}\norder by closed_at, id;`,
  words: (n, { facts, input }) => {
    const { isOnlyZero, compared } = facts.accounting.realized;
    const difference = compared > 0 ? text`; the differences add up to ${n.stored_difference}` : '';
    return {
      title: isOnlyZero
        ? text`All ${n.stored_off} closed rows with a stored result have 0 there`
        : text`${n.stored_off} of ${n.stored_rows} stored results are not what fills and prices give`,
      description: text`${n.stored_off} of ${n.stored_rows} closed rows hold a result that ${isOnlyZero ? 'is 0' : 'differs from gross - fees + funding'}${difference}. This report does not use the stored results where it can compute them.`,
      financial: 'What the bot shows as its result is not what it earned.',
      operational: `Statistics that add up ${ownColumn('position', 'realized_pnl', input.entities)} are wrong.`,
      risk: 'A loss limit that is kept on the stored result does not see the losses.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation:
        'Write the result when a position closes: gross from its fills, less fees, with funding; and correct the rows that are wrong.',
      verification:
        'In the next window no stored result disagrees with the computed one, and not all of them are 0.',
    };
  },
});

/** Half of the results are off by half of what they are: another sign, or another unit, and no fee that was left out. */
function isMostlyFar(facts: Facts, input: Input): boolean {
  const { compared, disagreements } = facts.accounting.realized;
  if (['fee-sign', 'stored-gross'].includes(rootCause(storedCauses(facts, input), [OTHERWISE]).id))
    return false;
  return compared >= input.settings.minTrades && 2 * disagreements.filter(isFarOff).length >= compared;
}

const areFew = ({ accounting: { realized } }: Facts, { settings }: Input): boolean =>
  realized.compared > 0 && areFewOff(realized.disagreements.length, realized.compared, settings);

/**
 * Where most have no computed result beside them, or one that disagrees, many rows that are all 0 are no chance; a share of
 * wrong ones tells the others, and so does one that is far off.
 */
function wrongResults(facts: Facts, input: Input) {
  const { compared, disagreements, closedRows, isOnlyZero } = facts.accounting.realized;
  const isOff = disagreements.some(isFarOff) || (disagreements.length > 0 && !areFew(facts, input));
  const isPlaceholder = isOnlyZero && (disagreements.length > 0 || 2 * compared < closedRows);
  if (!isOff && !(isPlaceholder && closedRows >= input.settings.minTrades)) return [];
  const off = new Set(disagreements.map(({ id }) => id));
  const found = facts.positions.filter(({ id, closedAt, row }) =>
    off.size > 0 ? off.has(id) : closedAt !== null && row.realized_pnl !== null,
  );
  return [{ venue: null, found, labels: { cause: rootCause(storedCauses(facts, input), [OTHERWISE]).id } }];
}
