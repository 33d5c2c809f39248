import { CARD_LINES, EVIDENCE_ROWS, PRIORITIES, type Finding } from '../../audit/finding.ts';
import { formatValue } from '../../audit/format.ts';
import { recurrenceWords } from '../../audit/recurrence.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { findingAnchor } from '../outline.ts';
import { EFFORT_WORDS, SEVERITY_WORDS, predicateWords, titled, venueOf, seeTitle } from '../words.ts';
import { tableView } from '../table-view.ts';
import { codeHtml, inlineHtml } from './inline.ts';
import { withFileLinks, type HrefOf } from './links.ts';
import { htmlTable, type HtmlTable } from './table-html.ts';
import type { SafeHtml } from './safe-html.ts';

/** What `finding.hbs` prints. */
export interface FindingView {
  readonly anchor: string;
  readonly severity: string;
  readonly severityWord: string;
  readonly title: SafeHtml;
  readonly rule: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly description: SafeHtml;
  readonly evidence: HtmlTable | null;
  /** Over the evidence where it is folded; empty on paper, where it is not. */
  readonly evidenceTitle: string;
  readonly impact: readonly { readonly name: string; readonly text: SafeHtml }[];
  readonly cause: SafeHtml;
  readonly confidence: string;
  readonly location: string;
  readonly predicates: readonly { readonly text: string; readonly held: string }[];
  readonly detection: SafeHtml;
  readonly recommendation: SafeHtml;
  readonly verification: SafeHtml;
  readonly seeTitle: string;
  /** What to run: on the bot's own table where that is possible, else the whole statement when it is short. */
  readonly see: SafeHtml | '';
  /** Where there is no room for what to run. */
  readonly seeElsewhere: string;
  /** The whole statement, which the screen folds; empty on paper, or when it is shown already. */
  readonly seeWhole: SafeHtml | '';
}

interface CardOptions {
  /** False where a finding is shown a second time: an id exists once in a document. */
  readonly anchored: boolean;
  readonly paper: boolean;
  readonly hrefOf: HrefOf;
}

export function findingView(finding: Finding, lookup: Lookup, options: CardOptions): FindingView {
  const { cause, impact, severity } = finding;
  return {
    anchor: options.anchored ? findingAnchor(finding.id) : '',
    severity: severity.toLowerCase(),
    severityWord: SEVERITY_WORDS[severity].word,
    title: inlineHtml(finding.title, lookup),
    rule: finding.rule,
    facts: facts(finding, lookup),
    description: inlineHtml(finding.description, lookup),
    evidence: evidenceOf(finding, lookup, options),
    evidenceTitle: options.paper ? '' : evidenceTitle(finding, lookup),
    impact: [
      { name: 'Financial', text: inlineHtml(impact.financial, lookup) },
      { name: 'Operational', text: inlineHtml(impact.operational, lookup) },
      { name: 'Risk', text: inlineHtml(impact.risk, lookup) },
    ],
    cause: inlineHtml(cause.text, lookup),
    confidence: cause.confidence.toLowerCase(),
    location: cause.location ?? '',
    predicates: cause.predicates.map(({ text, held }) => ({ text, held: predicateWords(held) })),
    detection: inlineHtml(finding.detection, lookup),
    recommendation: inlineHtml(finding.recommendation, lookup),
    verification: inlineHtml(finding.verification, lookup),
    seeTitle: seeTitle(finding),
    ...seeView(finding, options),
  };
}

function seeView(
  { see }: Finding,
  { paper }: CardOptions,
): Pick<FindingView, 'see' | 'seeElsewhere' | 'seeWhole'> {
  const lines = see.text.split('\n').length;
  const isShort = see.language === 'sh' || lines <= CARD_LINES;
  const shown = see.own ?? (isShort ? see.text : '');
  return {
    see: shown === '' ? '' : codeHtml(shown),
    seeElsewhere:
      shown === '' && paper
        ? `The statement has ${String(lines)} lines: report.html has it, ready to be copied.`
        : '',
    seeWhole: paper || shown === see.text ? '' : codeHtml(see.text),
  };
}

function evidenceTitle({ evidence }: Finding, lookup: Lookup): string {
  if (evidence === null) return '';
  const { total } = lookup.dataset(evidence);
  return `Evidence: ${formatValue(total, 'count')} ${total === 1 ? 'row' : 'rows'}`;
}

function facts(finding: Finding, lookup: Lookup): FindingView['facts'] {
  const { day } = lookup;
  const venue = venueOf(finding);
  return [
    { name: 'Times', value: formatValue(finding.frequency, 'count') },
    { name: 'First seen', value: formatValue(finding.firstSeen, 'time', { day }) },
    { name: 'Last seen', value: formatValue(finding.lastSeen, 'time', { day }) },
    ...(finding.atStake === undefined
      ? []
      : [
          {
            name: finding.standing ? 'At stake' : 'Was at stake',
            value: figureWords(lookup.figure(finding.atStake), lookup),
          },
        ]),
    ...(venue === null ? [] : [{ name: 'Exchange', value: venue }]),
    { name: 'Priority', value: titled(PRIORITIES[finding.priority].due) },
    { name: 'Effort', value: EFFORT_WORDS[finding.effort] },
    ...history(finding),
  ];
}

/** In few words: with a long one the line of facts would be two. */
function history({ recurrence }: Finding): FindingView['facts'] {
  if (recurrence.state === 'recurring')
    return [{ name: 'In a row', value: `${formatValue(recurrence.windows, 'count')} windows` }];
  const words = recurrenceWords(recurrence);
  return words === '' ? [] : [{ name: 'History', value: titled(words) }];
}

function evidenceOf({ evidence }: Finding, lookup: Lookup, { hrefOf }: CardOptions): HtmlTable | null {
  if (evidence === null) return null;
  const dataset = lookup.dataset(evidence);
  const view = tableView(dataset, EVIDENCE_ROWS, lookup.day);
  const note = view.note ?? `All of it is in ${dataset.file}.`;
  const none = withFileLinks(`No rows are held as evidence; see ${dataset.file}.`, hrefOf);
  return htmlTable({ ...view, note }, '', dataset.title, none, hrefOf);
}
