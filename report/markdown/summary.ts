import { NOT_JUDGED, recurrenceWords } from '../../audit/recurrence.ts';
import type { Change, Edition, Score } from '../../audit/report.ts';
import { formatValue } from '../../audit/format.ts';
import { knownGlance, type Lookup } from '../lookup.ts';
import { checkTable, scoreTable, takenTable } from '../score-tables.ts';
import { NO_GATE, entityTable, gateTable, headerFacts, sourceTable, unseenTable } from '../verdict-tables.ts';
import {
  COLOUR_EMOJI,
  EXPLAINED,
  SEVERITY_WORDS,
  comparison,
  exchangesOf,
  seenWords,
  testPeriod,
  unusualTexts,
} from '../words.ts';
import { chartMarkdown, glanceMarkdown } from './block.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';
import { lines } from './finding.ts';
import { inlineMarkdown, paragraphMarkdown } from './inline.ts';
import { tableMarkdown } from './table.ts';

/** Findings named in the summary; each is told in full in its section. */
const KEY_FINDINGS = 5;

/** The template's header lines. */
export function headerMarkdown({ report }: Lookup, edition: Edition): string {
  return lines([
    ['Test Period', testPeriod(report.window)],
    ['Environment', escapeMarkdown(`${report.bot.environment} (${exchangesOf(report)})`)],
    [
      'Report Date',
      `${edition.reportedAt.slice(0, 16).replace('T', ' ')} UTC, revision ${String(edition.revision)}`,
    ],
    ['Auditor', escapeMarkdown(report.bot.auditor)],
    ...headerFacts(report).map(([name, value]) => [name, escapeMarkdown(value)] as const),
  ]);
}

/** The first page as the template's executive summary. */
export function summaryMarkdown(lookup: Lookup): readonly string[] {
  const { front, judgement } = lookup.report;
  return [
    '## EXECUTIVE SUMMARY',
    `### Overall Health: ${COLOUR_EMOJI[judgement.colour]} ${judgement.colour} (${judgement.verdict})`,
    [`**${inlineMarkdown(front.lead, lookup)}**`, inlineMarkdown(front.why, lookup)]
      .filter((text) => text !== '' && text !== '****')
      .join(' '),
    paragraphMarkdown(front.scope, lookup),
    judgement.overall === null ? '' : lines([['Overall', `${formatValue(judgement.overall, 'score')}/10`]]),
    lines(judgement.scores.map((score) => [inTitleCase(score.title), scoreWords(score)] as const)),
    '### Key Findings',
    keyFindings(lookup),
    ...actions(lookup),
    ...(judgement.green.length === 0
      ? []
      : [
          '### What Would Make This Green',
          judgement.green.map((text) => `- ${inlineMarkdown(text, lookup)}`).join('\n'),
        ]),
    '### What Changed',
    changes(lookup),
    ...(front.glance.figures.length === 0 ? [] : ['### Statistics at a Glance', ...glance(lookup)]),
    ...(front.hours === null ? [] : chartMarkdown(front.hours, lookup)),
  ];
}

/** `System Stability`, as the template has it. */
function inTitleCase(title: string): string {
  return escapeMarkdown(title.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()));
}

function scoreWords(score: Score): string {
  if (score.score === null) return escapeMarkdown(score.reason ?? 'not available');
  return `${formatValue(score.score, 'score')}/10 (${seenWords(score)})`;
}

function keyFindings(lookup: Lookup): string {
  const { findings } = lookup.report;
  if (findings.length === 0) return 'Nothing was found.';
  const rest = findings.length - KEY_FINDINGS;
  const shown = findings.slice(0, KEY_FINDINGS).map((finding, index) => {
    const history = recurrenceWords(finding.recurrence);
    const { emoji } = SEVERITY_WORDS[finding.severity];
    return `${String(index + 1)}. **[${emoji} ${finding.severity}]** ${inlineMarkdown(finding.title, lookup)} (${codeSpan(finding.rule)}${history === '' ? '' : `, ${history}`})`;
  });
  const more = rest === 1 ? 'One more is in its section.' : `${String(rest)} more are in their sections.`;
  return [...shown, ...(rest > 0 ? ['', more] : [])].join('\n');
}

function actions(lookup: Lookup): readonly string[] {
  const { actions: all } = lookup.report.front;
  if (all.length === 0) return [];
  const items = all.map(
    ({ title, detail }, index) =>
      `${String(index + 1)}. **${inlineMarkdown(title, lookup).trim()}** - ${inlineMarkdown(detail, lookup)}`,
  );
  return ['### What To Do Now', items.join('\n')];
}

function glance(lookup: Lookup): readonly string[] {
  const { known, missing } = knownGlance(lookup.report.front.glance, lookup);
  return [
    ...(known.figures.length === 0 ? [] : [glanceMarkdown(known, lookup)]),
    ...(missing === '' ? [] : [escapeMarkdown(missing)]),
  ];
}

function changes(lookup: Lookup): string {
  const all = lookup.report.front.changes;
  const { new: added, undecided, worsened, recurring, resolved, unseen, method = [], trend } = all;
  const none = comparison(lookup.report);
  const row = (word: string, items: readonly Change[]): string =>
    `- **${word}:** ${items.length === 0 ? 'none' : items.map(({ rule, title }) => `${codeSpan(rule)} ${escapeMarkdown(title)}`).join('; ')}`;
  const list = (word: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [`- **${word}:** ${texts.map(escapeMarkdown).join('; ')}`];
  const course = trend.map(({ overall }) => formatValue(overall, 'score')).join(', ');
  return [
    ...(none === ''
      ? [
          row('New', added),
          ...(undecided === undefined ? [] : [row(NOT_JUDGED.before, undecided)]),
          ...(worsened === undefined ? [] : [row('Worsened', worsened)]),
          row('Recurring', recurring),
          row('Resolved', resolved),
          ...(unseen === undefined ? [] : [row(NOT_JUDGED.now, unseen)]),
        ]
      : [none, ...(trend.length > 1 ? [''] : [])]),
    ...list('Unusual', unusualTexts(all)),
    ...list('Measured in another way', method),
    ...(trend.length > 1 ? [`- **Overall, oldest first:** ${course}`] : []),
  ].join('\n');
}

/** How the verdict was formed: after the sections, before the appendices would be too late for a reader who doubts it. */
export function verdictMarkdown(lookup: Lookup): readonly string[] {
  const { report } = lookup;
  const { reasons } = report.judgement;
  const entities = entityTable(report);
  const unseen = unseenTable(lookup);
  const taken = takenTable(lookup);
  return [
    '## HOW THE VERDICT WAS FORMED',
    reasons.length === 0
      ? 'Nothing that could be checked speaks against it.'
      : reasons.map((text) => `- ${inlineMarkdown(text, lookup)}`).join('\n'),
    '### Scores',
    tableMarkdown(scoreTable(lookup), 'There are no scores.'),
    tableMarkdown(checkTable(lookup), 'No check applies.'),
    ...(taken.rows.length === 0 ? [] : [tableMarkdown(taken, '')]),
    ...(unseen.rows.length === 0 ? [] : ['### What Was Not Checked', tableMarkdown(unseen, '')]),
    '### Conditions Under Which No Window Passes',
    tableMarkdown(gateTable(lookup), NO_GATE),
    '### What Was Read',
    tableMarkdown(sourceTable(report), 'No source was read.'),
    ...(entities.rows.length === 0 ? [] : [tableMarkdown(entities, '')]),
    ...(report.absent === '' ? [] : [escapeMarkdown(report.absent)]),
    EXPLAINED,
  ];
}
