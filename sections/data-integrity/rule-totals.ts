import { amount } from '../../audit/decimal.ts';
import type { Cause, FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { names, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { TOTALS_DATASET, TOTALS_QUERIES } from './figures-totals.ts';
import { disagreeing, type OwnTotal } from './own-totals.ts';

const HOUR_MS = 3_600_000;

/** DQ-04: the bot's own bookkeeping says something else than its rows; one finding a cause. */
export function ownTotalsDisagree({ ownTotals }: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const caused = disagreeing(ownTotals).map((total) => ({ total, cause: causeOf(total) }));
  return [...groupBy(caused, ({ cause }) => cause.id).values()].flatMap((group) => {
    const [first] = group;
    return first
      ? [
          draftOf(
            first.cause,
            group.map(({ total }) => total),
            input,
            out,
          ),
        ]
      : [];
  });
}

function draftOf(cause: Cause, list: readonly OwnTotal[], input: Input, out: Output): FindingDraft {
  const figure = ruleFigures(out, {
    rule: 'DQ-04',
    exchange: null,
    cause: cause.id,
    basis: 'own totals against rows',
    queries: TOTALS_QUERIES,
    currency: input.bot.quoteCurrency,
  });
  const largest = list.toSorted((a, b) => offBy(b) - offBy(a))[0] ?? list[0];
  const number = (name: string, title: string, value: string | null) =>
    figure(
      name,
      largest?.isMoney === true ? (value ?? '0') : Number(value ?? 0),
      largest?.isMoney === true ? 'money' : 'count',
      title,
      `${title.toLowerCase()}, of the total that is off by the largest share`,
    );
  const n = figure(
    'totals',
    list.length,
    'count',
    'Own totals that disagree',
    'own totals of this cause that disagree with their rows',
  );
  const stored = number('stored', 'The bot says', largest?.stored ? amount(largest.stored) : null);
  const rows = number('rows', 'The rows say', largest?.counted.ok ? amount(largest.counted.value) : null);
  // Fewer records than the bot counted: they may be lost, and everything computed from rows with them.
  const lost = list.some((total) => !total.isMoney && isMore(total));
  return {
    venue: null,
    cause,
    severity: lost ? 'HIGH' : 'MEDIUM',
    title:
      list.length === 1
        ? text`The bot’s own total ${largest?.name ?? ''} is ${stored}, its rows say ${rows}`
        : text`${n} of the bot’s own totals disagree with its rows: ${names(list.map(({ name }) => name))}`,
    description: text`${largest?.name ?? ''} is ${stored} by the bot’s own total and ${rows} by its rows; the two must be the same. ${list.length === 1 ? '' : text`${n} totals are off for the same cause.`}`,
    occurrences: list.map(({ name, from, to }) => ({
      subject: name,
      at: from === null ? input.window.from : iso(from),
      until: to === null ? input.window.to : iso(to),
    })),
    evidence: TOTALS_DATASET,
    impact: {
      financial: list.some(({ isMoney }) => isMoney)
        ? ['Money that the bot shows of itself, and a limit that is kept on it, are off by the difference.']
        : ['None by itself; no money total is off.'],
      operational: ['Whoever reads the bot’s own statistics is told something else than this report tells.'],
      risk: lost
        ? [
            'Rows may have been deleted or never stored: then results and counts of this report miss them too.',
          ]
        : ['A decision or limit that rests on the total rests on a wrong number.'],
    },
    detection: ['No alert is expected for this; the report is where it is seen.'],
    recommendation: lost
      ? text`Find out which records of ${names(list.map(({ name }) => name))} the bot counted and the table does not hold: look for deletes, a restored backup or a second writer, and revoke DELETE.`
      : text`Compute ${names(list.map(({ name }) => name))} from the rows instead of counting along, or drop the column if nothing writes it.`,
    verification: ['No own total disagrees with its rows in the next window.'],
    see: {
      language: 'sql',
      text: `select at, scope, name, value\nfrom total\nwhere name in (${[...new Set(list.map(({ name }) => `'${name.replaceAll("'", "''")}'`))].join(', ')})\n  and at >= '${list.flatMap(({ from }) => (from === null ? [] : [iso(from)])).sort()[0] ?? input.window.from}' and at <= '${input.window.to}'\norder by at, name;`,
    },
    effort: 'medium',
  };
}

/** The difference as a share of the larger of the two. */
function offBy({ stored, counted }: OwnTotal): number {
  if (stored === null || !counted.ok) return 0;
  const larger = stored.abs().greaterThan(counted.value.abs()) ? stored.abs() : counted.value.abs();
  return larger.isZero() ? 0 : stored.minus(counted.value).abs().div(larger).toNumber();
}

function isMore({ stored, counted }: OwnTotal): boolean {
  return stored !== null && counted.ok && stored.greaterThan(counted.value);
}

function causeOf(total: OwnTotal): Cause {
  const { stored, counted, from, isMoney, onlyZero } = total;
  const first = counted.ok ? counted.first : null;
  const moreRecords = !isMoney && isMore(total);
  const twice =
    !isMoney &&
    stored !== null &&
    counted.ok &&
    !counted.value.isZero() &&
    stored.equals(counted.value.times(2));
  return rootCause(
    [
      {
        id: 'never-written',
        text: ['Nothing writes this total: its 0 is the default of the column.'],
        predicates: [{ text: 'the total was never anything but 0 in the last 31 days', held: onlyZero }],
      },
      {
        id: 'counted-twice',
        text: ['Each row is counted twice, as with two workers or a trigger beside the code.'],
        predicates: [{ text: 'the total is exactly twice what the rows say', held: twice }],
      },
      {
        id: 'rows-lost',
        text: ['The bot counted records that its table does not hold: they were deleted, or never stored.'],
        predicates: [
          { text: 'the total counts more records than there are rows', held: moreRecords },
          {
            text: 'the first row comes more than an hour after the total begins',
            held: !moreRecords || first === null || from === null ? null : first - from > HOUR_MS,
          },
        ],
      },
      {
        id: 'counted-less',
        text: [
          'The total missed rows: it was reset by a restart, or one path that writes rows does not count.',
        ],
        predicates: [{ text: 'the total is closer to 0 than what the rows say', held: lessThanRows(total) }],
      },
    ],
    ['Neither the total nor the rows say why they differ.'],
  );
}

function lessThanRows({ stored, counted, onlyZero }: OwnTotal): boolean {
  return !onlyZero && stored !== null && counted.ok && stored.abs().lessThan(counted.value.abs());
}
