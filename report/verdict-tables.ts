import { scopeText, type AppliedScope } from '../audit/scope.ts';
import type { BotFacts, EntityState, SourceState } from '../audit/evidence.ts';
import { duration, formatValue } from '../audit/format.ts';
import { NOT_JUDGED, rowWords } from '../audit/recurrence.ts';
import type { Report } from '../audit/report.ts';
import { inlineText } from './inline-text.ts';
import type { Lookup } from './lookup.ts';
import type { TableView } from './table-view.ts';
import { oneLine } from './one-line.ts';
import { unusualTexts } from './words.ts';

/** Conditions under which no window may pass, those that failed first. */
export function gateTable(lookup: Lookup): TableView {
  const rank = (failed: boolean | null): number => (failed === true ? 0 : failed === null ? 1 : 2);
  const gates = [...lookup.report.gates].sort((a, b) => rank(a.failed) - rank(b.failed));
  return {
    columns: [
      { title: 'Condition', number: false },
      { title: 'Met', number: false },
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

/** Checks that apply and could not be seen, the weightiest first, by the reason that they share; empty when all were seen. */
export function unseenTable(lookup: Lookup): TableView {
  const unseen = lookup.report.checks
    .filter(({ outcome }) => outcome.state === 'unknown')
    .sort((a, b) => b.weight - a.weight);
  const byReason = new Map<string, string[]>();
  for (const { id, title, outcome } of unseen) {
    const reason = oneLine(inlineText(outcome.text, lookup));
    byReason.set(reason, [...(byReason.get(reason) ?? []), oneLine(`${title} (${id})`)]);
  }
  return {
    columns: [
      { title: 'Check', number: false },
      { title: 'Why it was not made', number: false },
    ],
    rows: Array.from(byReason, ([reason, checks]) => [checks.join(', '), reason]),
    note: null,
  };
}

/** All findings against the window just before, in three rows. */
export function changeLists({ front }: Report): readonly (readonly [word: string, list: string])[] {
  const { new: added, undecided, worsened, recurring, resolved, unseen, method = [] } = front.changes;
  const unusual = unusualTexts(front.changes);
  const list = (items: typeof added): string =>
    items
      .map(({ rule, title, windows }) =>
        oneLine(`${rule} ${title}${windows > 1 ? ` (${rowWords(windows)})` : ''}`),
      )
      .join('; ') || 'none';
  return [
    ['New', list(added)],
    ...(undecided === undefined ? [] : [[NOT_JUDGED.before, list(undecided)] as const]),
    ...(worsened === undefined ? [] : [['Worsened', list(worsened)] as const]),
    ['Recurring', list(recurring)],
    ['Resolved', list(resolved)],
    ...(unseen === undefined ? [] : [[NOT_JUDGED.now, list(unseen)] as const]),
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
  const rows = [
    ...declared.map(([name, state]) => sourceRow(name, state)),
    ...(none === '' ? [] : [[none, 'none', 'not audited', '–', '']]),
  ];
  const isRemarked = rows.some((row) => row.at(-1) !== '');
  return {
    columns: [
      { title: 'Source', number: false },
      { title: 'Declared', number: false },
      { title: 'State', number: false },
      { title: 'Data until', number: false, time: true },
      ...(isRemarked ? [{ title: 'Remarks', number: false }] : []),
    ],
    rows: isRemarked ? rows : rows.map((row) => row.slice(0, -1)),
    note: null,
  };
}

function sourceRow(name: string, state: SourceState): readonly string[] {
  const remarks = [
    ...(state.error === undefined ? [] : [state.error]),
    ...(state.provisional ? ['provisional: collected before the settle delay was over'] : []),
    ...(state.beginsLate === undefined
      ? []
      : [
          `no ${state.beginsLate.of} before ${formatValue(state.beginsLate.at, 'time')}, ${duration(state.beginsLate.afterS)} into the window`,
        ]),
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
