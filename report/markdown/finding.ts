import { CARD_LINES, PRIORITIES, type Finding } from '../../audit/finding.ts';
import { formatValue } from '../../audit/format.ts';
import { recurrenceWords } from '../../audit/recurrence.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { tableView } from '../table-view.ts';
import { EFFORT_WORDS, SEVERITY_WORDS, predicateWords, venueOf, seeTitle } from '../words.ts';
import { codeBlock, codeSpan, escapeMarkdown } from './escape.ts';
import { inlineMarkdown, paragraphMarkdown } from './inline.ts';
import { tableMarkdown } from './table.ts';

/** A finding as the report template has it, blocks separated by blank lines. */
export function findingMarkdown(finding: Finding, lookup: Lookup, rows: number): readonly string[] {
  const { cause, impact } = finding;
  const inline = (text: Parameters<typeof inlineMarkdown>[0]): string => inlineMarkdown(text, lookup);
  return [
    `#### Issue ${String(lookup.issueNumber(finding.id))}: ${inline(finding.title)}`,
    lines(facts(finding, lookup)),
    `**Description:**\n${paragraphMarkdown(finding.description, lookup)}`,
    '**Evidence:**',
    evidenceMarkdown(finding, lookup, rows),
    [
      '**Impact:**',
      `- Financial: ${inline(impact.financial)}`,
      `- Operational: ${inline(impact.operational)}`,
      `- Risk: ${inline(impact.risk)}`,
    ].join('\n'),
    `**Root Cause** (${cause.confidence.toLowerCase()})**:**\n${paragraphMarkdown(cause.text, lookup)}`,
    ...(cause.location === undefined
      ? ['Code location: not known']
      : [`Code location: ${codeSpan(cause.location)}`]),
    ...(cause.predicates.length === 0
      ? []
      : [
          cause.predicates
            .map(({ text, held }) => `- ${escapeMarkdown(text)}: ${predicateWords(held)}`)
            .join('\n'),
        ]),
    `**Detection:** ${inline(finding.detection)}`,
    `**Recommendation:**\n${paragraphMarkdown(finding.recommendation, lookup)}`,
    `**Verification:** ${inline(finding.verification)}`,
    `**${seeTitle(finding)}:**`,
    seeMarkdown(finding),
    `**Priority:** ${PRIORITIES[finding.priority].template}`,
  ];
}

/** GitHub shows what is pasted whole: a long statement is left to the HTML report. */
function seeMarkdown({ see }: Finding): string {
  const lines = see.text.split('\n').length;
  const shown = see.own ?? (lines <= CARD_LINES ? see.text : '');
  return shown === ''
    ? `The statement has ${String(lines)} lines: \`report.html\` has it, ready to be copied.`
    : codeBlock(shown, see.language);
}

function facts(finding: Finding, lookup: Lookup): readonly (readonly [string, string])[] {
  const { emoji } = SEVERITY_WORDS[finding.severity];
  const venue = venueOf(finding);
  const history = recurrenceWords(finding.recurrence);
  return [
    ['Severity', `${emoji} ${finding.severity}`],
    ['Rule', codeSpan(finding.rule)],
    [
      'Frequency',
      `${formatValue(finding.frequency, 'count')} ${finding.frequency === 1 ? 'occurrence' : 'occurrences'}`,
    ],
    ['First Seen', formatValue(finding.firstSeen, 'time')],
    ['Last Seen', formatValue(finding.lastSeen, 'time')],
    ...(finding.atStake === undefined
      ? []
      : [
          [
            finding.standing ? 'At Stake' : 'Was At Stake',
            escapeMarkdown(figureWords(lookup.figure(finding.atStake), lookup)),
          ] as const,
        ]),
    ...(venue === null ? [] : [['Exchange', escapeMarkdown(venue)] as const]),
    ...(history === '' ? [] : [['History', history] as const]),
    ['Effort', EFFORT_WORDS[finding.effort]],
  ];
}

/** `**Name:** value` lines; two spaces at the end make each its own line, as people see it on GitHub. */
export function lines(facts: readonly (readonly [name: string, value: string])[]): string {
  return facts.map(([name, value]) => `**${name}:** ${value}`).join('  \n');
}

function evidenceMarkdown(finding: Finding, lookup: Lookup, rows: number): string {
  if (finding.evidence === null) return 'The numbers above; there are no rows to show.';
  const dataset = lookup.dataset(finding.evidence);
  return tableMarkdown(
    tableView(dataset, rows, lookup.day),
    `No rows are held as evidence; see ${codeSpan(dataset.file)}.`,
  );
}
