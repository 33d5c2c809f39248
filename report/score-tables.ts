import { formatValue } from '../audit/format.ts';
import type { Report, Score, ScoredCheck } from '../audit/report.ts';
import { DECISIVE_WEIGHT } from '../audit/score.ts';
import type { Lookup } from './lookup.ts';
import type { TableView } from './table-view.ts';
import { oneLine } from './one-line.ts';
import { SEVERITY_WORDS } from './words.ts';

const BINDS = { base: 'the checks', cap: 'the findings' } as const;

/** Each score with what it follows from; the note says how the overall number does. */
export function scoreTable({ report: { judgement } }: Lookup): TableView {
  return {
    columns: [
      { title: 'Score', number: false },
      { title: 'of 10', number: true },
      { title: 'Checks give', number: true },
      { title: 'Findings leave', number: true },
      { title: 'Decided by', number: false },
      { title: 'Checks made', number: false },
      { title: 'Coverage (%)', number: true },
      { title: 'Share (%)', number: true },
    ],
    rows: judgement.scores.map(scoreRow),
    note: overallNote(judgement),
  };
}

function scoreRow(score: Score): readonly string[] {
  const { checks } = score;
  const made = checks.filter((check) => check.made).length;
  return [
    score.title,
    formatValue(score.score, 'score'),
    thousandths(score.base),
    thousandths(score.cap),
    score.binds === null ? (score.reason ?? '–') : BINDS[score.binds],
    checks.length === 0 ? 'none applies' : `${String(made)} of ${String(checks.length)}`,
    formatValue(score.coverage, 'percent', { bare: true }),
    formatValue(score.share, 'count'),
  ];
}

/** As scores are computed: from what is printed here all of them follow. */
function thousandths(value: number | null): string {
  return value === null ? formatValue(null, 'score') : value.toFixed(3);
}

function overallNote({ overall, overallFrom, scores }: Report['judgement']): string {
  const unmade = scores.some(({ checks }) => checks.some(({ made }) => !made));
  const half = unmade
    ? ` A check that was not made counts half, and no score is given where one of weight ${String(DECISIVE_WEIGHT)} or all of them were not made.`
    : '';
  const given =
    'A score is the lesser of what its checks give and what its findings leave, rounded down; coverage is the weight of the checks that were made, times what stands behind the × where they rest on the bot’s own word.';
  const rule = `${given}${half}`;
  if (overallFrom === null) return `${rule} The overall number needs every score.`;
  const { mean, most, lowest } = overallFrom;
  const bound = mean > most ? `, and it is at most 2 above the lowest (${lowest}): ${thousandths(most)}` : '';
  return `${rule} Overall ${formatValue(overall, 'score')}: the mean of the scores by their shares is ${thousandths(mean)}${bound}.`;
}

/** `5.0`; `5.0 x 0.5` where only so much of it counts as seen, for the coverage. */
function weightWords({ checks }: Report, { ref, weight }: ScoredCheck): string {
  const outcome = checks.find(({ id }) => id === ref)?.outcome;
  const credit = outcome?.state === 'known' ? outcome.credit : 1;
  return `${formatValue(weight, 'score')}${credit === 1 ? '' : ` × ${String(credit)}`}`;
}

/** What every check that applies gives to its score. */
export function checkTable({ report }: Lookup): TableView {
  return {
    columns: [
      { title: 'Check', number: false },
      { title: 'Score', number: false },
      { title: 'Weight', number: true },
      { title: 'Result, 0 to 1', number: true },
      { title: 'Loses', number: true },
    ],
    rows: report.judgement.scores.flatMap(({ title, checks }) =>
      checks.map((check) => [
        oneLine(`${check.what} (${check.ref})`),
        title,
        weightWords(report, check),
        check.made ? thousandths(check.result) : `${thousandths(check.result)}, not made`,
        check.points.toFixed(2),
      ]),
    ),
    note: null,
  };
}

/** Checks that took something, as rows; those that gave all in one sentence, by score, with their weights. */
export function checksByLoss(lookup: Lookup): { readonly losing: TableView; readonly others: string } {
  const all = checkTable(lookup);
  const takesNothing = ({ made, result }: { readonly made: boolean; readonly result: number }): boolean =>
    made && result === 1;
  const checks = lookup.report.judgement.scores.flatMap((score) => score.checks);
  const groups = lookup.report.judgement.scores.flatMap(({ title, checks: own }) => {
    const names = own
      .filter(takesNothing)
      .map((check) => oneLine(`${check.what} ${check.ref} (${weightWords(lookup.report, check)})`));
    return names.length === 0 ? [] : [`${title}: ${names.join(', ')}`];
  });
  return {
    losing: { ...all, rows: all.rows.filter((_, index) => checks[index] && !takesNothing(checks[index])) },
    others:
      groups.length === 0 ? '' : `Result 1.000, so nothing lost; weights in brackets. ${groups.join('. ')}.`,
  };
}

/** What every finding takes of its score; empty without findings. */
export function takenTable(lookup: Lookup): TableView {
  return {
    columns: [
      { title: 'Finding', number: false },
      { title: 'Score', number: false },
      { title: 'Severity', number: false },
      { title: 'Takes (%)', number: true },
      { title: 'Leaves of 10', number: true },
    ],
    rows: lookup.report.judgement.scores.flatMap(({ title, findings }) =>
      findings.map(({ ref, percent, left }) => {
        const { rule, ruleTitle, severity } = lookup.finding(ref);
        return [
          oneLine(`${ruleTitle} (${rule})`),
          title,
          SEVERITY_WORDS[severity].word,
          formatValue(percent, 'count'),
          thousandths(left),
        ];
      }),
    ),
    note: null,
  };
}
