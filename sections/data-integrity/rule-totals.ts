import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { quoted } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import {
  disagreeing,
  isMoreRecords,
  NET,
  OWN_TOTALS,
  TOTALS_DATASET,
  TOTALS_FROM,
  type OwnTotal,
} from './own-totals.ts';

const OTHERWISE = 'Neither the total nor the rows say why they differ.';

export const ownTotalsDisagree = rule<Facts, Input>()({
  ...OWN_TOTALS,
  effort: 'medium',
  find: ({ ownTotals }) =>
    [...groupBy(disagreeing(ownTotals), (total) => rootCause(causesOf(total), [OTHERWISE]).id)].map(
      ([cause, found]) => ({ venue: null, found, labels: { cause } }),
    ),
  // Own totals, or stored results beside the computed ones: one of them is enough to judge by.
  unseen: ({ ownTotals, accounting }) => (accounting.realized.compared > 0 ? null : reasonOf(ownTotals)),
  from: TOTALS_FROM,
  numbers: ({ found }) => ({
    totals: num.count('Own totals that disagree', found.length, {
      formula: 'own totals of this cause that disagree with their rows',
    }),
    stored: num.quantity('The bot says', found[0]?.stored ?? 0, 'the first of these totals'),
    rows: num.quantity('The rows say', found[0]?.counted.value ?? 0, 'rows of the time of that total'),
  }),
  // Fewer records than the bot counted: they may be lost, and everything computed from rows with them.
  severity: ({ found }) => (found.some(isMoreRecords) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => found.slice(0, 1).flatMap(causesOf),
  otherwise: OTHERWISE,
  occurrence: ({ name, from, to }, { input: { window } }) => ({
    subject: name,
    at: from === null ? window.from : from,
    until: to === null ? window.to : to,
  }),
  evidence: {
    of: TOTALS_DATASET,
    accused: (cell, { found }) => found.some(({ name }) => name === cell('total')),
  },
  see: ({ found }) =>
    `select at, scope, name, value\nfrom total\nwhere name in (${[...new Set(found.map(({ name }) => quoted(name)))].join(', ')})\norder by at desc, name\nlimit 40;`,
  words: (n, { found }) => {
    const all = names(found.map(({ name }) => name));
    const lost = found.some(isMoreRecords);
    return {
      title: text`${n.totals} of the bot’s own totals ${found.length === 1 ? 'disagrees' : 'disagree'} with its rows: ${all}`,
      description: text`${found[0]?.name ?? ''} is ${n.stored} by the bot’s own total and ${n.rows} by its rows; the two must be the same.`,
      financial: found.some(({ name }) => name === NET)
        ? 'Money that the bot shows of itself, and a limit that is kept on it, are off by the difference.'
        : 'None by itself; no money total is off.',
      operational: 'Whoever reads the bot’s own statistics is told something else than this report tells.',
      risk: lost
        ? 'Rows may have been deleted or never stored: then results and counts of this report miss them too.'
        : 'A decision or limit that rests on the total rests on a wrong number.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation: lost
        ? `Find out which records of ${all} the bot counted and the table does not hold: look for deletes, a restored backup or a second writer, and revoke DELETE.`
        : `Compute ${all} from the rows instead of counting along, or drop the column if nothing writes it.`,
      verification: 'No own total disagrees with its rows in the next window.',
    };
  },
});

function causesOf(total: OwnTotal): readonly Hypothesis[] {
  const { name, stored, counted, difference } = total;
  const isZero = stored?.isZero() === true;
  const rows = isZero ? null : counted.value;
  return [
    hypothesis('never-written', 'Nothing writes this total: its 0 is the default of the column.', [
      'the total is 0 although there are rows',
      isZero,
    ]),
    hypothesis(
      'counted-twice',
      'Each row is counted twice, as by two workers or a trigger beside the code.',
      [
        'the total is exactly twice what the rows say',
        name !== NET && rows !== null && difference?.equals(rows) === true,
      ],
    ),
    hypothesis(
      'rows-lost',
      'The bot counted records that its table does not hold: they were deleted, or never stored.',
      ['the total counts more records than there are rows', isMoreRecords(total)],
    ),
    hypothesis(
      'counted-less',
      'The total missed rows: it was reset by a restart, or one path that writes rows does not count.',
      [
        'the total is closer to 0 than what the rows say',
        rows !== null && stored?.abs().lessThan(rows.abs()) === true,
      ],
    ),
  ];
}
