import { DIMENSIONS } from '../audit/check.ts';
import { scopeText, type AppliedScope } from '../audit/scope.ts';
import type { BotFacts, EntityState, SourceState } from '../audit/evidence.ts';
import { formatValue } from '../audit/format.ts';
import { rowWords } from '../audit/recurrence.ts';
import type { Report, Score } from '../audit/report.ts';
import { inlineText } from './inline-text.ts';
import type { Lookup } from './lookup.ts';
import type { TableView } from './table-view.ts';
import { oneLine } from './visible-text.ts';
import { SEVERITY_WORDS, unusualTexts } from './words.ts';

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
      { title: 'Coverage, %', number: true },
      { title: 'Share, %', number: true },
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

function overallNote({ overall, overallFrom }: Report['judgement']): string {
  const rule =
    'A score is the lesser of what its checks give and what its findings leave, rounded down; coverage is the weight of the checks that were made, half of it where they rest on the bot’s own word.';
  if (overallFrom === null) return `${rule} The overall number needs every score.`;
  const { mean, most, lowest } = overallFrom;
  const bound = mean > most ? `, and it is at most 2 above the lowest (${lowest}): ${thousandths(most)}` : '';
  return `${rule} Overall ${formatValue(overall, 'score')}: the mean of the scores by their shares is ${thousandths(mean)}${bound}.`;
}

/** What every check that applies gives to its score. */
export function checkTable({ report: { judgement } }: Lookup): TableView {
  return {
    columns: [
      { title: 'Check', number: false },
      { title: 'Score', number: false },
      { title: 'Weight', number: true },
      { title: 'Result, 0 to 1', number: true },
      { title: 'Loses', number: true },
    ],
    rows: judgement.scores.flatMap(({ title, checks }) =>
      checks.map(({ ref, what, weight, result, made, points }) => [
        oneLine(`${what} (${ref})`),
        title,
        formatValue(weight, 'score'),
        made ? thousandths(result) : `${thousandths(result)}, not made`,
        points.toFixed(2),
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
      .map(({ ref, what, weight }) => oneLine(`${what} ${ref} (${formatValue(weight, 'score')})`));
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
      { title: 'Takes, %', number: true },
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

/** Conditions under which no window may pass, those that failed first. */
export function gateTable(lookup: Lookup): TableView {
  const rank = (failed: boolean | null): number => (failed === true ? 0 : failed === null ? 1 : 2);
  const gates = [...lookup.report.gates].sort((a, b) => rank(a.failed) - rank(b.failed));
  return {
    columns: [
      { title: 'Condition', number: false },
      { title: 'Is it so', number: false },
      { title: 'Why', number: false },
    ],
    rows: gates.map(({ title, failed, text }) => [
      oneLine(title),
      failed === null ? 'not seen' : failed ? 'yes' : 'no',
      oneLine(inlineText(text, lookup)),
    ]),
    note: null,
  };
}

export const NO_GATE = 'None applies: each needs a source that this bot is declared not to have.';

/** Checks that apply and could not be seen, the weightiest first; empty when all were seen. */
export function unseenTable(lookup: Lookup): TableView {
  const unseen = lookup.report.checks
    .filter(({ outcome }) => outcome.state === 'unknown')
    .sort((a, b) => b.weight - a.weight);
  return {
    columns: [
      { title: 'Check', number: false },
      { title: 'Score', number: false },
      { title: 'Weight', number: true },
      { title: 'Why it was not made', number: false },
    ],
    rows: unseen.map(({ id, title, dimension, weight, outcome }) => [
      oneLine(`${title} (${id})`),
      DIMENSIONS[dimension],
      formatValue(weight, 'count'),
      oneLine(inlineText(outcome.text, lookup)),
    ]),
    note: null,
  };
}

/** All findings against the window just before, in three rows. */
export function changeLists({ front }: Report): readonly (readonly [word: string, list: string])[] {
  const { new: added, worsened, recurring, resolved, unseen, method = [] } = front.changes;
  const unusual = unusualTexts(front.changes);
  const list = (items: typeof added): string =>
    items
      .map(({ rule, title, windows }) =>
        oneLine(`${rule} ${title}${windows > 1 ? ` (${rowWords(windows)})` : ''}`),
      )
      .join('; ') || 'none';
  return [
    ['New', list(added)],
    ...(worsened === undefined ? [] : [['Worsened', list(worsened)] as const]),
    ['Recurring', list(recurring)],
    ['Resolved', list(resolved)],
    ...(unseen === undefined ? [] : [['Not looked at', list(unseen)] as const]),
    ...(unusual.length === 0 ? [] : [['Unusual', unusual.map((one) => oneLine(one)).join('; ')] as const]),
    ...(method.length === 0
      ? []
      : [['Measured in another way', method.map((one) => oneLine(one)).join('; ')] as const]),
  ];
}

/** What each source gave, as declared and as it was found. */
export function sourceTable({ sources }: Report): TableView {
  const declared = Object.entries(sources).filter(([, state]) => state.status !== 'none');
  const none = Object.entries(sources)
    .flatMap(([name, state]) => (state.status === 'none' ? [name] : []))
    .join(', ');
  return {
    columns: [
      { title: 'Source', number: false },
      { title: 'Declared', number: false },
      { title: 'State', number: false },
      { title: 'Data until', number: false, time: true },
      { title: 'Remarks', number: false },
    ],
    rows: [
      ...declared.map(([name, state]) => sourceRow(name, state)),
      ...(none === '' ? [] : [[none, 'none', 'not audited', '–', '']]),
    ],
    note: null,
  };
}

function sourceRow(name: string, state: SourceState): readonly string[] {
  const remarks = [
    ...(state.error === undefined ? [] : [state.error]),
    ...(state.provisional ? ['provisional: collected before the settle delay was over'] : []),
    ...(state.stale ? ['stale: no row in the last ten minutes'] : []),
    ...(state.remarks ?? []),
  ];
  return [
    name,
    state.declared,
    state.status,
    formatValue(state.dataAsOf, 'time'),
    oneLine(remarks.join('; ')),
  ];
}

/** Entities of the mapping that could not be read as the contract says, one row a problem; empty when all could. */
export function entityTable({ entities, bot }: Report): TableView {
  const byProblem = new Map<string, string[]>();
  for (const entity of entities) {
    const none = isNoneOfSpot(entity, bot) ? ['a spot account has none'] : [];
    const problems = [
      ...none,
      ...(entity.status === 'missing' && none.length === 0 ? ['not in the mapping'] : []),
      ...(entity.status === 'error' ? [entity.error ?? 'could not be read'] : []),
      ...entity.wrongTypes.map(({ column, type, expected }) => `${column} is ${type}, expected ${expected}`),
      ...entity.unknownSpellings.map(
        ({ column, value, rows: n }) => `${column} "${value}" is unknown (${formatValue(n, 'count')} rows)`,
      ),
      ...entity.unusable.map(
        ({ column, rows: n }) => `${column} holds ${formatValue(n, 'count')} unusable numbers`,
      ),
      ...(entity.status === 'ok' && !entity.everHadRows && none.length === 0
        ? ['has no row from before the end of the window']
        : []),
    ];
    if (problems.length === 0) continue;
    const problem = oneLine(problems.join('; '), 400);
    byProblem.set(problem, [...(byProblem.get(problem) ?? []), entity.entity]);
  }
  return {
    columns: [
      { title: 'Entity', number: false },
      { title: 'What is missing or unusual', number: false },
    ],
    rows: Array.from(byProblem, ([problem, names]) => [names.join(', '), problem]),
    note: null,
  };
}

/** No funding is paid for what is owned. */
function isNoneOfSpot(
  { entity, status, everHadRows }: EntityState,
  { exchanges, accounts }: BotFacts,
): boolean {
  const areSpot = exchanges.length > 0 && exchanges.every((name) => accounts?.[name]?.type === 'spot');
  return entity === 'funding' && areSpot && (status === 'missing' || (status === 'ok' && !everHadRows));
}

/** What a limited report covers, and what is not limited or not read for it. */
function scopeFacts(scope: AppliedScope): readonly (readonly [name: string, value: string])[] {
  const { whole, unread } = scope;
  return [
    ['Limited to', scopeText(scope)],
    ...(whole.length === 0 ? [] : [['Not filtered', `${whole.join(', ')} (of the whole bot)`] as const]),
    ...(unread.length === 0 ? [] : [['Not read', `${unread.join(', ')} (name no such thing)`] as const]),
  ];
}

/** Facts of the report's header, in the order of the template. */
export function headerFacts(report: Report): readonly (readonly [name: string, value: string])[] {
  const { bot, scope } = report;
  return [
    ['Bot', bot.name],
    ...(scope === undefined ? [] : scopeFacts(scope)),
    ['Bot version', bot.version ?? 'not known'],
    ['Mapping', bot.mapping],
    ['Database', report.databaseVersion ?? 'not read'],
    ['Times without a zone', bot.timeZone],
    ...(bot.overrides.length === 0 ? [] : [['Overrides in force', bot.overrides.join(', ')] as const]),
  ];
}
